"""Forms of real exports are read where they cannot be mistaken; what Excel destroyed is not."""

from datetime import date

import pytest

from billing.bundles import (
    LINE,
    READING,
    as_csv,
    customer,
    invoice,
    line,
    on_one_database,
    write,
    write_whole,
)
from ebok.invoices.models import InvoiceLine
from ebok.meters.models import Reading

SUMS = {
    "1234,50": 123450,
    "100,00-": -10000,
    "\u2212100,00": -10000,
    "- 100,00": -10000,
    "1\u2009234,50": 123450,
    "1\u00a0234,50": 123450,
    "1\u202f234\u202f567,50": 123456750,
    "100,00 zł": 10000,
    "100,00zł": 10000,
    "1 234,5\u00a0PLN": 123450,
    "100,00 zł-": -10000,
    "100,0000": 10000,
    "100,5000": 10050,
    "1234,500": 123450,
    "0,500": 50,
}


@pytest.mark.parametrize("count", [1, 500])
@pytest.mark.parametrize(("value", "grosze"), SUMS.items())
@on_one_database
def test_sum_is_read_in_every_form(office, tmp_path, value, grosze, count):
    rows = [invoice(invoice_number=f"FV/{n}") for n in range(count)]
    rows[-1]["outstanding"] = value
    office.run(write(tmp_path, [customer()], rows))
    found = {row["number"]: row["outstanding_grosze"] for row in office.invoices()}
    assert found[f"FV/{count - 1}"] == grosze


@pytest.mark.parametrize(
    "value", ["-100,00-", "1,000", "100,001", "1 23,00", "100,0010", "100 EUR", "100,00--", "zł"]
)
@pytest.mark.parametrize("count", [1, 500])
@on_one_database
def test_sum_that_may_be_mistaken_is_not_read(office, tmp_path, value, count):
    rows = [invoice(invoice_number=f"FV/{n}") for n in range(count)]
    rows[-1]["outstanding"] = value
    output = office.run_anything(write(tmp_path, [customer()], rows))
    assert f'invoices.csv line {count + 1}, column outstanding: "{value}": ' in output
    # Among many right rows the wrong one is set aside; one with two readings refuses the file.
    assert len(office.invoices()) in (0, count - 1)


DAYS = {
    "2026-2-1": date(2026, 2, 1),
    "1.02.2026": date(2026, 2, 1),
    "1.2.2026": date(2026, 2, 1),
    "2026-02-01 00:00:00": date(2026, 2, 1),
    "2026-02-01T00:00:00.000": date(2026, 2, 1),
    "01.02.2026 0:00": date(2026, 2, 1),
    "20260201": date(2026, 2, 1),
}


@pytest.mark.parametrize(("value", "day"), DAYS.items())
@on_one_database
def test_day_is_read_in_every_form(office, tmp_path, value, day):
    days = dict.fromkeys(("issued_on", "due_on", "period_from", "period_to"), value)
    office.run(write(tmp_path, [customer()], [invoice(**days)]))
    assert office.invoices()[0]["issued_on"] == day


@pytest.mark.parametrize("value", ["1/2/2026", "2026-02-01 13:45:00", "2026-13-01", "20261301"])
@on_one_database
def test_day_that_may_be_mistaken_is_not_read(office, tmp_path, value):
    rows = [invoice(), invoice(invoice_number="FV/2", due_on=value)]
    output = office.run(write(tmp_path, [customer()], rows), expect=1)
    assert f'line 3, column due_on: "{value}": expected' in output


def test_compact_days_are_a_form_of_their_own(office, tmp_path):
    days = dict.fromkeys(("issued_on", "due_on", "period_from", "period_to"), "20260201")
    rows = [invoice(**days), invoice(invoice_number="FV/2", due_on="2026-02-01")]
    output = office.run(write(tmp_path, [customer()], rows), expect=1)
    assert "but line 2 has YYYYMMDD" in output


def test_quantities_prices_and_readings_have_these_forms_too(office, tmp_path):
    lines = [line(quantity="1\u2009234,5670000", unit_net="4,82350000 zł", net="5955,00")]
    readings = [READING | {"value": "1\u2009234,567000"}]
    office.run(write_whole(tmp_path, invoice_lines=lines, readings=readings))
    (found,) = office.rows(InvoiceLine)
    assert (found["quantity_millionths"], found["unit_net_microgrosze"]) == (
        1_234_567_000,
        482_350_000,
    )
    assert office.rows(Reading)[0]["value_litres"] == 1_234_567


@pytest.mark.parametrize(("column", "value"), [("quantity", "12 zł"), ("quantity", "1,2-3")])
def test_quantity_in_zloty_is_none(office, tmp_path, column, value):
    output = office.run(write_whole(tmp_path, invoice_lines=[LINE | {column: value}]), expect=1)
    assert f'column {column}: "{value}": expected a quantity' in output


def test_line_for_excel_before_the_columns_is_passed_over(office, tmp_path):
    text = "sep=;\r\n" + as_csv([customer(), customer(customer_code="39-2", kind="x")])
    output = office.run(write(tmp_path, text), expect=1)
    # Lines are counted as an editor counts them all the same.
    assert "customers.csv line 4, column kind" in output
    for separator in (";", ",", "\t"):
        office.run(write(tmp_path, f"sep={separator}\n" + as_csv([customer()], separator)))
    assert len(office.customers()) == 1


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\x1a\r\n", "\x1a\x1a\0\0"])
def test_sign_that_ends_files_in_dos_is_passed_over(office, tmp_path, end):
    office.run(write(tmp_path, as_csv([customer()]).rstrip() + end))
    assert office.customers()[0]["bank_account"].endswith("0001")


def test_sign_that_ends_files_in_dos_ends_nothing_in_their_midst(office, tmp_path):
    text = as_csv([customer()]).replace("\r\n39", "\r\n\x1a39")
    output = office.run(write(tmp_path, text), expect=1)
    assert "customers.csv line 2: expected the end of the file after its sign (0x1A)" in output


def test_texts_written_as_formulas_are_texts(office, tmp_path):
    text = as_csv([customer()]).replace("39-29001", '="39-29001"').replace("39-000", '="39-000"')
    office.run(write(tmp_path, text))
    (found,) = office.customers()
    assert (found["code"], found["postal_code"]) == ("39-29001", "39-000")
    quoted = customer(customer_code='="39-2"', name='="Zakład ""Kłos"""')
    office.run(write(tmp_path, [quoted]))
    assert {row["name"] for row in office.customers()} == {"Anna Żółć-Nowak", 'Zakład "Kłos"'}


@pytest.mark.shows("P71")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("customer_code", "sty.39"),
        ("customer_code", "01.02.2026"),
        ("bank_account", "7,1E+24"),
        ("nip", "8,67E+09"),
        ("phone", "4,85E+10"),
    ],
)
@on_one_database
def test_what_excel_destroyed_in_customers_is_refused_with_that_word(
    office, tmp_path, column, value
):
    output = office.run(write(tmp_path, [customer(**{column: value})]), expect=1)
    assert f'customers.csv line 2, column {column}: "{value}": expected' in output
    assert "Excel has" in output


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("invoice_number", "1-lut"),
        ("invoice_number", "2026-02-01 00:00:00"),
        ("invoice_number", "2,02E+14"),
        ("due_on", "46054"),
        ("gross", "1,08E+03"),
    ],
)
@pytest.mark.parametrize("count", [1, 500])
@on_one_database
def test_what_excel_destroyed_in_invoices_is_refused_with_that_word(
    office, tmp_path, column, value, count
):
    rows = [invoice(invoice_number=f"FV/{n}") for n in range(count)]
    rows[-1][column] = value
    output = office.run_anything(write(tmp_path, [customer()], rows))
    assert f'invoices.csv line {count + 1}, column {column}: "{value}": expected' in output
    assert "Excel has" in output
    # Among many right rows the wrong one is set aside.
    assert len(office.invoices()) == (count - 1 if count > 1 else 0)


def test_codes_that_only_look_like_days_are_codes(office, tmp_path):
    numbers = ["1.10.2026", "2026-10-01", "MAR-26", "LIS/12", "20261001"]
    office.run(write(tmp_path, [customer()], [invoice(invoice_number=n) for n in numbers]))
    assert {row["number"] for row in office.invoices()} == set(numbers)


def test_line_of_a_fault_is_right_behind_records_of_many_lines_and_blank_ones(office, tmp_path):
    rows = [invoice(invoice_number=f"FV/{n}", buyer_name="Anna\nNowak") for n in range(0, 900, 3)]
    rows += [invoice(invoice_number=f"FV/{n}") for n in range(1000, 1900)]
    rows[-1]["outstanding"] = "x"
    path = write(tmp_path, [customer()], rows)
    file = path / "invoices.csv"
    file.write_text(file.read_text("utf-8").replace("FV/1500;", ";;;;;\n\nFV/1500;"), "utf-8")
    output = office.run_anything(path)
    assert 'invoices.csv line 1503, column outstanding: "x": ' in output
    assert len(office.invoices()) == 1199
