"""What is wrong is set aside with what refers to it, and the rest of the night goes on."""

import csv
from datetime import timedelta

import pytest

from billing.bundles import (
    PDF,
    add_pdf,
    as_csv,
    customer,
    invoice,
    line,
    meter,
    payment,
    point,
    reading,
    write,
)
from ebok import database
from ebok.billing import operations_history as history
from ebok.billing.models import Import, SetAside
from ebok.invoices.models import InvoiceLine
from ebok.mail.alerts import Alert
from ebok.meters.models import Meter, PointOfUse, Reading
from ebok.payments.models import Payment
from ebok.settings import load

TOWN = [customer(customer_code=f"39-{n}") for n in range(1, 301)]


def numbers(office) -> list[str]:
    return [row["number"] for row in office.invoices()]


@pytest.mark.shows("P70", "T8.1")
@pytest.mark.dialect
def test_wrong_row_is_set_aside_with_all_that_refers_to_it(office, tmp_path):
    bad, good = {"invoice_number": "FV/bad"}, {"invoice_number": "FV/good"}
    folder = write(
        tmp_path,
        TOWN,
        [
            invoice(**bad, customer_code="39-1", gross="1080,01"),
            invoice(**good, customer_code="39-1"),
        ],
        invoice_lines=[line(**bad), line(**good)],
        payments=[
            payment(payment_id="P/bad", customer_code="39-1", **bad),
            payment(payment_id="P/good", customer_code="39-1", **good),
        ],
    )
    for stem in ("FV-bad", "FV-good"):
        add_pdf(folder, f"{stem}.pdf", PDF)
    output = office.run(folder, expect=3)
    assert numbers(office) == ["FV/good"]
    assert [row["invoice"] for row in office.rows(InvoiceLine)] == ["FV/good"]
    assert [row["payment_id"] for row in office.rows(Payment)] == ["P/good"]
    assert "Set aside (1):\n  invoices.csv line 2, column gross" in output
    assert "Set aside with it (3):" in output
    assert "FV-bad.pdf: this refers to something set aside" in output
    assert "invoices.csv: 2 rows: 1 new, 0 changed, 0 unchanged, 1 set aside" in output
    assert "What is set aside is not imported" in output


@pytest.mark.shows("P70")
@pytest.mark.dialect
def test_next_bundle_brings_it_in_when_it_is_right(office, tmp_path):
    night = invoice(customer_code="39-1")
    office.run(write(tmp_path, TOWN, [night]))
    # What is left to pay is wrong, so the invoice stays as it was.
    office.run(write(tmp_path, TOWN, [night | {"outstanding": "x"}]), expect=3)
    assert office.invoices()[0]["outstanding_grosze"] == 50
    output = office.run(write(tmp_path, TOWN, [night | {"outstanding": "0,00"}]))
    assert "Set aside" not in output
    assert office.invoices()[0]["outstanding_grosze"] == 0


@pytest.mark.dialect
def test_new_customer_that_is_wrong_takes_its_invoices_along(office, tmp_path):
    rows = [*TOWN, customer(customer_code="40-1", nip="12")]
    his = [invoice(invoice_number=f"FV/{n}", customer_code="40-1") for n in range(40)]
    folder = write(tmp_path, rows, [*his, invoice(customer_code="39-1")])
    output = office.run(folder, expect=3)
    assert numbers(office) == ["FV/2026/10/00001"]
    # Forty invoices that are not wrong themselves do not make the night a wrong one.
    assert "Set aside (1):" in output
    assert "Set aside with it (40):" in output
    office.run(write(tmp_path, [customer(customer_code="40-1")], his))
    assert len(numbers(office)) == 41


@pytest.mark.dialect
def test_wrong_line_takes_its_whole_invoice_along(office, tmp_path):
    """An invoice without one of its lines would be a false paper."""
    both = [line(position="1"), line(position="2", net="x"), line(position="3")]
    folder = write(tmp_path, TOWN, [invoice(customer_code="39-1")], invoice_lines=both)
    output = office.run(folder, expect=3)
    assert numbers(office) == []
    assert office.rows(InvoiceLine) == []
    assert "Set aside (1):" in output
    assert "Set aside with it (3):" in output


@pytest.mark.dialect
def test_wrong_point_takes_its_meters_and_readings_along(office, tmp_path):
    folder = write(
        tmp_path,
        TOWN,
        points=[point(customer_code="39-1"), point(point_code="PP/2", customer_code="no such")],
        meters=[meter(), meter(meter_serial="2", point_code="PP/2")],
        readings=[reading(), reading(meter_serial="2")],
    )
    office.run(folder, expect=3)
    assert [row["code"] for row in office.rows(PointOfUse)] == ["PP/1"]
    assert [row["serial"] for row in office.rows(Meter)] == ["W 0012345"]
    assert [row["meter"] for row in office.rows(Reading)] == ["W 0012345"]


@pytest.mark.dialect
def test_invoice_of_nobody_is_set_aside(office, tmp_path):
    rows = [invoice(customer_code="40-1"), invoice(invoice_number="FV/2", customer_code="39-1")]
    output = office.run(write(tmp_path, TOWN, rows, invoice_lines=[line()]), expect=3)
    assert numbers(office) == ["FV/2"]
    assert office.rows(InvoiceLine) == []
    assert 'column customer_code: "40-1": expected a customer of customers.csv' in output


def test_wrong_xml_and_pdf_are_set_aside(office, tmp_path):
    folder = write(tmp_path, TOWN, [invoice(customer_code="39-1")])
    (folder / "wrong.xml").write_bytes(b"<Faktura/>")
    add_pdf(folder, "FV-2026-10-00001.pdf", b"GIF89a")
    output = office.run(folder, expect=3)
    assert numbers(office) == ["FV/2026/10/00001"]
    assert "wrong.xml line 1" in output
    assert "FV-2026-10-00001.pdf: expected a whole PDF" in output
    assert "Set aside (2):" in output


@pytest.mark.shows("P69", "T8.1")
@pytest.mark.dialect
@pytest.mark.parametrize(
    ("count", "town", "settings"),
    [
        (21, 3000, {}),
        (3, 200, {}),
        (1, 300, {"EBOK_ASIDE_ROWS": "0"}),
        (2, 300, {"EBOK_ASIDE_ROWS": "1"}),
    ],
)
def test_more_than_the_threshold_refuses_the_bundle(office, tmp_path, count, town, settings):
    office.environment |= settings
    rows = [customer(customer_code=f"39-{n}") for n in range(town)]
    wrong = [customer(customer_code=f"40-{n}", nip="12") for n in range(count)]
    output = office.run(write(tmp_path, [*rows, *wrong]), expect=1)
    assert f"Errors ({count}):" in output
    assert "Set aside" not in output
    assert office.customers() == []
    assert office.rows(Import) == []


@pytest.mark.parametrize(
    "files",
    [
        {"customers.csv": as_csv([*TOWN, customer(customer_code="39-1", name="Inna")])},
        {"customers.csv": as_csv(TOWN).encode("utf-16")},
        {"customers.csv": as_csv(TOWN).replace("customer_code", "code", 1)},
    ],
)
def test_what_is_wrong_with_the_file_refuses_the_bundle(office, tmp_path, files):
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(raw)
    office.run(tmp_path, expect=1)
    assert office.customers() == []


def test_account_without_the_mask_refuses_the_bundle(office, tmp_path):
    office.environment["EBOK_UTILITY_ACCOUNT_MASK"] = "109010140001"
    rows = [each | {"bank_account": ""} for each in TOWN]
    rows[0] = customer(customer_code="39-1")
    assert "1 account without the utility's mask" in office.run(write(tmp_path, rows), expect=1)
    assert office.customers() == []


@pytest.mark.dialect
def test_history_and_a_list_say_what_was_set_aside(office, tmp_path):
    rows = [*TOWN, customer(customer_code="40-1", nip="12")]
    his = [invoice(customer_code="40-1")]
    listed = tmp_path / "night.csv"
    office.run(write(tmp_path, rows, his), "--list", listed, expect=3)
    expected = [
        ["set aside", "customers.csv", "302", "nip", "12"],
        ["set aside", "invoices.csv", "2", "customer_code", "40-1"],
    ]
    assert [row[:5] for row in told(listed)[1:]] == expected
    last = office.last()
    assert last.aside_count == 2
    assert len(office.rows(SetAside)) == 2
    again = tmp_path / "again.csv"
    shown = office.imports("show", last.id, "--list", again)
    assert "Set aside (1):\n  customers.csv line 302, column nip" in shown
    assert [row[:5] for row in told(again)[1:]] == expected


def told(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_rehearsal_says_the_same_and_changes_nothing(office, tmp_path):
    folder = write(tmp_path, [*TOWN, customer(customer_code="40-1", nip="12")])
    output = office.run(folder, "--dry-run", expect=3)
    assert "Set aside (1):" in output
    assert office.customers() == []


@pytest.mark.dialect
def test_publishing_ends_as_an_import_with_rows_set_aside_does(office, tmp_path):
    night = [invoice(customer_code="39-1"), invoice(invoice_number="FV/bad", gross="1")]
    folder = write(tmp_path, TOWN, night)
    office.run(folder, "--publish-to", "biuro@wodociagi.example", expect=4)
    assert numbers(office) == []
    with database.connection():
        assert list(Alert.open()) == [], "nothing was applied yet, in part or whole"
    office.imports("publish", expect=3)
    assert numbers(office) == ["FV/2026/10/00001"]


@pytest.mark.shows("T9.5")
def test_values_that_were_set_aside_are_forgotten_as_reports_are(office, tmp_path):
    office.run(write(tmp_path, [*TOWN, customer(customer_code="40-1", nip="12")]), expect=3)
    settings = load(office.environment)
    with database.connection():
        history.forget_set_aside(database.now() + timedelta(days=29), settings)
        assert SetAside.select().count() == 1
        history.forget_set_aside(database.now() + timedelta(days=31), settings)
        assert SetAside.select().count() == 0
