"""Documents to save: only one's own, and never inside a page of ours."""

from flask import Blueprint, Response, request
from flask_login import current_user

from ebok.access import customer
from ebok.documents import operations
from ebok.documents.forms import ArchiveForm
from ebok.documents.handing import tell_handed_over
from ebok.documents.naming import disposition
from ebok.forms import read_query
from ebok.gate import File
from ebok.languages import language

routes = Blueprint("documents", __name__)


@routes.get("/invoices/<invoice_id>/document.pdf")
@customer
def download_pdf(invoice_id: str):
    """The invoice as PDF."""
    code = current_user.account.customer_code
    paper = operations.open_pdf(code, invoice_id, language())
    return _handed_over(code, paper, "application/pdf")


@routes.get("/invoices/<invoice_id>/document.xml")
@customer
def download_xml(invoice_id: str):
    """The invoice as it stands in KSeF."""
    code = current_user.account.customer_code
    return _handed_over(code, operations.open_xml(code, invoice_id), "application/xml")


@routes.get("/invoices/documents.zip")
@customer
def download_archive():
    """Many invoices at once, as they are packed."""
    form = read_query(ArchiveForm)
    code = current_user.account.customer_code
    archive = operations.pack(code, form.wanted(), form.chosen(), language())
    return _saved("faktury.zip", archive.answering(request.method), "application/zip")


def _handed_over(code: str, paper: operations.Paper, kind: str) -> Response:
    # Who asks for the head alone has not opened it.
    if request.method == "GET":
        tell_handed_over(code, paper.number)
    body = File(paper.path, len(paper.body)) if paper.path else paper.body
    return _saved(paper.name, body, kind)


def _saved(name: str, body, kind: str) -> Response:
    # No charset: the bytes of an XML file say theirs, and are not ours to describe.
    response = Response(body, content_type=kind, direct_passthrough=isinstance(body, File))
    if isinstance(body, File):
        response.content_length = body.size
    response.headers["Content-Disposition"] = disposition(name)
    return response
