"""Every kind of invoice that the official samples have: read whole, or refused for a reason."""

from datetime import date

import pytest

from ebok.ksef.errors import Refused
from ebok.ksef.invoice import Advance, Corrected, Part, VatSum
from ebok.ksef.notes import MeterReading
from ebok.ksef.reading import read
from ksef.faktura import (
    ACCOUNT,
    BUYER,
    KSEF_NUMBER,
    SELLER,
    buyer,
    corrected,
    el,
    els,
    faktura,
    line,
    note,
)


def refused(raw: bytes, seller: str = SELLER):
    """The fault for which a file is refused."""
    with pytest.raises(Refused) as told:
        read(raw, seller)
    return told.value.fault


def test_plain_invoice_is_read_to_the_last_grosz():
    invoice = read(faktura(), SELLER)
    assert (invoice.number, invoice.kind, invoice.ksef_kind) == ("FV/2026/10/1", "invoice", "VAT")
    assert (invoice.net_grosze, invoice.vat_grosze, invoice.gross_grosze) == (10000, 800, 10800)
    assert invoice.vat_sums == (VatSum("8", 10000, 800),)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 10, 31), date(2026, 11, 14))
    assert (invoice.period_from, invoice.period_to) == (date(2026, 10, 1), date(2026, 10, 31))
    assert (invoice.buyer.customer_code, invoice.buyer.nip) == ("39-29001", BUYER)
    assert (invoice.bank_account, invoice.payable_grosze) == (ACCOUNT, None)
    [water] = invoice.lines
    assert (water.quantity_millionths, water.unit_net_microgrosze) == (20_000_000, 500_000_000)
    assert (water.net_grosze, water.vat_rate, water.unit) == (10000, "8", "m3")
    assert (invoice.rounding_grosze, invoice.warnings) == (0, ())


@pytest.mark.parametrize(("text", "grosze"), [("2051", 205100), ("31.5", 3150), ("-200", -20000)])
def test_money_has_no_to_two_decimals(text, grosze):
    assert read(faktura(gross=text), SELLER).gross_grosze == grosze


@pytest.mark.parametrize("kind", ["VAT", "ZAL", "ROZ", "UPR"])
def test_kinds_that_are_invoices(kind):
    invoice = read(faktura(kind), SELLER)
    assert (invoice.kind, invoice.ksef_kind, invoice.corrects) == ("invoice", kind, "")


@pytest.mark.parametrize("kind", ["KOR", "KOR_ZAL", "KOR_ROZ"])
def test_kinds_that_are_corrections_say_what_they_correct(kind):
    raw = faktura(kind, correction=corrected("FV/2026/9/1", KSEF_NUMBER))
    invoice = read(raw, SELLER)
    assert (invoice.kind, invoice.ksef_kind, invoice.corrects) == (
        "correction",
        kind,
        "FV/2026/9/1",
    )
    assert invoice.corrected == (Corrected("FV/2026/9/1", date(2026, 9, 30), KSEF_NUMBER),)
    fault = refused(faktura(kind))
    assert fault.element == "Faktura/Fa/RodzajFaktury"
    assert "what it corrects" in fault.expected


def test_correction_by_lines_before_and_after():
    lines = line(1, P_7="Woda", P_11="100", P_12="8", StanPrzed="1") + line(
        1, P_7="Woda", P_11="75", P_12="8"
    )
    raw = faktura(
        "KOR",
        correction=els(PrzyczynaKorekty="błędny odczyt", TypKorekty="2") + corrected(),
        sums=els(P_13_2="-25", P_14_2="-2.00"),
        gross="-27",
        lines=lines,
    )
    invoice = read(raw, SELLER)
    assert [one.before_correction for one in invoice.lines] == [True, False]
    assert [one.position for one in invoice.lines] == [1, 2]
    assert (invoice.net_grosze, invoice.vat_grosze, invoice.gross_grosze) == (-2500, -200, -2700)
    assert (invoice.correction_reason, invoice.correction_effect) == ("błędny odczyt", "2")


def test_collective_correction_keeps_all_that_it_corrects():
    many = [f"FV/{n}" for n in range(1, 13)]
    raw = faktura(
        "KOR",
        correction="".join(map(corrected, many)) + el("OkresFaKorygowanej", "rok 2026"),
        lines="",
    )
    invoice = read(raw, SELLER)
    assert [one.number for one in invoice.corrected] == many
    assert (invoice.corrects, invoice.corrected_period) == ("FV/1", "rok 2026")
    assert invoice.lines == ()


def test_correction_of_the_buyer_or_of_the_number_alone():
    before = el(
        "Podmiot2K",
        el("DaneIdentyfikacyjne", els(NIP="8992520556", Nazwa="Piekarnia Klos")),
        el("IDNabywcy", "0001"),
    )
    raw = faktura(
        "KOR",
        correction=corrected("FV/1") + el("NrFaKorygowany", "FV/01") + before,
        buyer=buyer(key=el("IDNabywcy", "0001")),
        sums="",
        gross="0",
        lines="",
    )
    invoice = read(raw, SELLER)
    assert (invoice.corrects, invoice.right_number) == ("FV/1", "FV/01")
    assert (invoice.parties_before[0].name, invoice.parties_before[0].key) == (
        "Piekarnia Klos",
        "0001",
    )
    assert (invoice.vat_sums, invoice.gross_grosze, invoice.is_vat_calculated) == ((), 0, False)


def test_consumer_has_no_number_and_is_found_by_the_customer_code():
    invoice = read(faktura(buyer=buyer(el("BrakID", 1), "Anna Żółć-Nowak")), SELLER)
    assert (invoice.buyer.is_consumer, invoice.buyer.nip) == (True, "")
    assert invoice.buyer.customer_code == "39-29001"


@pytest.mark.parametrize(
    ("identity", "field", "value"),
    [
        (els(KodUE="DE", NrVatUE="123456789"), "eu_vat", "DE123456789"),
        (els(KodKraju="US", NrID="98 7654321"), "foreign_id", "US 98 7654321"),
        (els(NrID="987"), "foreign_id", "987"),
    ],
)
def test_foreign_buyers(identity, field, value):
    found = read(faktura(buyer=buyer(identity, code="")), SELLER).buyer
    assert (getattr(found, field), found.nip, found.customer_code) == (value, "", "")


def test_local_government_unit_and_vat_group_name_their_members():
    others = el(
        "Podmiot3",
        el("DaneIdentyfikacyjne", els(IDWew=f"{BUYER}-12345", Nazwa="Szkoła nr 1")),
        els(Rola="8", NrKlienta="39-1"),
    )
    invoice = read(faktura(buyer=buyer(jst="1", gv="1"), others=others), SELLER)
    assert (invoice.buyer.is_local_government_unit, invoice.buyer.is_vat_group_member) == (
        True,
        True,
    )
    [school] = invoice.others
    assert (school.internal_id, school.role, school.customer_code) == (
        f"{BUYER}-12345",
        "8",
        "39-1",
    )


def test_further_buyers_payers_and_other_roles():
    parties = (
        els(Rola="4", Udzial="33.333333"),
        els(Rola="6"),
        els(RolaInna="1", OpisRoli="Zarządca"),
    )
    identity = el("DaneIdentyfikacyjne", el("BrakID", 1), el("Nazwa", "Ktoś"))
    others = "".join(el("Podmiot3", identity, party) for party in parties)
    found = read(faktura(others=others), SELLER).others
    assert [(party.role, party.share) for party in found] == [
        ("4", "33.333333"),
        ("6", ""),
        ("Zarządca", ""),
    ]


def test_advance_and_its_final_invoice():
    order = el(
        "Zamowienie",
        el("WartoscZamowienia", "1080"),
        el(
            "ZamowienieWiersz",
            els(NrWierszaZam="1", P_7Z="Przyłącze", P_8BZ="1", P_9AZ="1000", P_11NettoZ="1000"),
            els(P_11VatZ="80", P_12Z="8"),
        ),
    )
    part = el("ZaliczkaCzesciowa", els(P_6Z="2026-10-30", P_15Z="108"))
    advance = read(faktura("ZAL", lines="", order=order, marks=part, payment=""), SELLER)
    assert (advance.order.value_grosze, advance.order.lines[0].net_grosze) == (108000, 100000)
    assert advance.advance_parts == (Part(10800, date(2026, 10, 30)),)
    # The money came already: that is what an advance invoice is about.
    assert advance.outstanding_grosze == 0
    links = el("FakturaZaliczkowa", els(NrKSeFZN="1", NrFaZaliczkowej="ZAL/1")) + el(
        "FakturaZaliczkowa", el("NrKSeFFaZaliczkowej", KSEF_NUMBER)
    )
    final = read(faktura("ROZ", advances=links), SELLER)
    assert final.advances == (Advance("ZAL/1"), Advance("", KSEF_NUMBER))


FORMER = f"{SELLER}-20251031-010000-1AF629-00"


@pytest.mark.parametrize(
    ("number", "issued_on", "is_doubted"),
    [
        (FORMER, "2025-10-31", False),
        (FORMER, "2026-01-31", False),
        (FORMER, "2026-02-01", True),
        (KSEF_NUMBER, "2026-09-30", False),
        (f"{KSEF_NUMBER[:-1]}0", "2026-09-30", True),
    ],
)
def test_corrected_invoice_has_a_number_of_ksef_1_only_if_it_is_old(number, issued_on, is_doubted):
    """Two wrong characters, one of them in its day, would else pass for a number of KSeF 1."""
    invoice = read(faktura("KOR", correction=corrected("FV/1", number, issued_on)), SELLER)
    assert [each.element for each in invoice.warnings] == (
        ["Faktura/Fa/DaneFaKorygowanej/NrKSeFFaKorygowanej"] if is_doubted else []
    )
    assert invoice.corrected[0].ksef_number == number


@pytest.mark.parametrize(("day", "is_doubted"), [("2025-10-31", False), ("2025-10-30", True)])
def test_advance_has_a_number_from_before_what_settles_it(day, is_doubted):
    advances = el("FakturaZaliczkowa", el("NrKSeFFaZaliczkowej", FORMER))
    invoice = read(faktura("ROZ", advances=advances, day=day), SELLER)
    assert [each.element for each in invoice.warnings] == (
        ["Faktura/Fa/FakturaZaliczkowa/NrKSeFFaZaliczkowej"] if is_doubted else []
    )


def test_correction_of_an_advance_tells_the_payment_before():
    raw = faktura("KOR_ZAL", correction=corrected() + el("P_15ZK", "540.5"), lines="")
    assert read(raw, SELLER).gross_before_grosze == 54050


def test_receipts_and_related_parties_are_marked():
    found = read(faktura(marks=els(FP="1", TP="1")), SELLER).annotations
    assert found == ("of a receipt", "related parties")


def test_invoice_in_another_currency_is_refused():
    fault = refused(faktura(currency="EUR"))
    assert (fault.element, fault.value) == ("Faktura/Fa/KodWaluty", "EUR")
    assert "złoty" in fault.expected


@pytest.mark.shows("T8.8")
def test_invoice_of_another_seller_is_refused():
    fault = refused(faktura(seller=BUYER))
    assert fault.element == "Faktura/Podmiot1"
    assert fault.expected == f"an invoice of another seller, {BUYER}; expected {SELLER}"


def test_footer_registers_and_notes_are_kept():
    footer = el(
        "Stopka",
        el("Informacje", el("StopkaFaktury", "Kapitał 5 000 000")),
        el("Rejestry", els(KRS="0000099999", BDO="000099999")),
    )
    raw = faktura(footer=footer, notes=note("Zużycie w 2025", "120 m3", 1))
    invoice = read(raw, SELLER)
    assert invoice.footer == ("Kapitał 5 000 000",)
    assert invoice.registers == (("KRS", "0000099999"), ("BDO", "000099999"))
    assert (invoice.notes[0].key, invoice.notes[0].line) == ("Zużycie w 2025", 1)


def test_attachment_is_kept_row_by_row():
    cells = el("WKom", "12345678") + el("WKom", "100,5") + el("WKom", "120.25")
    columns = ("Nr wodomierza", "Stan poprzedni", "Stan bieżący")
    head = "".join(f'<Kol Typ="txt">{el("NKom", name)}</Kol>' for name in columns)
    table = el(
        "Tabela",
        el("TNaglowek", head),
        el("Wiersz", el("WKom", "Woda")),
        el("Wiersz", cells),
        el("Suma", el("SKom", "Razem")),
    )
    block = el("BlokDanych", el("MetaDane", els(ZKlucz="Taryfa", ZWartosc="W1")), table)
    invoice = read(faktura(attachment=el("Zalacznik", block)), SELLER)
    [found] = invoice.attachment[0].tables
    assert found.columns == tuple((name, "txt") for name in columns)
    assert found.rows == (("Woda",), ("12345678", "100,5", "120.25"))
    assert found.totals == ("Razem",)
    assert invoice.attachment[0].facts == (("Taryfa", "W1"),)
    assert invoice.readings == (MeterReading("12345678", "100.5", "120.25"),)
