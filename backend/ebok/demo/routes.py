"""The demo's mailbox. It shows every mail, so it is registered in demo mode on loopback only."""

from flask import Blueprint, Response

from ebok import settings
from ebok.access import anyone
from ebok.demo import operations_sink as sink
from ebok.documents.texts import disposition

routes = Blueprint("demo", __name__)


@routes.get("/demo/mail")
@anyone
def mails():
    """Every mail that this demo has sent, newest first."""
    return {"mails": sink.read(settings.current())}, {"Cache-Control": "no-store"}


@routes.get("/demo/mail/<mail_id>/attachments/<number>")
@anyone
def attachment(mail_id: str, number: str):
    """An attachment of a mail as a download; e-BOK attaches only PDFs."""
    name, content = sink.attached(settings.current(), mail_id, number)
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response
