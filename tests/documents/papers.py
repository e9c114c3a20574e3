"""Helpers to download PDFs and check them."""

import io
from datetime import date
from pathlib import Path

import httpx
from pypdf import PdfReader

from cast import Customer, add_document, add_invoice, add_line
from described import require_described
from ebok.documents.models import Document
from ebok.documents.operations_store import keep
from ebok.invoices.models import Invoice
from patience import until
from visitor import Visitor

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
    """The invoice's PDF, read."""
    path = f"/api/invoices/{invoice.public_id}/document.pdf?lang={language}"
    return PdfReader(io.BytesIO(download(visitor, path).content))


def text_of(reader: PdfReader) -> str:
    """The PDF's text with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def require_accessible(reader: PdfReader) -> None:
    """Check the requirements of PDF/UA-1 (ISO 14289-1) that can be automated."""
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] in ("pl", "en", "uk")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds = set()
    _walk(root["/StructTreeRoot"], kinds)
    assert {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/P"} <= kinds
    for page in reader.pages:
        assert page["/Tabs"] == "/S"
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"], font
            assert "/ToUnicode" in font.get_object()
            # Subset: six letters and a plus stand before the name.
            assert font.get_object()["/BaseFont"][7] == "+"


def _walk(node, kinds: set) -> None:
    node = node.get_object()
    kinds.add(node.get("/S"))
    if node.get("/S") == "/Figure":
        assert node["/Alt"]
    below = node.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        if isinstance(child.get_object(), dict):
            _walk(child, kinds)
