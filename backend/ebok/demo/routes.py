"""The demo's mailbox: registered in demo mode on loopback only, because it shows every mail."""

from flask import Blueprint, current_app

from ebok.access import anyone
from ebok.demo import sink

routes = Blueprint("demo", __name__)


@routes.get("/demo/mail")
@anyone
def mails():
    """Every mail that this demo has sent, newest first."""
    return {"mails": sink.read(current_app.config["EBOK"])}, {"Cache-Control": "no-store"}
