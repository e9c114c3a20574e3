"""What is gone is gone from customers' eyes, with a trace; and comes back as it was."""

import pytest

import cast
from billing.bundles import (
    add_pdf,
    customer,
    invoice,
    line,
    meter,
    payment,
    point,
    reading,
    write,
    write_whole,
)
from ebok import database
from ebok.billing.models import Import, Withdrawn
from ebok.customers.models import Customer
from ebok.documents.models import Document
from ebok.invoices.models import InvoiceLine
from ebok.meters.models import Meter, Reading
from ebok.payments.models import Payment

COMPLETE = "file;complete\r\n{};1\r\n"


def positions(office) -> list[int]:
    return sorted(row["position"] for row in office.rows(InvoiceLine))


def say_complete(folder, *names: str):
    rows = "".join(f"{name};1\r\n" for name in names)
    (folder / "bundle.csv").write_text(f"file;complete\r\n{rows}")
    return folder


@pytest.mark.shows("P72")
@pytest.mark.dialect
def test_new_version_of_an_invoice_replaces_all_its_lines(office, tmp_path):
    lines = [line(position=str(n)) for n in (1, 2, 3)]
    others = [invoice(invoice_number="FV/2")]
    kept = line(invoice_number="FV/2", position="7")
    office.run(write(tmp_path, [customer()], [invoice(), *others], invoice_lines=[*lines, kept]))
    before = office.mirror()
    output = office.run(write(tmp_path, [customer()], [invoice()], invoice_lines=lines[:1]))
    assert positions(office) == [1, 7]
    gone = "FV/2026/10/00001 2: the new version of its invoice no longer has it"
    assert f"Withdrawn: invoice_lines.csv (2):\n  {gone}" in output
    assert office.last().withdrawn_count == 2
    office.imports("undo")
    assert office.mirror() == before
    assert office.rows(Withdrawn) == []


def test_bundle_without_lines_leaves_them_alone(office, tmp_path):
    office.run(write(tmp_path / ".", [customer()], [invoice()], invoice_lines=[line()]))
    (tmp_path / "invoice_lines.csv").unlink()
    office.run(write(tmp_path, [customer()], [invoice(outstanding="0")]))
    assert positions(office) == [1]


@pytest.mark.shows("P73")
@pytest.mark.dialect
def test_deleted_row_leaves_with_all_that_refers_to_it(office, tmp_path):
    folder = write_whole(tmp_path)
    add_pdf(folder, "FV-2026-10-00001.pdf")
    office.run(folder)
    before = office.mirror()
    for path in folder.glob("*.csv"):
        path.unlink()
    gone = [invoice() | {"deleted": "1"}]
    output = office.run(write(folder, invoices=gone))
    assert office.invoices() == office.rows(InvoiceLine) == office.rows(Document) == []
    # What was paid, was paid.
    assert len(office.rows(Payment)) == 1
    assert "FV/2026/10/00001: the file says that it is deleted" in output
    assert "what it belongs to has been withdrawn" in output
    trace = {(row["table"], row["reason"]) for row in office.rows(Withdrawn)}
    assert ("invoice", "deleted") in trace
    assert ("invoice_line", "with") in trace
    assert "Nothing to change" in office.run(folder)
    office.imports("undo")
    assert office.mirror() == before


@pytest.mark.dialect
def test_what_comes_again_has_its_address_again(office, tmp_path):
    office.run(write(tmp_path, [customer()], [invoice()]))
    address = office.invoices()[0]["public_id"]
    office.run(write(tmp_path, [customer()], [invoice() | {"deleted": "1"}]))
    assert office.invoices() == []
    office.run(write(tmp_path, [customer()], [invoice(), invoice(invoice_number="FV/3")]))
    assert office.invoices()[0]["public_id"] == address
    assert office.invoices()[1]["public_id"] != address
    assert [row["returned_by"] for row in office.rows(Withdrawn)] == [office.last().id]
    office.imports("undo")
    assert office.invoices() == []
    assert [row["returned_by"] for row in office.rows(Withdrawn)] == [0]
    office.imports("undo")
    assert office.invoices()[0]["public_id"] == address


def test_address_of_a_former_owner_is_not_given_to_the_next(office, tmp_path):
    two = [customer(), customer(customer_code="39-2")]
    office.run(write(tmp_path, two, [invoice()]))
    address = office.invoices()[0]["public_id"]
    office.run(write(tmp_path, two, [invoice() | {"deleted": "1"}]))
    office.run(write(tmp_path, two, [invoice(customer_code="39-2")]))
    assert office.invoices()[0]["public_id"] != address


@pytest.mark.shows("P73")
@pytest.mark.dialect
def test_what_a_complete_file_has_not_is_withdrawn(office, tmp_path):
    meters = [meter(), meter(meter_serial="2")]
    readings = [reading(), reading(meter_serial="2")]
    tables = {"points": [point()], "meters": meters, "readings": readings}
    office.run(write(tmp_path, [customer()], [invoice()], **tables))
    # What the bundle does not tell stays, unless the file says that it is complete.
    (tmp_path / "readings.csv").unlink()
    write(tmp_path, [customer()], [invoice()], points=[point()], meters=meters[:1])
    assert "Nothing to change" in office.run(tmp_path)
    output = office.run(say_complete(tmp_path, "meters.csv"))
    assert [row["serial"] for row in office.rows(Meter)] == ["W 0012345"]
    assert "  2: it is not in the file, which is complete" in output
    assert "Withdrawn: readings.csv (1):" in output
    assert "meters.csv: 1 row: 0 new, 0 changed, 1 unchanged, 1 withdrawn" in output
    office.imports("undo")
    assert len(office.rows(Meter)) == 2


@pytest.mark.dialect
def test_what_moved_to_another_customer_does_not_leave_with_the_first(office, tmp_path):
    two = [customer(), customer(customer_code="39-2")]
    papers = {"points": [point()], "meters": [meter()], "readings": [reading()]}
    office.run(write(tmp_path, two, **papers))
    for name in ("meters", "readings"):
        (tmp_path / f"{name}.csv").unlink()
    moved = [point(customer_code="39-2")]
    office.run(say_complete(write(tmp_path, two[1:], points=moved), "customers.csv"))
    assert [row["code"] for row in office.customers()] == ["39-2"]
    assert len(office.rows(Meter)) == len(office.rows(Reading)) == 1
    office.imports("undo")
    assert [row["code"] for row in office.customers()] == ["39-2", "39-29001"]


@pytest.mark.shows("T8.4")
@pytest.mark.dialect
def test_customer_with_an_account_stays_and_is_told(office, tmp_path):
    two = [customer(), customer(customer_code="39-2")]
    office.run(write(tmp_path, two, [invoice()]))
    with database.connection():
        cast.new_account(Customer.get_by_id("39-29001"), "haslo")
    gone = [each | {"deleted": "1"} for each in two]
    (tmp_path / "invoices.csv").unlink()
    output = office.run(write(tmp_path, gone))
    assert [row["code"] for row in office.customers()] == ["39-29001"]
    assert len(office.invoices()) == 1
    assert '"39-29001": this customer has an account here and therefore stays' in output


@pytest.mark.shows("T8.4")
def test_half_an_export_that_says_it_is_complete_is_refused(office, tmp_path):
    town = [customer(customer_code=f"39-{n}") for n in range(100)]
    office.run(write(tmp_path, town))
    output = office.run(say_complete(write(tmp_path, town[:70]), "customers.csv"), expect=1)
    assert "30 of the 100 rows in e-BOK are missing from it" in output
    assert len(office.customers()) == 100
    office.environment["EBOK_MISSING_PERCENT"] = "30"
    office.run(tmp_path)
    assert len(office.customers()) == 70


def test_row_that_is_set_aside_is_not_missing(office, tmp_path):
    town = [customer(customer_code=f"39-{n}") for n in range(200)]
    office.run(write(tmp_path, town))
    town[3] = town[3] | {"nip": "12"}
    output = office.run(say_complete(write(tmp_path, town), "customers.csv"), expect=3)
    assert "Withdrawn" not in output
    assert len(office.customers()) == 200


@pytest.mark.dialect
def test_invoice_of_a_customer_who_leaves_is_set_aside(office, tmp_path):
    town = [customer(customer_code=f"39-{n}") for n in range(150)]
    office.run(write(tmp_path, town))
    town[0] = town[0] | {"deleted": "1"}
    town[1:] = [each | {"deleted": ""} for each in town[1:]]
    bills = [invoice(customer_code="39-0"), invoice(invoice_number="FV/2", customer_code="39-1")]
    office.run(write(tmp_path, town, bills), expect=3)
    assert [row["number"] for row in office.invoices()] == ["FV/2"]
    assert len(office.customers()) == 149


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (COMPLETE.format("points.csv"), 'column file: "points.csv": expected a CSV file of this'),
        ("file;complete\r\ncustomers.csv;maybe\r\n", 'column complete: "maybe": expected 1 or 0'),
        ("name;complete\r\n", "expected the columns file, complete"),
    ],
)
def test_faults_of_the_manifest_are_told(office, tmp_path, text, expected):
    write(tmp_path, [customer()])
    (tmp_path / "bundle.csv").write_text(text)
    assert expected in office.run(tmp_path, expect=1)
    assert office.rows(Import) == []


def test_deleted_takes_one_or_nothing(office, tmp_path):
    output = office.run(write(tmp_path, [customer() | {"deleted": "x"}]), expect=1)
    assert 'column deleted: "x": expected 1 for a row that no longer exists' in output


def test_booked_payment_that_was_wrong_can_be_deleted(office, tmp_path):
    office.run(write(tmp_path, [customer()], payments=[payment()]))
    office.run(write(tmp_path, [customer()], payments=[payment() | {"deleted": "1"}]))
    assert office.rows(Payment) == []
