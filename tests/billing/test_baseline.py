"""Lines that stood in the last bundle are passed over, and nobody can tell but by the clock."""

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from billing.bundles import customer, write
from billing.conftest import MIRROR, Office
from billing.nights import Night
from ebok import database, settings
from ebok.billing import delta, operations_baseline as baseline
from ebok.billing.models import Baseline, Import, ImportFile, Replaced, SetAside, Withdrawn
from ebok.invoices.models import Instalment

pytestmark = pytest.mark.dialect

SEEDS, NIGHTS = (300 if os.environ.get("TORTURE") else 4), 8
CUSTOMERS = 700
"""Enough that most lines stand behind the head, which is read every time."""
DRAWN = ("id", "public_id", "bundle")
HISTORY = (Instalment, Import, ImportFile, Replaced, SetAside, Withdrawn)


@pytest.fixture
def forgetful(office, other_database_url, tmp_path_factory):
    """An office of the same settings, with a database and folders of its own."""
    own = {"EBOK_DATABASE_URL": other_database_url}
    return Office(
        office.environment | own | {"EBOK_DATA_DIR": str(tmp_path_factory.mktemp("other"))}
    )


def forget(office: Office) -> None:
    """Remove the files that the next bundle would be compared with."""
    shutil.rmtree(Path(office.environment["EBOK_DATA_DIR"]) / "intake" / "baseline", True)


def told(office: Office) -> dict[str, list[str]]:
    """All that an import leaves behind, but for what is drawn or is a time."""
    database.connect(office.environment["EBOK_DATABASE_URL"])
    return {
        table.__name__: sorted(map(_steady, office.rows(table))) for table in (*MIRROR, *HISTORY)
    }


def _steady(row: dict) -> str:
    kept = {name: v for name, v in row.items() if name not in DRAWN and not name.endswith("_at")}
    if replaced := kept.get("row"):
        kept["row"] = {n: v for n, v in json.loads(replaced).items() if n not in DRAWN}
    return repr(kept)


@pytest.mark.parametrize("waiting", [2, delta.MOST_WAITING])
def test_nights_end_alike_whether_lines_are_passed_over_or_not(
    office, forgetful, tmp_path, monkeypatch, waiting
):
    monkeypatch.setattr(delta, "HEAD", 3)
    monkeypatch.setattr(delta, "MOST_WAITING", waiting)
    lenient = {"EBOK_ASIDE_PERCENT": "100", "EBOK_MISSING_PERCENT": "100"}
    for each in (office, forgetful):
        each.environment |= lenient
    for seed in range(SEEDS):
        random = Random(f"{waiting} {seed}")
        night = Night(random)
        for number in range(NIGHTS):
            bundle = night.write(tmp_path / f"{seed}-{number}")
            is_undone = number and random.random() < 0.12
            outputs = []
            for each in (office, forgetful):
                undone = each.try_undo() if is_undone else ""
                outputs.append(undone + each.run_anything(bundle, also=(4,)))
            forget(forgetful)
            assert outputs[0] == outputs[1], (seed, number)
            assert told(office) == told(forgetful), (seed, number)
            night.next()


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
    [row] = [row for row in office.customers() if row["code"] == "39-650"]
    return row["street"] != "by hand"


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


def _written_to(office, _path):
    with _kept(office)[0].open("a") as file:
        file.write("\n")


def _removed(office, _path):
    _kept(office)[0].unlink()


def _kept(office: Office) -> list[Path]:
    folder = Path(office.environment["EBOK_DATA_DIR"]) / "intake" / "baseline"
    return sorted(folder.glob("*/*.csv"))


@pytest.mark.parametrize("what", [_other_setting, _another_import, _written_to, _removed])
def test_all_is_read_again_after(spoilt, tmp_path, what):
    (tmp_path / "between").mkdir()
    what(spoilt, tmp_path / "between" / "x")
    spoilt.run(town(tmp_path / "second", city="Inne"))
    assert is_read(spoilt)


def test_all_is_read_again_by_another_version_of_the_program(spoilt, tmp_path, monkeypatch):
    monkeypatch.setattr(baseline, "_program", lambda: b"another")
    spoilt.run(town(tmp_path / "second", city="Inne"))
    assert is_read(spoilt)


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


def test_import_that_fails_as_it_is_noted_leaves_nothing_to_compare_with(
    spoilt, tmp_path, monkeypatch
):
    def fail(_self, _row):
        raise KeyboardInterrupt

    second = town(tmp_path / "second", city="Inne")
    with monkeypatch.context() as patch:
        patch.setattr(baseline.Kept, "note", fail)
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


def test_line_within_a_value_is_none_that_stood(office, tmp_path):
    """Whoever may write a title could else make a later payment be passed over."""
    rows = [customer(customer_code=f"39-{n}") for n in range(CUSTOMERS)]
    header, *lines = write(tmp_path, rows).joinpath("customers.csv").read_text().splitlines()
    hidden, last = lines[-2], lines[-1].replace(";Rynek 7;", f';"\n{lines[-2]}\n";')
    for name, told_ in (("one", [*lines[:-2], last]), ("two", [*lines[:-2], hidden])):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "customers.csv").write_text("\n".join([header, *told_, ""]))
        office.run_anything(folder)
    assert "39-698" in {row["code"] for row in office.customers()}


def test_files_are_forgotten_with_other_bundles(spoilt):
    chosen = settings.load(spoilt.environment)
    with database.connection():
        later = database.now() + timedelta(days=chosen.inbox_keep_days + 1)
        baseline.forget_baseline(later, chosen)
        assert not Baseline.select().exists()
    assert not _kept(spoilt)
