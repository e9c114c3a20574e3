"""Helpers to download PDFs and check them."""

import io
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import httpx
import page
from pypdf import PdfReader

from cast import Customer, add_document, add_invoice, add_line
from described import require_described
from ebok.documents.models import Document
from ebok.documents.operations_store import keep
from ebok.invoices.models import Invoice
from patience import until
from visitor import Visitor

NO_GLYPH = "PDFUA1-NOTDEF-GLYPH-001"
LINES = (
    ("Dostarczona woda", "m³", 10, 482),
    ("Odebrane ścieki", "m³", 10, 764),
    ("Opłata abonamentowa, woda", "mies.", 1, 620),
    ("Opłata abonamentowa, ścieki", "mies.", 1, 410),
)


def usual(customer: Customer, **columns) -> Invoice:
    """The invoice of the design: 134,90 net, 10,79 VAT, four lines."""
    sums = {"net_grosze": 13490, "vat_grosze": 1079, "gross_grosze": 14569}
    days = {"issued_on": date(2026, 11, 6), "due_on": date(2026, 11, 20)}
    period = {"period_from": date(2026, 10, 1), "period_to": date(2026, 10, 31)}
    invoice = add_invoice(customer.code, customer.name, **sums | days | period | columns)
    for position, (name, unit, quantity, price) in enumerate(LINES, 1):
        add_line(
            invoice,
            position,
            name=name,
            unit=unit,
            quantity_millionths=quantity * 10**6,
            unit_net_microgrosze=price * 10**6,
            net_grosze=quantity * price,
        )
    return invoice


def give(data_dir: Path, invoice: Invoice, kind: str, body: bytes) -> Document:
    """Store a document as delivered by billing."""
    sha256, size = keep(io.BytesIO(body), data_dir)
    return add_document(invoice, kind=kind, sha256=sha256, size_bytes=size)


def download(visitor: Visitor, path: str, expect: int = 200) -> httpx.Response:
    """The answer, bytes and all, which must be described.

    While the server answers that it is being prepared, the request is repeated, as a page does.
    """
    answer = until(lambda: _answer(visitor, path), visitor.office.process, visitor.office.log)
    assert answer.status_code == expect, (answer.status_code, answer.text[:300])
    require_described(answer, path)
    return answer


def _answer(visitor: Visitor, path: str) -> httpx.Response | None:
    answer = visitor.http.get(path)
    return None if answer.status_code == 503 and answer.json()["code"] == "busy" else answer


def pdf(visitor: Visitor, invoice: Invoice, language: str = "pl") -> PdfReader:
    """The invoice's PDF, read; ours is as everybody can read it."""
    path = f"/api/invoices/{invoice.public_id}/document.pdf?lang={language}"
    raw = download(visitor, path).content
    require_accessible(raw)
    return PdfReader(io.BytesIO(raw))


def text_of(reader: PdfReader) -> str:
    """The PDF's text with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def drawings_of(reader: PdfReader) -> list[str]:
    """What is said in place of each drawing."""
    parts = _parts(reader.trailer["/Root"]["/StructTreeRoot"])
    drawn = [part["/Alt"] for part in parts if part.get("/S") == "/Figure"]
    return [told.replace("\xa0", " ") for told in drawn]


def require_accessible(raw: bytes, but: Collection[str] = ()) -> None:
    """What PDF/UA-1 (ISO 14289-1) asks for and a machine can see, and what it leaves to writers."""
    judged = page.validate_pdf_bytes(raw, profile=page.ValidationProfile.PDF_UA_1)
    assert not [fault for fault in judged.failures if fault.rule_id not in but]
    reader = PdfReader(io.BytesIO(raw))
    root = reader.trailer["/Root"]
    assert root["/Lang"] in ("pl", "en", "uk")
    assert reader.metadata.title
    parts = list(_parts(root["/StructTreeRoot"]))
    kinds = [part.get("/S") for part in parts]
    assert kinds.count("/H1") == 1
    assert {"/H1", "/P"} <= {*kinds}
    scopes = {part["/A"].get("/Scope") for part in parts if part.get("/S") == "/TH"}
    assert scopes <= {"/Column", "/Row"}
    for sheet in reader.pages:
        _require_readable(sheet)


def _require_readable(sheet) -> None:
    """Whether its fonts are embedded, by the letters that are used, and tell their letters."""
    assert sheet["/Tabs"] == "/S"
    for font in sheet["/Resources"]["/Font"].values():
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in descendant["/FontDescriptor"], font
        assert "/ToUnicode" in font.get_object()
        # Subset: six letters and a plus stand before the name.
        assert font.get_object()["/BaseFont"][7] == "+"


def _parts(node) -> Iterator:
    """Every element of the structure, in the order in which it is read."""
    node = node.get_object()
    yield node
    below = node.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        if isinstance(child.get_object(), dict):
            yield from _parts(child)
