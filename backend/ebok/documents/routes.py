"""Downloads of a customer's own documents."""

from flask import Blueprint, Response, request

from ebok.access import CUSTOMER, current_user, requires
from ebok.documents import operations
from ebok.documents.forms import ZipForm
from ebok.documents.texts import disposition
from ebok.files.sending import File, answer
from ebok.forms import read_query
from ebok.languages import language
from ebok.notifications.operations_evidence import note_handed_over

routes = Blueprint("documents", __name__)


@routes.get("/invoices/<invoice_id>/document.pdf")
@requires(CUSTOMER)
def download_pdf(invoice_id: str):
    """The invoice as PDF."""
    code = current_user.account.customer_code
    paper = operations.open_pdf(code, invoice_id, language())
    return _handed_over(code, paper, "application/pdf")


@routes.get("/invoices/<invoice_id>/document.xml")
@requires(CUSTOMER)
def download_xml(invoice_id: str):
    """The invoice's original XML from KSeF."""
    code = current_user.account.customer_code
    return _handed_over(code, operations.open_xml(code, invoice_id), "application/xml")


@routes.get("/invoices/documents.zip")
@requires(CUSTOMER)
def download_zip():
    """Documents of many invoices as a ZIP."""
    form = read_query(ZipForm)
    code = current_user.account.customer_code
    # A HEAD request packs nothing.
    if request.method == "HEAD":
        return _saved("faktury.zip", b"", "application/zip")
    packed = operations.pack(code, form.wanted(), form.chosen(), language())
    for number in packed.numbers:
        note_handed_over(code, number)
    return _saved("faktury.zip", File.at(packed.path), "application/zip")


def _handed_over(code: str, paper: operations.Paper, kind: str) -> Response:
    # A HEAD request does not count as opening the invoice.
    if request.method == "GET":
        note_handed_over(code, paper.number)
    return _saved(paper.name, File.at(paper.path), kind)


def _saved(name: str, body: File | bytes, kind: str) -> Response:
    # No charset: an XML file declares its own encoding.
    response = answer(body, kind) if isinstance(body, File) else Response(body, content_type=kind)
    response.headers["Content-Disposition"] = disposition(name)
    return response
