"""What an invoice's XML says stands on the page and on our PDF, whatever the tables say today."""

from datetime import date

from documents.papers import pdf, text_of
from ebok.customers import models
from ksef.faktura import ACCOUNT, ADDRESS, BUYER, annotations, buyer, el, els, faktura, line, note
from ksef.shown import OWN_NUMBER, on_one_database, page, require_on_both, section


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
    assert (water["name"], water["net"]["grosze"]) == ("Woda", 10000)


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
        *("Rodzaj transportu", f"Przewozy, NIP {BUYER}, Bukowa 5", "Numer konta"),
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


def test_file_that_cannot_be_read_leaves_what_the_tables_say(visitor, issued, office):
    invoice = issued(b"<Faktura/>", ksef_number=OWN_NUMBER)
    answer = page(visitor, invoice)
    assert (answer["visualisation"], answer["ksef_link"], answer["has_xml"]) == (None, None, True)
    told = text_of(pdf(visitor, invoice))
    assert "Nazwa z tabeli" in told
    assert "To zestawienie danych faktury z systemu rozliczeniowego" in told
    assert "element=Faktura" in office.log()


def test_list_reads_no_file(visitor, issued, office):
    issued(b"<Faktura/>")
    before = office.log().count("what=visualisation")
    visitor.get("/api/invoices")
    visitor.get("/api/account")
    assert office.log().count("what=visualisation") == before
