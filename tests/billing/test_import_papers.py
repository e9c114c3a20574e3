"""Lines, payments, points, meters, readings and PDFs: what becomes of them, what is refused."""

from datetime import date
from pathlib import Path

import pytest

from billing.bundles import (
    LINE,
    METER,
    PAPERS,
    PAYMENT,
    PDF,
    POINT,
    READING,
    add_pdf,
    as_csv,
    as_zip,
    customer,
    invoice,
    line,
    on_one_database,
    write,
    write_whole,
)
from ebok.documents.models import Document
from ebok.documents.operations_store import path_of
from ebok.invoices.models import InvoiceLine
from ebok.meters.models import Meter, PointOfUse, Reading
from ebok.payments.models import Payment


@pytest.mark.dialect
def test_every_file_arrives_as_it_was_written(office, tmp_path):
    output = office.run(write_whole(tmp_path))
    assert output.count("1 row: 1 new") == 7
    (water,) = office.rows(InvoiceLine)
    assert (water["quantity_millionths"], water["unit_net_microgrosze"]) == (
        12_345_000,
        482_350_000,
    )
    assert (water["net_grosze"], water["vat_rate"], water["unit"]) == (5955, "8", "m³")
    (payment,) = office.rows(Payment)
    assert (payment["amount_grosze"], payment["booked_on"]) == (108000, date(2026, 11, 5))
    (point,) = office.rows(PointOfUse)
    assert (point["customer"], point["tariff"]) == ("39-29001", "G1")
    (meter,) = office.rows(Meter)
    assert (meter["digits"], meter["removed_on"]) == (5, None)
    assert meter["legal_until"] == date(2029, 12, 31)
    (reading,) = office.rows(Reading)
    assert (reading["value_litres"], reading["source"]) == (1_234_567, "remote")


@pytest.mark.dialect
def test_each_file_alone_is_a_bundle_and_again_writes_nothing(office, tmp_path):
    office.run(write_whole(tmp_path))
    office.forbid_writing()
    for name in PAPERS:
        output = office.run(tmp_path / f"{name}.csv")
        assert "0 new, 0 changed, 1 unchanged" in output


@pytest.mark.dialect
def test_line_is_told_from_others_by_invoice_and_position(office, tmp_path):
    lines = [line(), line(position="2", name="Ścieki"), line(position="2", name="Ścieki")]
    output = office.run(write_whole(tmp_path, invoice_lines=lines))
    assert "invoice_lines.csv: 3 rows: 2 new, 0 changed, 0 unchanged, 1 repeated" in output
    changed = [line(), line(position="2", name="Odprowadzone ścieki")]
    assert "0 new, 1 changed, 1 unchanged" in office.run(write(tmp_path, invoice_lines=changed))
    assert {row["name"] for row in office.rows(InvoiceLine)} == {
        "Dostarczona woda",
        "Odprowadzone ścieki",
    }
    twice = [line(), line(name="Inna")]
    output = office.run(write(tmp_path, invoice_lines=twice), expect=1)
    assert 'column invoice_number, position: "FV/2026/10/00001 1": expected this key once' in output


@pytest.mark.dialect
@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        ("invoice_lines", "invoice_number", "expected an invoice of invoices.csv"),
        ("payments", "customer_code", "expected a customer of customers.csv"),
        ("points", "customer_code", "expected a customer of customers.csv"),
        ("meters", "point_code", "expected a point of use of points.csv"),
        ("readings", "meter_serial", "expected a meter of meters.csv"),
    ],
)
def test_what_refers_to_nothing_is_refused(office, tmp_path, name, column, expected):
    rows = [PAPERS[name], PAPERS[name] | {column: "39-404"}]
    if name == "payments":
        rows[1]["payment_id"] = "P/2"
    elif name in ("points", "meters"):
        rows[1][next(iter(rows[1]))] = "other"
    output = office.run(write_whole(tmp_path, **{name: rows}), expect=1)
    assert f'{name}.csv line 3, column {column}: "39-404": {expected}' in output
    assert not any(office.mirror().values())


@pytest.mark.parametrize(
    ("name", "column", "value", "expected"),
    [
        ("invoice_lines", "position", "0", "expected a whole number from 1 to 99999"),
        ("invoice_lines", "quantity", "1,2345678", "expected a quantity like 12,345, at most 6"),
        ("invoice_lines", "quantity", "1.234", "expected a quantity like 12,345"),
        ("invoice_lines", "quantity", "1" * 13, "expected a quantity"),
        ("invoice_lines", "unit_net", "4,823512345", "expected a price like 4,8235, at most 8"),
        ("invoice_lines", "net", "1,234", "ambiguous: 1234 złoty"),
        ("invoice_lines", "vat_rate", "osiem", "expected a rate of VAT: 23"),
        ("invoice_lines", "name", "", "expected a value, but this is empty"),
        ("payments", "amount", "", "expected an amount like"),
        ("meters", "digits", "12", "expected a whole number from 3 to 9"),
        ("meters", "kind", "gas", "expected water, garden, hot or sewage"),
        ("readings", "value", "-1", "expected a reading like 1234"),
        ("readings", "value", "1234,5678", "expected a reading like 1234"),
        ("readings", "value", "", "expected a reading like 1234"),
        ("readings", "source", "dog", "expected clerk, remote, customer or estimate"),
    ],
)
@on_one_database
def test_wrong_value_of_a_paper(office, tmp_path, name, column, value, expected):
    row = PAPERS[name] | {column: value}
    output = office.run(write_whole(tmp_path, **{name: [row]}), expect=1)
    assert f'{name}.csv line 2, column {column}: "{value}": {expected}' in output


@pytest.mark.parametrize(
    ("value", "litres"), [("1234", 1_234_000), ("0,5", 500), ("1 234,567", 1_234_567)]
)
def test_reading_may_have_litres(office, tmp_path, value, litres):
    office.run(write_whole(tmp_path, readings=[READING | {"value": value}]))
    assert office.rows(Reading)[0]["value_litres"] == litres


def test_three_decimals_alone_are_never_guessed(office, tmp_path):
    rows = [READING | {"value": "123,456"}]
    output = office.run(write_whole(tmp_path, readings=rows), expect=1)
    assert "\"123,456\": ambiguous: 123456, or a decimal ',' with three decimals?" in output


@pytest.mark.parametrize("rows_before", [1, 450])
def test_three_decimals_are_read_once_the_file_shows_its_sign(office, tmp_path, rows_before):
    days = [f"20{n // 300 + 10}-{n % 12 + 1:02}-{n % 25 + 1:02}" for n in range(rows_before)]
    rows = [READING | {"value": "123,456", "read_on": day} for day in dict.fromkeys(days)]
    rows.append(READING | {"value": "0,5", "read_on": "2026-11-01"})
    office.run(write_whole(tmp_path, readings=rows))
    assert {row["value_litres"] for row in office.rows(Reading)} == {123_456, 500}


@pytest.mark.dialect
def test_columns_that_are_left_out_keep_what_is_known(office, tmp_path):
    account = "61109010140000071219812874"
    given = invoice(point_code="PP/1", bank_account=account)
    office.run(write(tmp_path, [customer()], [given]))
    output = office.run(write(tmp_path, invoices=[invoice(outstanding="0")]))
    assert "0 new, 1 changed" in output
    (row,) = office.invoices()
    assert (row["point_code"], row["bank_account"]) == ("PP/1", account)
    office.run(write(tmp_path, invoices=[invoice(point_code="", outstanding="0")]))
    (row,) = office.invoices()
    assert (row["point_code"], row["bank_account"]) == ("", account)


@pytest.mark.shows("T8.12")
def test_account_of_another_mask_is_refused(office, tmp_path):
    general = "PL61 1090 1014 0000 0712 1981 2874"
    office.environment["EBOK_UTILITY_BANK_ACCOUNT"] = general
    office.environment["EBOK_UTILITY_ACCOUNT_MASK"] = "109010140000"
    office.run(write(tmp_path, [customer(), customer(customer_code="39-2", bank_account=general)]))
    office.environment["EBOK_UTILITY_ACCOUNT_MASK"] = "109010149999"
    output = office.run(write(tmp_path, [customer(), customer(bank_account=general)]), expect=1)
    assert "Errors (1):" in output
    assert "expected an account of this utility: its mask is 109010149999" in output
    assert "In short: 1 account without the utility's mask." in output


def test_pdf_is_kept_for_the_invoice_that_its_name_tells(office, tmp_path):
    folder = write_whole(tmp_path)
    add_pdf(folder, "FV_2026-10_00001.PDF")
    output = office.run(folder)
    assert "documents: 1 row: 1 new" in output
    (row,) = office.rows(Document)
    assert (row["invoice_number"], row["kind"]) == ("FV/2026/10/00001", "pdf")
    data_dir = office.environment["EBOK_DATA_DIR"]
    assert path_of(row["sha256"], Path(data_dir)).read_bytes() == PDF
    office.forbid_writing()
    assert "documents: 1 row: 0 new, 0 changed, 1 unchanged" in office.run(folder)


def test_documents_alone_in_a_zip(office, tmp_path):
    (tmp_path / "csv").mkdir()
    office.run(write_whole(tmp_path / "csv"))
    files = {"export/documents/FV-2026-10-00001.pdf": PDF, "export/other.pdf": PDF}
    output = office.run(as_zip(tmp_path / "bundle.zip", files))
    assert "file other.pdf" in output
    assert len(office.rows(Document)) == 1


def test_pdf_of_an_unknown_invoice_is_a_warning(office, tmp_path):
    folder = write_whole(tmp_path)
    add_pdf(folder, "FV-404.pdf")
    output = office.run(folder)
    assert "FV-404.pdf: expected the number of an invoice that is in e-BOK" in output
    assert office.rows(Document) == []
    assert len(office.invoices()) == 1


@pytest.mark.shows("T8.11", "V5.2.2")
@pytest.mark.parametrize("content", [b"", b"GIF89a", PDF[:-7], b"<html>%PDF-1.7"])
def test_document_that_is_no_pdf_refuses_the_bundle(office, tmp_path, content):
    folder = write_whole(tmp_path)
    add_pdf(folder, "FV-2026-10-00001.pdf", content)
    output = office.run(folder, expect=1)
    assert (
        "FV-2026-10-00001.pdf: expected a whole PDF: this one has no beginning or no end" in output
    )
    assert not any(office.mirror().values())


@pytest.mark.shows("T8.11")
@pytest.mark.dialect
def test_name_that_fits_two_invoices_is_refused(office, tmp_path):
    folder = write(tmp_path, [customer()], [invoice(), invoice(invoice_number="FV-2026/10/00001")])
    add_pdf(folder, "FV-2026-10-00001.pdf")
    output = office.run(folder, expect=1)
    assert "expected a name of one invoice: FV-2026/10/00001 or FV/2026/10/00001?" in output


def test_two_pdfs_of_one_invoice_must_be_the_same(office, tmp_path):
    folder = write_whole(tmp_path)
    add_pdf(folder, "FV-2026-10-00001.pdf")
    add_pdf(folder, "FV_2026_10_00001.pdf")
    assert "1 repeated" in office.run(folder, "--dry-run")
    add_pdf(folder, "FV_2026_10_00001.pdf", PDF + PDF)
    output = office.run(folder, expect=1)
    assert "expected one PDF per invoice: FV-2026-10-00001.pdf differs" in output


def test_file_of_papers_is_read_in_every_dialect(office, tmp_path):
    dotted = LINE | {"quantity": "12.345", "unit_net": "4.8235", "net": "59.55"}
    folder = write_whole(tmp_path)
    text = as_csv([dotted], separator=",")
    (folder / "invoice_lines.csv").write_bytes(text.encode("cp1250", errors="replace"))
    office.run(folder)
    assert office.rows(InvoiceLine)[0]["quantity_millionths"] == 12_345_000


def test_everything_refers_to_what_comes_with_it(office, tmp_path):
    """Whatever comes first in the archive: the order of files says nothing."""
    rows = {"payments": PAYMENT, "points": POINT, "meters": METER, "readings": READING}
    files = {f"{name}.csv": as_csv([row]) for name, row in reversed(rows.items())}
    files |= {"customers.csv": as_csv([customer()])}
    office.run(as_zip(tmp_path / "b.zip", files))
    assert len(office.rows(Reading)) == 1
