"""Documents to save: one's own only, the right bytes, under a safe name."""

import io
import zipfile
from datetime import date, timedelta
from itertools import pairwise

import pytest

from cast import Customer, add_invoice, new_account, new_customer
from documents.papers import download, give, pdf, text_of, usual
from ebok import limits
from ebok.app import create_core
from ebok.customers import models
from ebok.documents import operations
from ebok.documents.operations_store import path_of
from ebok.files.zip_file import Entry, write_zip
from ebok.invoices.models import Invoice
from ebok.settings import Limits, load
from office import office_key
from visitor import PASSWORD, Visitor

OURS = "Faktura w postaci elektronicznej"
KSEF = "5265877635-20250826-0100001AF629-AF"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<Faktura>Żółć</Faktura>\r\n'.encode()


@pytest.fixture
def anna(visitor) -> Customer:
    """Anna, signed in, with no invoice yet."""
    customer = new_customer("Anna Żółć-Nowak", months=0)
    address = {"street": "ul. Lipowa 14/3", "postal_code": "39-000", "city": "Przykładowo"}
    models.Customer.update(**address).where(models.Customer.code == customer.code).execute()
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


def spend(name: str, customer: Customer, times: int) -> None:
    """Take all but the last try of a limit."""
    with office_key():
        for _ in range(times):
            limits.consume(name, customer.code, times, timedelta(hours=1))


def packed(visitor: Visitor, query: str = "") -> zipfile.ZipFile:
    answer = download(visitor, f"/api/invoices/documents.zip{query}")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_our_pdf_shows_what_a_vat_invoice_must_and_is_tagged(visitor, anna):
    reader = pdf(visitor, usual(anna, number=f"FV/2026/11/Ł-{anna.code}"))
    assert reader.trailer["/Root"]["/Lang"] == "pl"
    told = text_of(reader)
    for wanted in (
        f"FV/2026/11/Ł-{anna.code}",
        "6 listopada 2026",
        "1–31 października 2026",
        "Wodociągi Przykładowo sp. z o.o.",
        "NIP 8671234568",
        "Anna Żółć-Nowak",
        "ul. Lipowa 14/3, 39-000 Przykładowo",
        "Odebrane ścieki 10 m³ 7,64 8% 76,40",
        "8% 134,90 10,79 145,69",
        "Razem 134,90 10,79 145,69",
        "20 listopada 2026",
        "145,69 zł",
        "61 1090 1014 0000 0712 1981 2874",
        OURS,
    ):
        assert wanted in told, (wanted, told)
    assert len(reader.pages) == 1


@pytest.mark.shows("T12.3", "V1.2.1", "V5.4.1", "V5.4.2")
def test_download_has_a_safe_name_and_stands_apart(visitor, anna):
    invoice = usual(anna, number=f'FV/Ł"{anna.code}\\..')
    path = f"/api/invoices/{invoice.public_id}/document.pdf"
    answer = download(visitor, path)
    name = f"faktura-FV-L-{anna.code}.pdf"
    utf8 = f"faktura-FV-%C5%81-{anna.code}.pdf"
    named = f"attachment; filename=\"{name}\"; filename*=UTF-8''{utf8}"
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert "ETag" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    head = visitor.http.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_the_same_invoice_has_the_same_bytes(visitor, anna):
    path = f"/api/invoices/{usual(anna).public_id}/document.pdf"
    assert len({download(visitor, path).content for _ in range(3)}) == 1


@pytest.mark.shows("P7", "T12.2")
def test_billings_own_pdf_comes_first_while_its_bytes_are_right(visitor, anna, office):
    invoice, body = usual(anna), b"%PDF-1.7 of billing's own"
    document = give(office.data_dir, invoice, "pdf", body)
    path = f"/api/invoices/{invoice.public_id}/document.pdf"
    assert download(visitor, path).content == body
    path_of(document.sha256, office.data_dir).write_bytes(b"%PDF-1.7 of somebody else's")
    assert OURS in text_of(pdf(visitor, invoice))
    path_of(document.sha256, office.data_dir).unlink()
    assert OURS in text_of(pdf(visitor, invoice))


@pytest.mark.shows("P7", "T12.2")
def test_xml_comes_byte_for_byte(visitor, anna, office):
    invoice = usual(anna, ksef_number=KSEF)
    path = f"/api/invoices/{invoice.public_id}/document.xml"
    visitor.get(path, 404)
    document = give(office.data_dir, invoice, "xml", XML)
    answer = download(visitor, path)
    assert answer.content == XML
    assert answer.headers["Content-Type"] == "application/xml"
    path_of(document.sha256, office.data_dir).unlink()
    assert visitor.get(path, 503)["code"] == "file-lost"


@pytest.mark.shows("P17", "T12.1")
def test_anothers_document_is_the_same_404_as_none(visitor, anna, office):
    bartek = new_customer("Bartek")
    invoice = Invoice.get(Invoice.number == bartek.number)
    give(office.data_dir, invoice, "pdf", b"%PDF")
    give(office.data_dir, invoice, "xml", XML)
    for kind in ("pdf", "xml"):
        answers = [
            visitor.get(f"/api/invoices/{public_id}/document.{kind}", 404).body
            for public_id in (invoice.public_id, "f" * 32)
        ]
        assert answers[0] == answers[1]
    visitor.get(f"/api/invoices/documents.zip?ids={invoice.public_id}", 422)


def test_number_of_ksef_without_its_file_is_told_without_a_code(visitor, anna):
    told = text_of(pdf(visitor, usual(anna, ksef_number=KSEF)))
    assert f"Numer KSeF: {KSEF}. Kodu QR do sprawdzenia w KSeF nie ma" in told
    assert "Sprawdź, czy ta faktura" not in told
    assert "Oryginałem" not in text_of(pdf(visitor, usual(anna)))


def test_correction_says_what_was_and_what_is(visitor, anna):
    corrected = usual(anna, ksef_number=KSEF)
    sums = {"net_grosze": -2574, "vat_grosze": -206, "gross_grosze": -2780}
    earlier = {"net_grosze": -100, "vat_grosze": -8, "gross_grosze": -108}
    correction = {"kind": "correction", "corrects": corrected.number, "due_on": None}
    add_invoice(anna.code, anna.name, **correction, **earlier, issued_on=date(2026, 11, 9))
    told = text_of(pdf(visitor, usual(anna, **correction, **sums, issued_on=date(2026, 11, 16))))
    assert "Faktura korygująca" in told
    assert f"{corrected.number} z 6 listopada 2026" in told
    assert KSEF in told
    assert "Przed tą korektą 133,90 10,71 144,61" in told
    assert "Po korekcie 108,16 8,65 116,81" in told
    assert "Do zwrotu lub zaliczenia 27,80 zł" in told


def test_a_reader_of_another_language_gets_a_line_in_it(visitor, anna):
    invoice = usual(anna)
    told = text_of(pdf(visitor, invoice, "uk"))
    assert "сплатіть 145,69 zł до 20 листопада 2026 р. на банківський рахунок 61 1090" in told
    assert "Sprzedawca" in told
    assert "145.69 zł by 20 November 2026" in text_of(pdf(visitor, invoice, "en"))


def test_zip_has_every_document_once_under_a_name_of_its_own(visitor, anna, office):
    own, twin = usual(anna, number=f"FV/1/{anna.code}"), usual(anna, number=f"fv-1-{anna.code}")
    give(office.data_dir, own, "pdf", b"%PDF-1.7 of billing's own")
    give(office.data_dir, own, "xml", XML)
    usual(anna, issued_on=date(2025, 3, 1))
    file = packed(visitor, "?year=2026")
    assert file.testzip() is None
    names = {f"faktura-FV-1-{anna.code}", f"faktura-fv-1-{anna.code}"}
    stems = {name.rpartition(".")[0].removesuffix("-2") for name in file.namelist()}
    assert stems == names
    assert len({name.casefold() for name in file.namelist()}) == 3
    bodies = [file.read(name) for name in file.namelist()]
    assert b"%PDF-1.7 of billing's own" in bodies
    assert XML in bodies
    assert twin.issued_on == date(*file.infolist()[0].date_time[:3])
    chosen = packed(visitor, f"?ids={own.public_id}")
    assert len(chosen.namelist()) == 2


def test_zip_names_what_could_not_be_made(visitor, anna, office):
    invoice = usual(anna)
    document = give(office.data_dir, invoice, "xml", XML)
    path_of(document.sha256, office.data_dir).unlink()
    for _ in range(4):
        # Nothing is packed for who asks for the head alone, and the desk is free again.
        assert visitor.http.head("/api/invoices/documents.zip").status_code == 200
    file = packed(visitor)
    assert len(file.namelist()) == 2
    assert ".xml" in file.read("!.txt").decode()


def test_zip_is_refused_where_it_makes_no_sense(visitor, anna):
    def refused(query: str) -> str:
        return visitor.get(f"/api/invoices/documents.zip{query}", 422)["code"]

    assert refused("") == "nothing-to-pack"
    assert refused("?ids=a,b,'") == "invalid-form"
    assert refused("?year=twenty") == "invalid-form"
    assert refused("?state=lost") == "invalid-form"
    serials = range(1001)
    rows = [
        {
            "number": f"{anna.code}/{serial}",
            "customer": anna.code,
            "kind": "invoice",
            "buyer_name": anna.name,
            "issued_on": date(2026, 1, 1),
            "net_grosze": 0,
            "vat_grosze": 0,
            "gross_grosze": 0,
            "outstanding_grosze": 0,
            "public_id": f"{anna.code}-{serial}",
        }
        for serial in serials
    ]
    for at in range(0, 1001, 500):
        Invoice.insert_many(rows[at : at + 500]).execute()
    assert refused("") == "too-many-documents"


@pytest.mark.shows("T12.6", "V15.2.2")
def test_pdfs_and_zips_are_limited(visitor, anna, office):
    ours, theirs = usual(anna), usual(anna)
    give(office.data_dir, theirs, "pdf", b"%PDF")
    spend("pdfs", anna, Limits.pdfs_per_code_hour - 1)
    # What is kept already is not counted.
    for _ in range(3):
        visitor.get(f"/api/invoices/{ours.public_id}/document.pdf")
    visitor.get(f"/api/invoices/{usual(anna).public_id}/document.pdf", 429)
    # What billing gave costs nothing.
    visitor.get(f"/api/invoices/{theirs.public_id}/document.pdf")
    spend("archives", anna, Limits.archives_per_code_hour)
    visitor.get("/api/invoices/documents.zip", 429)


@pytest.mark.shows("T12.8")
def test_invoice_that_becomes_anothers_while_it_is_packed_is_left_out(office, anna):
    """A ZIP may be under way for minutes; billing puts a wrong customer right meanwhile."""
    first, second = (usual(anna, number=f"{anna.code}/{n}") for n in (2, 1))
    app, told = create_core(load(office.settings())), {}
    numbers = [first.number, second.number]
    entries = operations.pack_documents.make(app, told, anna.code, numbers, "pl")
    packed = [next(entries)]
    later = Invoice.number.in_([first.number, second.number])
    Invoice.update(customer=new_customer(months=0).code).where(later).execute()
    packed += entries
    assert told["numbers"] == [first.number]
    assert len(packed) == 1


def test_zip_is_written_part_by_part():
    """Of a thousand documents one is in memory: each is in the file before the next is made."""
    file, written = io.BytesIO(), []

    def pieces():
        for _ in range(4):
            written.append(file.tell())
            yield b"%PDF" * 1000

    write_zip(file, (Entry(f"{n}.pdf", pieces(), date(1970, 1, 1)) for n in range(3)))
    assert all(after - before >= 4000 for before, after in pairwise(written))
    packed = zipfile.ZipFile(file)
    assert packed.testzip() is None
    assert packed.namelist() == ["0.pdf", "1.pdf", "2.pdf"]
    # In front of each document stands how long it is: some programs unpack no other ZIP.
    assert not any(info.flag_bits & 0x08 for info in packed.infolist())
