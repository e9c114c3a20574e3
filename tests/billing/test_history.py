"""Which imports changed something, how fresh the mirror is, and how the last one is taken back."""

import json
import os
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

import cast
from billing.bundles import PDF, add_pdf, as_csv, as_zip, customer, invoice, write, write_whole
from command import run_ebok
from ebok import database
from ebok.billing import operations_history as history
from ebok.billing.models import Import, Replaced

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)


def written_at(folder, moment: datetime) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (moment.timestamp(),) * 2)


@pytest.mark.dialect
def test_import_is_noted_with_what_it_did(office, tmp_path):
    folder = write_whole(tmp_path)
    written_at(folder, MIDNIGHT)
    office.run(folder)
    row = office.last()
    assert (row.source, row.origin) == (tmp_path.name, "command")
    assert (row.new_count, row.changed_count) == (7, 0)
    assert row.as_of_at == MIDNIGHT.replace(tzinfo=None)
    assert {each["import_id"] for each in office.invoices()} == {row.id}
    listed = office.imports("list")
    assert "as of 2026-11-02T00:00:00Z\t7 new\t0 changed\tcommand" in listed
    assert "  invoice_lines.csv: 1 new, 0 changed" in office.imports("show", row.id)
    assert "there is no import 99" in office.imports("show", 99, expect=1)


def test_mirror_is_as_fresh_as_its_newest_file_and_never_of_tomorrow(office, tmp_path):
    folder = write(tmp_path, [customer()], [invoice()])
    written_at(folder, MIDNIGHT)
    os.utime(folder / "invoices.csv", ((MIDNIGHT + timedelta(hours=1)).timestamp(),) * 2)
    office.run(folder)
    with database.connection():
        assert Import.as_of() == datetime(2026, 11, 2, 1)
    write(folder, [customer(name="Inna")])
    written_at(folder, datetime.now(UTC) + timedelta(days=2))
    office.run(folder)
    assert office.last().as_of_at <= database.now()


def test_newer_files_that_say_the_same_move_the_time_and_nothing_else(office, tmp_path):
    folder = write(tmp_path, [customer()], [invoice()])
    written_at(folder, MIDNIGHT)
    office.run(folder)
    before = office.mirror()
    written_at(folder, MIDNIGHT + timedelta(days=1))
    assert "Nothing to change" in office.run(folder)
    assert office.last().as_of_at == datetime(2026, 11, 3)
    assert len(office.rows(Import)) == 1
    assert office.mirror() == before
    written_at(folder, MIDNIGHT - timedelta(days=1))
    office.forbid_writing()
    office.run(folder)


def test_zip_tells_the_time_of_its_files_where_the_office_stands(office, tmp_path):
    path = as_zip(tmp_path / "b.zip", {})
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("customers.csv", (2026, 7, 1, 2, 0, 0))
        archive.writestr(entry, as_csv([customer()]))
    office.run(path)
    # Two o'clock of a summer's night in Warsaw.
    assert office.last().as_of_at == datetime(2026, 7, 1)


@pytest.mark.shows("P84")
@pytest.mark.dialect
def test_what_was_replaced_is_kept_for_the_newest_imports_only(office, tmp_path):
    office.environment["EBOK_UNDO_IMPORTS"] = "2"
    office.run(write(tmp_path, [customer()], [invoice()]))
    for name in ("Druga", "Trzecia", "Czwarta"):
        office.run(write(tmp_path, [customer(name=name)]))
    kept = [(row["import_"], row["key"]) for row in office.rows(Replaced)]
    # A buyer who is not named has the customer's name.
    keys = ("39-29001", "FV/2026/10/00001")
    assert sorted(kept) == [(number, key) for number in (3, 4) for key in keys]
    office.imports("undo")
    office.imports("undo")
    assert [row["name"] for row in office.customers()] == ["Druga"]
    output = office.imports("undo", expect=1)
    assert "import 2 of" in output
    assert "is too old: what it replaced is no longer kept (undo_imports, undo_days)" in output
    assert [row["name"] for row in office.customers()] == ["Druga"]


def test_import_of_long_ago_is_not_taken_back(office, tmp_path):
    office.run(write(tmp_path, [customer()]))
    office.run(write(tmp_path, [customer(name="Druga")]))
    with database.connection():
        long_ago = database.now() - timedelta(days=15)
        Import.update(applied_at=long_ago).execute()
    office.run(write(tmp_path, [customer(name="Trzecia")]))
    assert [row["import_"] for row in office.rows(Replaced)] == [3]
    office.imports("undo")
    assert "import 2 of" in office.imports("undo", expect=1)


@pytest.mark.shows("P78", "T8.21")
@pytest.mark.dialect
def test_undo_leaves_the_mirror_as_it_was(office, tmp_path):
    folder = write_whole(tmp_path)
    add_pdf(folder, "FV-2026-10-00001.pdf")
    office.run(folder)
    before = office.mirror()
    second = customer(customer_code="39-2", name='Żaneta "Ż" O\'Nil')
    moves = {"customer_code": "39-2", "moved_from": "39-29001"}
    moved = invoice(**moves, due_on="", outstanding="0", net="-1000", gross="-920")
    other = invoice(invoice_number="FV/2", moved_from="")
    write(folder, [customer(email=""), second], [moved, other])
    lines = (folder / "invoice_lines.csv").read_text().replace("12,345", "").replace("8\n", "zw\n")
    (folder / "invoice_lines.csv").write_text(lines)
    (folder / "readings.csv").write_text(
        (folder / "readings.csv").read_text().replace("remote", "clerk")
    )
    add_pdf(folder, "FV-2026-10-00001.pdf", PDF + PDF)
    add_pdf(folder, "FV-2.pdf")
    office.run(folder)
    assert office.mirror() != before
    output = office.imports("undo")
    assert "Import 2 undone: 4 rows removed, 4 rows restored" in output
    assert office.mirror() == before
    assert office.last().id == 1
    assert office.rows(Replaced) == []
    assert "undone" in office.imports("list").splitlines()[0]
    # What was taken back can be imported again.
    office.run(folder)
    assert office.mirror() != before


@pytest.mark.dialect
def test_row_kept_before_an_upgrade_is_given_back_without_the_new_columns(office, tmp_path):
    folder = write(tmp_path, [customer()], [invoice()])
    office.run(folder)
    before = office.mirror()
    office.run(write(folder, [customer()], [invoice(outstanding="0")]))
    with database.connection():
        (kept,) = Replaced.select()
        row = json.loads(kept.row)
        for column in ("corrects_also", "correction_reason", "due_terms"):
            row.pop(column)
        Replaced.update(row=json.dumps(row)).execute()
    office.imports("undo")
    assert office.mirror() == before


@pytest.mark.shows("P84")
@pytest.mark.dialect
def test_undo_works_back_through_the_history(office, tmp_path):
    assert "there has been no import yet" in office.imports("undo", expect=1)
    mirrors = []
    nights = (
        {"customers": [customer()], "invoices": [invoice()]},
        {"customers": [customer(name="Druga")], "invoices": [invoice(outstanding="0")]},
        {"customers": [customer(name="Trzecia"), customer(customer_code="39-2")]},
    )
    for night in nights:
        mirrors.append(office.mirror())
        office.run(write(tmp_path, **night))
    for number, before in reversed(list(enumerate(mirrors, 1))):
        assert f"Import {number} undone" in office.imports("undo")
        assert office.mirror() == before
    assert office.rows(Replaced) == []
    assert "every import has already been undone" in office.imports("undo", expect=1)


@pytest.mark.dialect
def test_import_after_an_undone_one_is_taken_back_to_what_was_before_both(office, tmp_path):
    office.run(write(tmp_path, [customer()]))
    before = office.mirror()
    office.run(write(tmp_path, [customer(name="Druga")]))
    office.imports("undo")
    office.run(write(tmp_path, [customer(name="Trzecia")]))
    assert "Import 3 undone" in office.imports("undo")
    assert office.mirror() == before
    assert "Import 1 undone" in office.imports("undo")
    assert not any(office.mirror().values())


@pytest.mark.dialect
def test_first_load_can_be_undone(office, tmp_path):
    folder = write_whole(tmp_path)
    add_pdf(folder, "FV-2026-10-00001.pdf")
    office.run(folder)
    assert "8 rows removed" in office.imports("undo")
    assert not any(office.mirror().values())
    office.run(folder)
    assert len(office.invoices()) == 1


@pytest.mark.dialect
def test_who_has_an_account_by_now_keeps_their_customer(office, tmp_path):
    office.run(write(tmp_path, [customer()], [invoice()]))
    before = office.mirror()
    with database.connection():
        anna = cast.Customer("39-29001", "Anna", "person", "", "", "")
        cast.new_account(anna, "Woda-2026", email="anna@poczta.example")
    output = office.imports("undo", expect=1)
    assert "import 1 brought customers who have since opened accounts: 39-29001." in output
    assert office.mirror() == before
    assert office.last().id == 1


@pytest.mark.dialect
def test_import_that_was_beaten_by_another_compares_again(office, tmp_path, monkeypatch):
    """Both compare before either writes: the second must not undo what it never saw."""
    (tmp_path / "other").mkdir()
    (tmp_path / "mine").mkdir()
    other = write(tmp_path / "other", [customer(name="Druga"), customer(customer_code="39-2")])
    mine = write(tmp_path / "mine", [customer()])
    state, calls = history.state, []

    def beaten():
        seen = state()
        calls.append(seen)
        if len(calls) == 1:
            done = run_ebok(os.environ | office.environment, "import", str(other))
            assert done.returncode == 0, done.stderr
        return seen

    monkeypatch.setattr(history, "state", beaten)
    office.run(mine)
    assert [(row["new_count"], row["changed_count"]) for row in office.rows(Import)] == [
        (2, 0),
        (0, 1),
    ]
    office.imports("undo")
    assert [row["name"] for row in office.customers()] == ["Anna Żółć-Nowak", "Druga"]
