"""Each kind of invoice that a file may be is named and told as such."""

import pytest

from documents.papers import pdf, text_of
from ksef.faktura import BUYER, KSEF_NUMBER, buyer, corrected, el, els, faktura, line
from ksef.shown import OWN_NUMBER, on_one_database, page, section

ORDER = el(
    "Zamowienie",
    el("WartoscZamowienia", "1230.00"),
    el(
        "ZamowienieWiersz",
        els(NrWierszaZam="1", P_7Z="Przyłącze wody", P_8AZ="szt.", P_8BZ="1", P_9AZ="1000"),
        els(P_11NettoZ="1000.00", P_11VatZ="230.00", P_12Z="23", GTUZ="GTU_10"),
    ),
)

KINDS = {
    "VAT": ({}, ["Faktura", "Woda 20 m3 5,00 8% 100,00", "Do zapłaty 108,00 zł"]),
    "UPR": ({}, ["Faktura uproszczona"]),
    "ZAL": (
        {
            "lines": "",
            "order": ORDER,
            "correction": el("ZaliczkaCzesciowa", els(P_6Z="2026-10-05", P_15Z="108.00")),
        },
        ["Faktura zaliczkowa", "5 października 2026", "Przyłącze wody; GTU: GTU_10", "1 230,00 zł"],
    ),
    "ROZ": (
        {"advances": el("FakturaZaliczkowa", el("NrKSeFFaZaliczkowej", KSEF_NUMBER))},
        ["Faktura rozliczeniowa", KSEF_NUMBER],
    ),
    "KOR": (
        {
            "correction": el("PrzyczynaKorekty", "zły odczyt")
            + el("TypKorekty", 2)
            + corrected("FV/1", KSEF_NUMBER)
            + corrected("FV/2"),
            "lines": line(P_7="Woda", P_8B="21", P_11="105", P_12="8", StanPrzed="1")
            + line(P_7="Woda", P_8B="20", P_11="100", P_12="8"),
        },
        [
            *("Faktura korygująca", "zły odczyt", "w dacie tej faktury korygującej", "FV/1"),
            *(KSEF_NUMBER, "FV/2", "30 września 2026", "poza KSeF", "Było", "105,00", "Jest"),
        ],
    ),
    "KOR_ZAL": (
        {"correction": corrected("ZAL/1") + el("P_15ZK", "216.00"), "lines": "", "order": ORDER},
        ["Faktura korygująca fakturę zaliczkową", "ZAL/1", "Kwota przed korektą", "216,00 zł"],
    ),
    "KOR_ROZ": (
        {"correction": corrected("ROZ/1")},
        ["Faktura korygująca fakturę rozliczeniową", "ROZ/1"],
    ),
}


@on_one_database
@pytest.mark.parametrize("word", KINDS)
def test_every_kind_of_invoice_is_printed_as_its_file_says(visitor, issued, word):
    parts, wanted = KINDS[word]
    reader = pdf(visitor, issued(faktura(word, number="X/1", **parts), ksef_number=OWN_NUMBER))
    told = text_of(reader)
    for text in ("X/1", "Wodociągi Sp. z o.o.", "Piekarnia Kłos", OWN_NUMBER, *wanted):
        assert text in told, (text, told)


@on_one_database
def test_correction_of_data_alone_shows_what_was_and_what_is(visitor, issued):
    key = el("IDNabywcy", "1")
    former = el(
        "Podmiot2K",
        el("DaneIdentyfikacyjne", els(NIP=BUYER, Nazwa="Piekarnia Klos")),
        el("Adres", els(KodKraju="PL", AdresL1="Rynek 9")),
        key,
    )
    raw = faktura(
        "KOR",
        buyer=buyer(key=key),
        correction=corrected() + former,
        sums="",
        gross="0",
        lines="",
        payment="",
    )
    invoice = issued(raw, kind="correction", net_grosze=0, vat_grosze=0, gross_grosze=0)
    changes = section(page(visitor, invoice), "correction")["blocks"][-1]
    assert changes["title"] == "Nabywca"
    assert [column["name"] for column in changes["table"]["columns"]] == ["Dane", "Było", "Jest"]
    assert changes["table"]["rows"] == [
        ["Nazwa", "Piekarnia Klos", "Piekarnia Kłos"],
        ["Adres", "Rynek 9", "Rynek 7/2, 39-000 Przykładowo"],
        ["NIP", BUYER, BUYER],
    ]
    assert "Adres Rynek 9 Rynek 7/2, 39-000 Przykładowo" in text_of(pdf(visitor, invoice))
