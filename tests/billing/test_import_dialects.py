"""However the billing system writes its files, the same rows arrive."""

import io
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from billing.bundles import as_csv, customer, invoice, on_one_database, write
from ebok.billing import columns
from ebok.billing.bundle import Source
from ebok.billing.errors import Refused
from ebok.billing.layouts import layouts
from ebok.billing.rows import BillingFile
from ebok.billing.texts_report import Report
from ebok.ksef.numbers import is_from_ksef_1, may_belong
from ebok.settings import Settings

INVOICES = layouts(Settings())[1]
ENCODINGS = {"UTF-8": "utf-8", "UTF-8 with BOM": "utf-8-sig", "CP1250": "cp1250"}
SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t"}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("decimal", [",", "."])
@pytest.mark.parametrize("dates", ["iso", "dotted"])
@on_one_database
def test_every_dialect_is_recognised(office, tmp_path, encoding, separator, decimal, dates):
    day = "2026-10-31" if dates == "iso" else "31.10.2026"
    days = dict.fromkeys(("issued_on", "due_on", "period_from", "period_to"), day)
    sums = {
        n: v.replace(",", decimal) for n, v in invoice().items() if n in ("net", "vat", "gross")
    }
    row = invoice(buyer_name="Żółć, „Sęk”; sp.", outstanding="1 080", **days, **sums)
    form = {"separator": SEPARATORS[separator], "encoding": ENCODINGS[encoding]}
    output = office.run(write(tmp_path, [customer()], [row], **form))
    names = {
        ",": "decimal comma",
        ".": "decimal point",
        "iso": "YYYY-MM-DD",
        "dotted": "DD.MM.YYYY",
    }
    form = f"({encoding.split()[0]}, {separator}, {names[decimal]}, {names[dates]})"
    assert form in output
    arrived = office.invoices()[0]
    assert arrived["buyer_name"] == "Żółć, „Sęk”; sp."
    assert arrived["issued_on"] == date(2026, 10, 31)
    assert (arrived["gross_grosze"], arrived["outstanding_grosze"]) == (108000, 108000)


def test_capital_letters_of_cp1250_that_are_valid_utf8_by_chance(office, tmp_path):
    # ÓŁ is D3 A3 in CP1250, and in UTF-8 these two bytes are one Cyrillic letter.
    rows = [customer(name="SPÓŁKA WODNA", city="Nowa", email="")]
    assert "CP1250" in office.run(write(tmp_path, rows, encoding="cp1250"))
    assert office.customers()[0]["name"] == "SPÓŁKA WODNA"


def test_ukrainian_name_in_utf8_stays_ukrainian(office, tmp_path):
    rows = [customer(name="Оксана Їжак", city="Nowa")]
    assert "UTF-8" in office.run(write(tmp_path, rows))
    assert office.customers()[0]["name"] == "Оксана Їжак"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(office, tmp_path, line_end):
    office.run(write(tmp_path, [customer(), customer(customer_code="39-2")], line_end=line_end))
    assert len(office.customers()) == 2


def test_empty_lines_and_unnamed_columns_are_passed_over(office, tmp_path):
    text = as_csv([customer()]).replace("\r\n", ";\r\n") + ";;;;;;;;;;\r\n\r\n"
    assert "Ignored" not in office.run(write(tmp_path, text))
    assert len(office.customers()) == 1


POLISH = st.text("aZ żółćęśąźńŻÓŁĆĘŚĄŹŃ„”–-;,\t\"'\n.0", max_size=30).map(str.strip)
NAMES = POLISH.filter(bool)
SUMS = st.integers(-(10**12), 10**12)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@dataclass(frozen=True)
class Form:
    encoding: str
    separator: str
    decimal: str
    dates: str
    thousands: str

    def sum(self, grosze: int) -> str:
        whole, part = divmod(abs(grosze), 100)
        grouped = f"{whole:,}".replace(",", self.thousands)
        return f"{'-' if grosze < 0 else ''}{grouped}{self.decimal}{part:02}"


FORMS = st.builds(
    Form,
    encoding=st.sampled_from(list(ENCODINGS.values())),
    separator=st.sampled_from(list(SEPARATORS.values())),
    decimal=st.sampled_from(",."),
    dates=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y"]),
    thousands=st.sampled_from(["", " ", "\u00a0"]),
)


def source_of(content: bytes, name: str = "invoices.csv") -> Source:
    return Source(name, len(content), lambda: io.BytesIO(content), [].append)


@settings(max_examples=150, deadline=None)
@given(FORMS, st.lists(st.tuples(NAMES, POLISH, SUMS, SUMS, DAYS), min_size=1, max_size=5))
def test_rows_written_in_any_dialect_are_read_back_the_same(form, drawn):
    rows = [
        invoice(
            invoice_number=number,
            buyer_name=buyer,
            net=form.sum(net),
            vat=form.sum(vat),
            gross=form.sum(net + vat),
            outstanding=form.sum(0),
            **dict.fromkeys(("issued_on", "due_on"), f"{day:{form.dates}}".rjust(10, "0")),
            period_from="",
            period_to="",
        )
        for number, buyer, net, vat, day in drawn
    ]
    report = Report()
    # Letters by chance might be in any encoding: words beside them show in which they are.
    shown = rows[0] | {"invoice_number": "Świętosława Żółć, Brzęk, Kłos, gęś, Łódź, " * 4}
    content = as_csv([*rows, shown], form.separator).encode(form.encoding)
    file = BillingFile(source_of(content), INVOICES, report)
    read = list(file.rows())
    assert not report.faults
    for row, (number, buyer, net, vat, day) in zip(read[:-1], drawn, strict=True):
        found = dict(zip(file.fields, row[1:], strict=True))
        assert (found["number"], found["buyer_name"]) == (number, buyer)
        assert (found["net_grosze"], found["gross_grosze"]) == (net, net + vat)
        assert (found["issued_on"], found["period_to"]) == (day.isoformat(), None)


VALID = as_csv([invoice(), invoice(invoice_number='F"V', due_on="")]).encode()


@pytest.mark.shows("T8.9")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(VALID)), st.binary(max_size=4)), max_size=6))
def test_damaged_file_is_read_or_refused_and_never_crashes(changes):
    content = bytearray(VALID)
    for place, put in changes:
        content[place : place + len(put)] = put
    report = Report()
    try:
        rows = list(BillingFile(source_of(bytes(content)), INVOICES, report).rows())
    except Refused:
        return
    # Every record has been read or reported, none left out in silence.
    told = len(rows) + report.fault_count + report.aside_fault_count
    assert told >= 1 or bytes(content).count(b"\n") < 2


@given(st.integers(0, 31), st.sampled_from("0123456789ABCDEF-"))
def test_one_wrong_character_of_a_ksef_number_is_noticed(place, put):
    number = "5265877635-20260826-0100001AF629-D1"
    changed = number[:place] + put + number[place + 1 :]
    if is_from_ksef_1(changed):
        # Of another year it may be one of KSeF 1's, which no invoice of that day can have.
        assert place == 14
        assert not may_belong(columns.ksef_number(changed), "2026-08-26")
    elif changed == number:
        assert columns.ksef_number(changed.lower()) == number
    else:
        with pytest.raises(columns.Unfit):
            columns.ksef_number(changed)


CONFLICTS = {
    "dates": {"due_on": "14.11.2026"},
    "decimal sign": {"net": "1000.00", "vat": "80.00", "gross": "1080.00", "outstanding": "0.50"},
    "an amount that can be read twice": {"outstanding": "1.234"},
}


@pytest.mark.parametrize("odd", CONFLICTS.values(), ids=CONFLICTS)
@pytest.mark.parametrize("row", [0, 199, 200, 899])
@on_one_database
def test_one_row_written_otherwise_refuses_the_file_wherever_it_stands(office, tmp_path, odd, row):
    rows = [invoice(invoice_number=f"FV/{number}") for number in range(900)]
    rows[row] |= odd
    report = office.run(write(tmp_path, [customer()], rows), expect=1)
    assert "invoices.csv" in report
    assert not office.invoices()
