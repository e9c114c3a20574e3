"""The URL in List-Unsubscribe: mail programs POST to it, people open it."""

from flask import Blueprint, current_app

from ebok.access import actor, signed_itself
from ebok.notifications import operations_unsubscribe
from ebok.server.bodies import KILO, limit_body

routes = Blueprint("notifications", __name__)


@routes.post("/rezygnacja/<token>")
@signed_itself
@limit_body(2 * KILO)
def unsubscribe(token: str):
    """One click, without cookies; no redirect, which mail programs would not follow.

    They send 26 bytes (RFC 8058).
    """
    operations_unsubscribe.switch_off(actor(), token)
    return current_app.extensions["ebok_page"]("rezygnacja/gotowe")
