"""What an invoice's XML says stands on the page and on our PDF, whatever the tables say today."""

import json
from datetime import date

import pytest

from cast import Customer, add_invoice, new_account, new_customer
from documents.papers import give, pdf, require_accessible, text_of
from ebok.customers import models
from ebok.invoices.models import Invoice
from ebok.ksef.numbers import crc8
from ebok.visualisation.blocks import MOST_LINES, MOST_ROWS
from ksef.faktura import (
    ACCOUNT,
    ADDRESS,
    BUYER,
    KSEF_NUMBER,
    SELLER,
    annotations,
    buyer,
    corrected,
    el,
    els,
    faktura,
    line,
    note,
)
from visitor import PASSWORD, Visitor

BODY = f"{SELLER}-20261031-0100001AF629"
OWN_NUMBER = f"{BODY}-{crc8(BODY):02X}"
FORMER = "8671234568-20251031-010000-1AF629-00"

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

# A file is read and set the same way wherever its invoice's row is kept; three tests are of both.
on_one_database = pytest.mark.parametrize("kind", ["postgres"], indirect=True)


@pytest.fixture
def firm(visitor) -> Customer:
    """A bakery, signed in, with no invoice yet."""
    customer = new_customer("Piekarnia", months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


@pytest.fixture
def issued(office, firm):
    """Give the firm an invoice with this file."""

    def issue(raw: bytes, **columns) -> Invoice:
        invoice = add_invoice(firm.code, "Nazwa z tabeli", issued_on=date(2026, 11, 6), **columns)
        give(office.data_dir, invoice, "xml", raw)
        return invoice

    return issue


def page(visitor: Visitor, invoice: Invoice, language: str = "pl") -> dict:
    """The invoice as the page is told of it."""
    return visitor.get(f"/api/invoices/{invoice.public_id}?lang={language}")["invoice"]


def words(answer: dict) -> str:
    """All that the page shows of the file, a space between any two words."""
    shown = [answer["visualisation"], answer["lines"]]
    return " ".join(json.dumps(shown, ensure_ascii=False).replace("\u00a0", " ").split())


def section(answer: dict, key: str) -> dict:
    return next(one for one in answer["visualisation"] if one["key"] == key)


def facts(block: dict) -> dict[str, str]:
    return {fact["label"]: fact["value"].replace("\u00a0", " ") for fact in block["facts"]}


def require_on_both(visitor: Visitor, invoice: Invoice, *wanted: str) -> None:
    """Whether each of these stands on the page and on the PDF."""
    on_page, on_paper = words(page(visitor, invoice)), text_of(pdf(visitor, invoice))
    for text in wanted:
        assert text in on_page, (text, on_page)
        assert text in on_paper, (text, on_paper)


@on_one_database
@pytest.mark.parametrize("word", KINDS)
def test_every_kind_of_invoice_is_printed_as_its_file_says(visitor, issued, word):
    parts, wanted = KINDS[word]
    reader = pdf(visitor, issued(faktura(word, number="X/1", **parts), ksef_number=OWN_NUMBER))
    require_accessible(reader)
    told = text_of(reader)
    for text in ("X/1", "Wodociągi Sp. z o.o.", "Piekarnia Kłos", OWN_NUMBER, *wanted):
        assert text in told, (text, told)


def test_file_counts_and_not_what_the_tables_say_today(visitor, office, firm, issued):
    invoice = issued(faktura(), period_from=None)
    models.Customer.update(name="Inna Nazwa", street="Gdzie Indziej 1").where(
        models.Customer.code == firm.code
    ).execute()
    require_on_both(visitor, invoice, "Piekarnia Kłos", "Rynek 7/2, 39-000 Przykładowo")
    told = text_of(pdf(visitor, invoice))
    assert "Inna Nazwa" not in told
    assert "Nazwa z tabeli" not in told
    assert "FV/2026/10/1" in told
    assert "1–31 października 2026" in told
    [water] = page(visitor, invoice)["lines"]
    assert (water["name"], water["net_grosze"]) == ("Woda", 10000)


@on_one_database
def test_parties_with_their_roles_and_annotations_stand_on_both(visitor, issued):
    unit = el(
        "Podmiot3",
        el("DaneIdentyfikacyjne", els(NIP="8992520556", Nazwa="Szkoła nr 2")),
        ADDRESS,
        els(Rola="8", NrKlienta="39-29009"),
    )
    raw = faktura(
        others=unit,
        buyer=buyer(jst="1"),
        annotations=annotations(
            cash="1",
            self_billing="1",
            reverse="1",
            split="1",
            exemption=els(P_19="1", P_19A="art. 43 ust. 1 pkt 2"),
        ),
        marks=el("TP", 1),
    )
    require_on_both(
        visitor,
        issued(raw),
        *("Szkoła nr 2", "Jednostka samorządu terytorialnego, odbiorca", "8992520556", "39-29009"),
        *("Metoda kasowa", "Samofakturowanie", "Odwrotne obciążenie", "art. 43 ust. 1 pkt 2"),
        *("Mechanizm podzielonej płatności", "są powiązania", "Jednostka podrzędna JST"),
    )


@on_one_database
def test_prices_discounts_charges_and_terms_stand_on_both(visitor, issued):
    words_of_term = els(Ilosc="14", Jednostka="dni", ZdarzeniePoczatkowe="od doręczenia")
    raw = faktura(
        lines=line(
            P_6A="2026-10-15", P_7="Woda", PKWiU="36.00.20.0", P_8A="m3", P_8B="20", P_9B="5.40",
            P_10="2.50", P_11A="108.00", P_12="8", GTU="GTU_02",
        ),
        settlement=el(
            "Rozliczenie",
            el("Obciazenia", els(Kwota="3.20", Powod="odsetki")),
            el("SumaObciazen", "3.20"),
            el("Odliczenia", els(Kwota="1.00", Powod="nadpłata")),
            el("SumaOdliczen", "1.00"),
            el("DoZaplaty", "110.20"),
        ),
        payment=el(
            "Platnosc",
            el("TerminPlatnosci", el("Termin", "2026-11-14")),
            el("TerminPlatnosci", el("Termin", "2026-12-14")),
            el("TerminPlatnosci", el("TerminOpis", words_of_term)),
            el("FormaPlatnosci", 6),
            el("RachunekBankowy", els(NrRB=ACCOUNT, SWIFT="BREXPLPW", NazwaBanku="Bank Rzeczny")),
            el("Skonto", els(WarunkiSkonta="zapłata w 3 dni", WysokoscSkonta="2%")),
        ),
    )  # fmt: skip
    invoice = issued(raw, gross_grosze=11_020, due_on=date(2026, 11, 14))
    require_on_both(
        visitor,
        invoice,
        *("Data dostawy lub wykonania usługi: 15 października 2026", "Cena brutto: 5,40 zł"),
        *("Opust: 2,50 zł", "PKWiU: 36.00.20.0", "GTU: GTU_02", "odsetki", "3,20", "nadpłata"),
        *("−1,00", "14 listopada 2026", "14 grudnia 2026", "14 dni od doręczenia", "przelew"),
        *("Bank Rzeczny", "SWIFT BREXPLPW", "2%: zapłata w 3 dni"),
    )
    assert "Do zapłaty 110,20 zł" in text_of(pdf(visitor, invoice))
    assert "by 14 November 2026" in text_of(pdf(visitor, invoice, "en"))


@on_one_database
def test_vat_of_a_margin_is_never_told_and_the_sums_add_up(visitor, issued):
    gross_alone = line(P_7="Wycieczka", P_9B="2000", P_11A="2000")
    raw = faktura(
        sums=els(P_13_1="813", P_14_1="187", P_13_11="2000"),
        gross="3000.01",
        lines=gross_alone,
        annotations=annotations(margin="<P_PMarzy>1</P_PMarzy><P_PMarzy_2>1</P_PMarzy_2>"),
    )
    told = text_of(pdf(visitor, issued(raw)))
    for row in ("marża – – 2 000,00", "Zaokrąglenia 0,01", "Razem 813,00 187,00 3 000,01"):
        assert row in told, (row, told)
    sums = els(P_13_11="2000")
    told = text_of(pdf(visitor, issued(faktura(sums=sums, gross="2000", lines=gross_alone))))
    assert "Razem – – 2 000,00" in told


@on_one_database
def test_figures_have_the_readers_decimal_sign_and_numbers_their_name(visitor, issued):
    carrier = el("DaneIdentyfikacyjne", els(NIP=BUYER, Nazwa="Przewozy"))
    place = el("AdresPrzewoznika", els(KodKraju="PL", AdresL1="Bukowa 5"))
    raw = faktura(
        lines=line(P_7="Woda", P_11="100", P_12="8", KwotaAkcyzy="1.25", KursWaluty="4.5005"),
        others=el(
            "Podmiot3",
            el("DaneIdentyfikacyjne", els(NIP="8992520556", Nazwa="Bank")),
            els(Rola="4", Udzial="33.5"),
        ),
        conditions=el(
            "WarunkiTransakcji",
            el(
                "Transport",
                el("RodzajTransportu", 3),
                el("Przewoznik", carrier, place),
                el("OpisLadunku", 13),
            ),
        ),
        settlement=el("Rozliczenie", el("DoZaplaty", "108.00")),
    )
    require_on_both(
        visitor,
        issued(raw),
        *("Kurs waluty: 4,5005", "1,25", "33,5%", "Podmiot inny: Dodatkowy nabywca"),
        *("Rodzaj transportu", f"Przewozy, NIP {BUYER}, Bukowa 5", "Rachunek bankowy"),
        "108,00 zł",
    )


@on_one_database
def test_table_of_nine_columns_is_whole_and_cuts_no_word(visitor, issued):
    names = (
        "Opis",
        "j. m.",
        "Data",
        "Ilość",
        "Ilość m-cy",
        "Współczynniki",
        "Cena",
        "Kwota",
        "VAT",
    )
    cells = ("Opłata", "zł/mc", "2026-02-28", "20", "2", "0.0000", "7.3000", "14.60", "23")
    head = "".join(f'<Kol Typ="txt">{el("NKom", name)}</Kol>' for name in names)
    made = el("Tabela", el("TNaglowek", head), el("Wiersz", *(el("WKom", c) for c in cells)))
    block = el("BlokDanych", el("MetaDane", els(ZKlucz="a", ZWartosc="b")), made)
    told = text_of(pdf(visitor, issued(faktura(attachment=el("Zalacznik", block)))))
    assert " ".join(cells) in told
    assert "Współczynniki" in told


@on_one_database
def test_notes_attachment_conditions_and_footer_stand_on_both(visitor, issued):
    table = el(
        "Tabela",
        el("TMetaDane", els(TKlucz="Punkt", TWartosc="Lipowa 14")),
        el("Opis", "Odczyty wodomierzy"),
        el(
            "TNaglowek",
            *(
                f'<Kol Typ="{kind}">{el("NKom", name)}</Kol>'
                for name, kind in (("Wodomierz", "txt"), ("Poprzedni", "dec"), ("Bieżący", "dec"))
            ),
        ),
        el("Wiersz", el("WKom", "Budynek A")),
        el("Wiersz", *(el("WKom", cell) for cell in ("W-77", "412.5", "433"))),
        el("Suma", *(el("SKom", cell) for cell in ("Razem", "", "20.5"))),
    )
    raw = faktura(
        notes=note("Taryfa", "G1", 1) + note("Zużycie wyliczono", "ryczałtem"),
        attachment=el(
            "Zalacznik",
            el(
                "BlokDanych",
                el("ZNaglowek", "Punkt poboru"),
                el("MetaDane", els(ZKlucz="Kod punktu", ZWartosc="PP-1")),
                el("Tekst", el("Akapit", "Woda pochodzi ze studni głębinowej.")),
                table,
            ),
        ),
        conditions=el("WarunkiTransakcji", el("Umowy", els(DataUmowy="2020-01-02", NrUmowy="U/7"))),
        footer=el(
            "Stopka",
            el("Informacje", el("StopkaFaktury", "Kapitał zakładowy 5 000 000 zł")),
            el("Rejestry", els(KRS="0000099999", BDO="000099999")),
        ),
    )
    invoice = issued(raw)
    require_on_both(
        visitor,
        invoice,
        *("Taryfa", "G1", "ryczałtem", "Punkt poboru", "Kod punktu", "PP-1", "Lipowa 14"),
        *("Woda pochodzi ze studni głębinowej.", "Odczyty wodomierzy", "Budynek A", "412,5"),
        *("20,5", "U/7 z 2 stycznia 2020", "Kapitał zakładowy 5 000 000 zł", "0000099999"),
    )
    shown = section(page(visitor, invoice), "attachment")["blocks"][1]["table"]
    assert shown["rows"] == [["Budynek A", "", ""], ["W-77", "412,5", "433"]]
    assert [column["is_figure"] for column in shown["columns"]] == [False, True, True]
    english = section(page(visitor, invoice, "en"), "attachment")
    assert english["title"] == "Attachment"
    assert english["blocks"][1]["table"]["rows"][1][1] == "412.5"


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


@on_one_database
def test_code_of_ksef_stands_only_with_a_number_of_ksef_2(visitor, issued):
    raw = faktura()
    invoice = issued(raw, ksef_number=OWN_NUMBER)
    reader = pdf(visitor, invoice)
    [link] = [x.get_object()["/A"]["/URI"] for one in reader.pages for x in one["/Annots"]]
    # The day is P_1 of the file, whatever the table says.
    assert link.startswith(f"https://qr.ksef.mf.gov.pl/invoice/{SELLER}/31-10-2026/")
    assert page(visitor, invoice)["ksef_link"] == link
    assert f"{OWN_NUMBER} Sprawdź" in text_of(reader)
    assert "Oryginałem jest plik XML w KSeF" in text_of(reader)
    former = issued(raw, ksef_number=FORMER)
    assert page(visitor, former)["ksef_link"] is None
    told = text_of(pdf(visitor, former))
    assert f"Numer KSeF: {FORMER}. Nadał go KSeF 1.0" in told
    assert "zeskanuj" not in told


@on_one_database
def test_invoice_without_a_number_is_never_said_to_be_in_ksef(visitor, issued):
    invoice = issued(faktura())
    told = text_of(pdf(visitor, invoice))
    assert page(visitor, invoice)["ksef_link"] is None
    for false in ("OFFLINE", "Oryginałem", "zeskanuj"):
        assert false not in told
    assert "Numeru KSeF e-BOK dla niej nie ma" in told


def test_file_that_cannot_be_read_leaves_what_the_tables_say(visitor, issued, office):
    invoice = issued(b"<Faktura/>", ksef_number=OWN_NUMBER)
    answer = page(visitor, invoice)
    assert (answer["visualisation"], answer["ksef_link"], answer["has_xml"]) == (None, None, True)
    told = text_of(pdf(visitor, invoice))
    assert "Nazwa z tabeli" in told
    assert "To zestawienie danych faktury z systemu bilingowego" in told
    assert "element=Faktura" in office.log()


@on_one_database
def test_attachment_without_end_is_cut_and_says_so(visitor, issued):
    rows = "".join(el("Wiersz", el("WKom", n)) for n in range(900))
    head = el("TNaglowek", f'<Kol Typ="int">{el("NKom", "Lp")}</Kol>')
    block = el(
        "BlokDanych", el("MetaDane", els(ZKlucz="a", ZWartosc="b")), el("Tabela", head, rows)
    )
    answer = page(visitor, issued(faktura(attachment=el("Zalacznik", block * 3))))
    blocks = section(answer, "attachment")["blocks"]
    [left] = blocks[-1]["paragraphs"]
    assert left.startswith("Dalszy ciąg jest w")
    count = sum(len(b["facts"]) + len((b["table"] or {"rows": []})["rows"]) for b in blocks)
    assert count == MOST_ROWS


@on_one_database
def test_lines_without_end_are_cut_on_both_and_it_is_said(visitor, issued):
    lines = "".join(
        line(n, P_7=f"Pozycja {n}", P_11="1", P_12="8") for n in range(1, MOST_LINES + 3)
    )
    invoice = issued(faktura(lines=lines))
    answer = page(visitor, invoice)
    assert len(answer["lines"]) == MOST_LINES
    [left] = section(answer, "beyond")["blocks"][0]["paragraphs"]
    assert left.startswith("Dalszy ciąg jest w")
    told = text_of(pdf(visitor, invoice))
    assert " ".join(left.split()) in told
    assert f"Pozycja {MOST_LINES} " in told
    assert f"Pozycja {MOST_LINES + 1} " not in told


def test_list_reads_no_file(visitor, issued, office):
    issued(b"<Faktura/>")
    before = office.log().count("what=visualisation")
    visitor.get("/api/invoices")
    visitor.get("/api/account")
    assert office.log().count("what=visualisation") == before
