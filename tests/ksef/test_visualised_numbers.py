"""The number of KSeF and its QR code, and only where there is one."""

import pytest

from documents.papers import pdf, text_of
from ksef.faktura import SELLER, faktura
from ksef.shown import OWN_NUMBER, on_one_database, page

FORMER = "8671234568-20251031-010000-1AF629-00"


@pytest.mark.shows("P12")
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
