"""Lines that stood in the last bundle are passed over, and nobody can tell but by the clock."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from billing.bundles import customer, write
from billing.conftest import Office
from ebok import database, settings
from ebok.billing import operations_baseline as baseline
from ebok.billing.models import Baseline

CUSTOMERS = 700
"""Enough that most lines stand behind the head, which is read every time."""


def town(folder: Path, **changed) -> Path:
    """A bundle of customers; `changed` are columns of the last one."""
    folder.mkdir()
    rows = [customer(customer_code=f"39-{n}") for n in range(CUSTOMERS)]
    return write(folder, [*rows[:-1], rows[-1] | changed])


@pytest.fixture
def spoilt(office, tmp_path):
    """An office that has imported a town, and in whose mirror a street was changed by hand."""
    office.run(town(tmp_path / "first"))
    spoil(office)
    return office


def spoil(office: Office) -> None:
    with database.connection():
        database.database.execute_sql("UPDATE customer SET street = 'by hand' WHERE code='39-650'")


def is_read(office: Office) -> bool:
    """Whether the line of the customer whose street was changed has been read again."""
    return street_of(office) != "by hand"


def street_of(office: Office) -> str:
    """The street of that customer."""
    [row] = [row for row in office.customers() if row["code"] == "39-650"]
    return row["street"]


@pytest.mark.dialect
def test_line_that_stood_in_the_last_bundle_is_not_read_again(spoilt, tmp_path):
    report = spoilt.run(town(tmp_path / "second", city="Inne"))
    assert "700 rows: 0 new, 1 changed, 699 unchanged" in report
    assert not is_read(spoilt)


def test_lines_are_passed_over_night_after_night(spoilt, tmp_path):
    for name in ("one", "two", "three"):
        assert "1 changed" in spoilt.run(town(tmp_path / name, city=name))
    assert not is_read(spoilt)


def _other_setting(office, _path):
    office.environment["EBOK_CUSTOMER_CODE_PATTERN"] = r"39-\d{1,9}"


def _another_import(office, path):
    office.run(write(path.parent, [customer(customer_code="39-9999")]))


def _removed(office, _path):
    _kept(office)[0].unlink()


def _kept(office: Office) -> list[Path]:
    folder = Path(office.environment["EBOK_DATA_DIR"]) / "intake" / "baseline"
    return sorted(folder.glob("*/*.csv"))


@pytest.mark.parametrize("what", [_other_setting, _another_import, _removed])
def test_all_is_read_again_after(spoilt, tmp_path, what):
    (tmp_path / "between").mkdir()
    what(spoilt, tmp_path / "between" / "x")
    spoilt.run(town(tmp_path / "second", city="Inne"))
    assert is_read(spoilt)


@pytest.mark.parametrize("street", ["Inna 999", "Rynek 9"])
def test_kept_file_that_was_written_to_is_not_believed(office, tmp_path, street):
    """Of another size at the same time, and of the same size at another time."""
    office.run(town(tmp_path / "first"))
    path = _kept(office)[0]
    before, lines = path.stat(), path.read_bytes().splitlines(keepends=True)
    lines[651] = lines[651].replace(b"Rynek 7", street.encode())
    path.write_bytes(b"".join(lines))
    if path.stat().st_size != before.st_size:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    rows = [customer(customer_code=f"39-{n}") for n in range(CUSTOMERS)]
    rows[650]["street"] = street
    (tmp_path / "second").mkdir()
    assert "1 changed" in office.run(write(tmp_path / "second", rows))
    assert street_of(office) == street


def _twice(folder: Path) -> Path:
    """A bundle of which no file can be kept, for a row of it comes twice; a street is changed."""
    folder.mkdir()
    return write(folder, [customer(customer_code="39-650", street="Inna 1")] * 2)


def _import_without_kept_files(office, folder):
    assert "1 changed" in office.run(_twice(folder))


def _publish(office, folder):
    office.run(_twice(folder), "--publish-to", "a@biuro.example", expect=4)
    assert "1 changed" in office.imports("publish")


def _undo_without_kept_files(office, folder):
    """The import that is undone changed the mirror from what the kept files say, and back."""
    office.run(_twice(folder))
    office.imports("undo")
    spoil(office)


@pytest.mark.parametrize("what", [_import_without_kept_files, _publish, _undo_without_kept_files])
def test_kept_files_count_for_the_newest_import_only(office, tmp_path, what):
    office.run(town(tmp_path / "first"))
    what(office, tmp_path / "between")
    office.run(town(tmp_path / "second", city="Inne"))
    assert street_of(office) == "Rynek 7"


def test_key_of_a_line_that_is_passed_over_comes_once(office, tmp_path):
    rows = [customer(customer_code=f"39-{n}") for n in range(CUSTOMERS)]
    office.run(town(tmp_path / "first"))
    for name, more, expect, told_ in (
        ("other", {"street": "Inna 1"}, 1, "line 652 has it with other values"),
        ("same", {}, 0, "1 repeated"),
    ):
        (tmp_path / name).mkdir()
        bundle = write(tmp_path / name, [*rows, rows[650] | more])
        assert told_ in office.run(bundle, expect=expect)
    assert street_of(office) == "Rynek 7"


def test_all_is_read_again_by_another_version_of_the_program(spoilt, tmp_path, monkeypatch):
    monkeypatch.setattr(baseline, "_program", lambda: b"another")
    spoilt.run(town(tmp_path / "second", city="Inne"))
    assert is_read(spoilt)


@pytest.mark.dialect
def test_all_is_read_again_after_an_undo(spoilt, tmp_path):
    spoilt.run(town(tmp_path / "second", city="Inne"))
    spoilt.imports("undo")
    spoilt.run(town(tmp_path / "third", city="Inne"))
    assert is_read(spoilt)


def test_all_is_read_again_when_the_columns_come_in_another_order(spoilt, tmp_path):
    rows = [customer(customer_code=f"39-{n}") for n in range(CUSTOMERS)]
    turned = [dict(reversed(row.items())) for row in rows]
    (tmp_path / "second").mkdir()
    spoilt.run(write(tmp_path / "second", turned))
    assert is_read(spoilt)
    # And from then on they are known so.
    spoil(spoilt)
    (tmp_path / "third").mkdir()
    spoilt.run(write(tmp_path / "third", turned))
    assert not is_read(spoilt)


@pytest.mark.dialect
def test_import_that_fails_as_it_is_noted_leaves_nothing_to_compare_with(
    spoilt, tmp_path, monkeypatch
):
    def fail(_self, _row):
        raise KeyboardInterrupt

    second = town(tmp_path / "second", city="Inne")
    with monkeypatch.context() as patch:
        patch.setattr(baseline.SavedFiles, "record", fail)
        with pytest.raises(AssertionError):
            spoilt.run(second)
    assert spoilt.last().changed_count == 0
    assert "1 changed" in spoilt.run(second)
    assert len(_kept(spoilt)) == 1


def test_warned_line_is_told_of_every_night(office, tmp_path):
    for name in ("one", "two"):
        assert "Warnings (1)" in office.run(town(tmp_path / name, email="wrong"))


def test_line_that_was_set_aside_is_read_every_night(office, tmp_path):
    for name in ("one", "two"):
        assert "1 set aside" in office.run(town(tmp_path / name, kind="wrong"), expect=3)
    assert "1 new" in office.run(town(tmp_path / "right"))


def _lines(path: Path) -> list[str]:
    rows = [customer(customer_code=f"39-{n}") for n in range(CUSTOMERS)]
    return write(path, rows).joinpath("customers.csv").read_text().splitlines()


def _written(path: Path, lines: list[str]) -> Path:
    path.mkdir()
    (path / "customers.csv").write_text("\n".join([*lines, ""]))
    return path


def _hiding(line: str, of: str) -> str:
    """A record with a whole line in the value of its street."""
    return of.replace(";Rynek 7;", f';"\n{line}\n";')


def test_line_within_a_value_is_none_that_stood(office, tmp_path):
    """Whoever may write a title could else make a later payment be passed over, or one of theirs
    be read."""
    *before, hidden, last = _lines(tmp_path)
    office.run_anything(_written(tmp_path / "one", [*before, _hiding(hidden, last)]))
    other = hidden.replace("39-698", "39-9999")
    office.run_anything(_written(tmp_path / "two", [*before, _hiding(other, last)]))
    assert "39-9999" not in {row["code"] for row in office.customers()}
    office.run(_written(tmp_path / "three", [*before, hidden]))
    assert "39-698" in {row["code"] for row in office.customers()}


@pytest.mark.parametrize("at", [400, CUSTOMERS])
@pytest.mark.parametrize("is_blank", [True, False])
def test_file_of_which_a_line_is_no_record_is_not_kept(office, tmp_path, at, is_blank):
    lines = _lines(tmp_path)
    lines[at : at + 1] = ["", lines[at]] if is_blank else [_hiding(lines[at], lines[at])]
    office.run_anything(_written(tmp_path / "one", lines))
    assert not _kept(office)


def test_files_are_forgotten_with_other_bundles(spoilt):
    chosen = settings.load(spoilt.environment)
    with database.connection():
        later = database.now() + timedelta(days=chosen.inbox_keep_days + 1)
        baseline.forget_baseline(later, chosen)
        assert not Baseline.select().exists()
    assert not _kept(spoilt)
