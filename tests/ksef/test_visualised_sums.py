"""Rates in words people know on the page, and what a file asks for on our PDF of it."""

from datetime import date

import pytest

from documents.papers import pdf, text_of
from ksef.faktura import due, el, els, faktura, line
from ksef.shown import page

LANGUAGES = ("pl", "en", "uk")
RATES = {
    "23": ("23%", "23%", "23%"),
    "zw": ("zwolnione z VAT (zw)", "exempt from VAT (zw)", "звільнено від ПДВ (zw)"),
    "oo": (
        "VAT rozlicza nabywca (oo)",
        "VAT is settled by the buyer (oo)",
        "ПДВ сплачує покупець (oo)",
    ),
    "np I": (
        "nie podlega VAT w Polsce (np I)",
        "not subject to VAT in Poland (np I)",
        "не підлягає ПДВ у Польщі (np I)",
    ),
    "0 WDT": (
        "0%, sprzedaż do innego kraju UE (0 WDT)",
        "0%, sold to another country of the EU (0 WDT)",
        "0%, продаж до іншої країни ЄС (0 WDT)",
    ),
    "0 EX": (
        "0%, sprzedaż poza UE (0 EX)",
        "0%, sold outside the EU (0 EX)",
        "0%, продаж за межі ЄС (0 EX)",
    ),
}
SUMS = els(P_13_1="1", P_14_1="0.23", P_13_6_2="1", P_13_6_3="1", P_13_7="1", P_13_8="1",
           P_13_10="1")  # fmt: skip


@pytest.mark.parametrize("place", range(3), ids=LANGUAGES)
def test_rates_are_told_in_words_with_their_code(visitor, issued, place):
    lines = [line(n, P_7="Woda", P_11="1", P_12=rate) for n, rate in enumerate(RATES, 1)]
    invoice = issued(faktura(lines="".join(lines), sums=SUMS, gross="6.23"))
    shown = page(visitor, invoice, LANGUAGES[place])
    words = {rate: told[place] for rate, told in RATES.items()}
    for told in (shown["lines"], shown["vat_sums"]):
        assert {one["vat_rate"]: one["rate"].replace("\u00a0", " ") for one in told} == words


CHARGES = el(
    "Rozliczenie",
    el("Obciazenia", els(Kwota="3.20", Powod="odsetki")),
    el("SumaObciazen", "3.20"),
    el("DoZaplaty", "111.20"),
)
ADVANCE = el("ZaliczkaCzesciowa", els(P_6Z="2026-10-05", P_15Z="50.00"))
ASKED = {
    "as it is": ("VAT", {}, "Do zapłaty 108,00 zł", None),
    "DoZaplaty": ("VAT", {"settlement": CHARGES}, "Do zapłaty 111,20 zł", "108,00 zł"),
    "advances": ("ROZ", {"correction": ADVANCE}, "Do zapłaty 58,00 zł", "108,00 zł"),
    "paid": ("VAT", {"payment": due(paid=els(Zaplacono="1", DataZaplaty="2026-10-31"))},
             "Zapłacono 108,00 zł", None),
}  # fmt: skip


@pytest.mark.parametrize("what", ASKED)
def test_paper_asks_for_what_the_file_asks_for(visitor, issued, what):
    """Whatever the tables say today: that stands in a sentence of its own."""
    kind, parts, head, gross = ASKED[what]
    invoice = issued(faktura(kind, **parts), gross_grosze=10_800, due_on=date(2026, 11, 14))
    told = text_of(pdf(visitor, invoice))
    assert head in told
    assert (f"Kwota brutto {gross}" in told) == bool(gross)
    assert ("Tytuł przelewu" in told) == (what != "paid")
