"""Each reason to refuse a bundle, told with file, line, column, value and what is expected."""

import csv

import pytest

from billing.bundles import as_csv, customer, invoice, on_one_database, write

pytestmark = pytest.mark.shows("T8.1")

POLISH_REFUSAL = "Odrzucono. Nic nie zostało zmienione."


def refused(office, folder, *options, **files) -> str:
    output = office.run(write(folder, **files), *options, expect=1)
    assert output.splitlines()[-1] in ("Refused. Nothing was changed.", POLISH_REFUSAL)
    assert office.customers() == office.invoices() == []
    return output


@pytest.mark.shows("T8.22", "V2.2.1")
@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("customer_code", "39/29001", r"expected a customer code of the form \d{1,4}-\d{1,8}"),
        ("customer_code", "", "expected a customer code"),
        ("name", "", "expected a value, but this is empty"),
        ("name", "x" * 513, "expected at most 512 characters, but there are 513"),
        ("name", "a\x00b", "expected text, but this has a control character"),
        ("kind", "firma", "expected person or company"),
        ("nip", "8671234567", "expected a NIP of 10 digits with a right check digit"),
        ("nip", "1111111111", "expected a NIP of 10 digits with a right check digit"),
        ("bank_account", "08109010140000000000000001", "expected an account number of 26 digits"),
        ("bank_account", "123", "expected an account number of 26 digits"),
    ],
)
@on_one_database
def test_wrong_value_of_a_customer(office, tmp_path, column, value, expected):
    output = refused(office, tmp_path, customers=[customer(), customer(**{column: value})])
    shown = value if len(value) < 60 else f"{'x' * 59}…"
    shown = shown.replace("\x00", r"\x00")
    assert f'customers.csv line 3, column {column}: "{shown}": {expected}' in output


@pytest.mark.shows("T8.22")
@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("invoice_number", "", "expected a value, but this is empty"),
        ("kind", "FV", "expected invoice, correction, note or call"),
        ("issued_on", "", "expected a date like 2026-12-31"),
        ("issued_on", "2026-02-30", "expected a date like 2026-12-31"),
        ("due_on", "0026-01-01", "expected a date like 2026-12-31"),
        ("period_to", "31/10/2026", "expected a date like 2026-12-31"),
        ("net", "", "expected an amount like 1234,50"),
        ("net", "1000,005", "expected an amount like 1234,50"),
        ("net", "10 00,00", "expected an amount like 1234,50"),
        ("net", "1.000,00", "expected an amount like 1234,50"),
        ("vat", "80 €", "expected an amount like 1234,50"),
        ("outstanding", "NaN", "expected an amount like 1234,50"),
        ("outstanding", "9" * 14, "expected an amount like 1234,50"),
        ("gross", "1080,01", "expected 1,080.00 zł, the sum of net and vat"),
        ("ksef_number", "5265877635-20260826-0100001AF629-AE", "expected a KSeF number of 35"),
        # A day of KSeF 1, whose checksum nobody knows, on an invoice that it cannot have known.
        ("ksef_number", "5265877635-20250826-0100001AF629-AE", "expected a KSeF number with a"),
        ("ksef_number", "5265877635-20250826-010000-1AF629-AF", "expected a KSeF number with a"),
        ("ksef_number", "5265877635", "expected a KSeF number of 35"),
        (
            "customer_code",
            "39-404",
            "expected a customer of customers.csv, or one already in e-BOK",
        ),
    ],
)
@on_one_database
def test_wrong_value_of_an_invoice(office, tmp_path, column, value, expected):
    wrong = invoice(**{"invoice_number": "FV/2", column: value})
    output = refused(office, tmp_path, customers=[customer()], invoices=[invoice(), wrong])
    assert f'invoices.csv line 3, column {column}: "{value}": {expected}' in output


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("buyer_name", "x" * 513),
        ("net", "1000,00\n1000,00"),
        ("gross", ""),
        ("corrects", "x" * 256),
        ("corrects", "a\x00b"),
    ],
)
@on_one_database
def test_wrong_value_among_many_right_ones(office, tmp_path, column, value):
    """Where hundreds of values are read at once."""
    invoices = [invoice(invoice_number=f"FV/{n}") for n in range(500)]
    invoices[450][column] = value
    output = office.run(write(tmp_path, [customer()], invoices), expect=3)
    assert f"invoices.csv line 452, column {column}: " in output
    assert len(office.invoices()) == 499


@pytest.mark.parametrize(
    ("value", "reading"), [("1.234", "1234"), ("1,234", "1234"), ("-12,345", "-12345")]
)
def test_amount_with_two_readings_refuses_the_file(office, tmp_path, value, reading):
    rows = [invoice(), invoice(invoice_number="FV/2", outstanding=value)]
    output = refused(office, tmp_path, customers=[customer()], invoices=rows)
    assert f'line 3, column outstanding: "{value}": ambiguous: {reading} złoty' in output


def test_both_decimal_signs_in_one_file(office, tmp_path):
    rows = [invoice(), invoice(invoice_number="FV/2", outstanding="0.50")]
    output = refused(office, tmp_path, customers=[customer()], invoices=rows)
    assert 'line 3, column outstanding: "0.50": expected one form in the whole file' in output
    assert 'line 2 has decimal comma ("1000,00")' in output


def test_both_forms_of_dates_in_one_file(office, tmp_path):
    rows = [invoice(), invoice(invoice_number="FV/2", due_on="14.11.2026")]
    output = refused(office, tmp_path, customers=[customer()], invoices=rows)
    assert 'line 3, column due_on: "14.11.2026": expected one form in the whole file' in output
    assert 'line 2 has YYYY-MM-DD ("2026-10-31")' in output


def test_missing_column_is_named(office, tmp_path):
    without = customer()
    del without["email"]
    output = refused(office, tmp_path, customers=[without])
    assert "customers.csv line 1" in output
    assert "also expected email" in output


def test_file_that_cannot_be_read_hides_no_fault_of_the_next(office, tmp_path):
    without = {name: value for name, value in customer().items() if name != "email"}
    output = refused(office, tmp_path, customers=[without], invoices=[invoice(gross="x")])
    assert "also expected email" in output
    assert "invoices.csv line 2, column gross" in output


def test_column_twice(office, tmp_path):
    text = as_csv([customer()]).replace("phone;", "email;", 1)
    output = refused(office, tmp_path, customers=text)
    assert "customers.csv line 1, column email: expected this column only once" in output


@pytest.mark.parametrize("text", ["", "\r\n\r\n", "\ufeff"])
def test_empty_file(office, tmp_path, text):
    output = refused(office, tmp_path, customers=text)
    assert "customers.csv: the file is empty: expected a line of columns" in output


def test_lines_are_counted_as_an_editor_counts_them(office, tmp_path):
    rows = [customer(name="one\r\ntwo\r\nthree"), customer(customer_code="39-2", kind="firma")]
    text = as_csv(rows).replace('"one', '\r\n"one').replace("39-29001;\r\n", "\r\n39-29001;")
    output = refused(office, tmp_path, customers=text)
    assert 'customers.csv line 6, column kind: "firma"' in output


@pytest.mark.parametrize(
    ("record", "line"),
    [
        ('39-2;"Zgoda" sp. z o.o.;company;;;;;;;', 3),
        ('39-2;"never closed;company;;;;;;;\r\n39-3;x;person;;;;;;;', 3),
    ],
)
def test_quotes_that_do_not_fit_together(office, tmp_path, record, line):
    output = refused(office, tmp_path, customers=as_csv([customer()]) + record)
    assert f"customers.csv line {line}: expected a field with quotes to be enclosed" in output


def test_quote_that_is_never_closed_does_not_swallow_the_file(office, tmp_path):
    text = as_csv([customer()]) + '39-2;"' + "39-3;x;person;;;;;;;\r\n" * 20_000
    output = refused(office, tmp_path, customers=text)
    assert "customers.csv line 3" in output
    # Given up early: not at the end of a file that would by then be one field in memory.
    assert (
        "expected values of at most 65536 characters, but one here is longer or its quote" in output
    )


@pytest.mark.parametrize(("record", "found"), [("39-2;x;person", 3), (f"39-2{';' * 10}", 11)])
def test_record_of_another_width(office, tmp_path, record, found):
    output = refused(office, tmp_path, customers=as_csv([customer()]) + record)
    assert f"customers.csv line 3: expected 10 fields, but this record has {found}" in output


@pytest.mark.dialect
def test_key_twice_with_other_values(office, tmp_path):
    rows = [customer(), customer(customer_code="39-2"), customer(name="Inna")]
    output = refused(office, tmp_path, customers=rows)
    expected = "expected this key once: line 2 has it with other values"
    assert f'customers.csv line 4, column customer_code: "39-29001": {expected}' in output


def test_faults_of_one_kind_are_listed_once(office, tmp_path):
    rows = [customer(customer_code=f"39-{n}", kind="x") for n in range(1, 131)]
    rows[7]["nip"] = "12"
    listed = tmp_path / "list.csv"
    output = refused(office, tmp_path, "--list", str(listed), customers=rows)
    assert output.count("expected person or company") == 3
    assert "Errors (131):" in output
    assert "    and 127 more of this kind\n" in output
    # The other kind does not drown.
    assert "customers.csv line 9, column nip" in output
    with listed.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file, delimiter=";"))
    assert found[0] == ["kind", "file", "line", "column", "value", "expected"]
    assert found[1] == ["error", "customers.csv", "2", "kind", "x", "expected person or company"]
    assert len(found) == 132
    assert f"The whole list is in {listed}." in output


def test_report_is_polish_by_default(office, tmp_path):
    office.environment.pop("EBOK_REPORT_LANGUAGE")
    rows = [customer(kind="x"), customer(customer_code="39-2", nip="12")]
    output = refused(office, tmp_path, customers=rows)
    assert 'customers.csv, wiersz 2, kolumna kind: "x": oczekiwano jednego ze słów' in output
    assert 'wiersz 3, kolumna nip: "12": oczekiwano NIP-u (10 cyfr' in output
    assert output.endswith(f"{POLISH_REFUSAL}\n")


def test_polish_counts_are_polish(office, tmp_path):
    office.environment.pop("EBOK_REPORT_LANGUAGE")
    rows = [customer(customer_code=f"39-{n}") for n in range(1, 6)]
    output = office.run(write(tmp_path, customers=rows))
    assert "W skrócie: 5 nowych klientów." in output
    assert "(UTF-8, średnik)" in output


@pytest.mark.dialect
def test_strangers_are_counted_too(office, tmp_path):
    rows = [invoice(invoice_number=f"FV/{n}", customer_code=f"40-{n}") for n in range(60)]
    output = refused(office, tmp_path, customers=[customer()], invoices=rows)
    assert "Errors (60):" in output
    assert "and 57 more of this kind" in output


@pytest.mark.dialect
def test_faulty_customer_does_not_make_its_invoices_faulty(office, tmp_path):
    output = refused(office, tmp_path, customers=[customer(kind="x")], invoices=[invoice()])
    assert "Errors (1):" in output


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Żółć".encode("utf-16"), "customers.csv: expected UTF-8 or CP1250, but this is UTF-16"),
        (as_csv([customer()]).encode("iso-8859-2").replace(b"\xf3", b"\xb1"), "like ISO-8859-2"),
        (as_csv([customer()]).encode("cp852"), "looks like CP852: save it as CP1250 or UTF-8"),
        (
            as_csv([customer()]).encode() + b"39-2;\xbf;person;;;;;;;",
            "line 2: expected one encoding",
        ),
    ],
)
def test_encoding_that_is_not_ours(office, tmp_path, content, expected):
    (tmp_path / "customers.csv").write_bytes(content)
    assert expected in refused(office, tmp_path)
