"""The address in List-Unsubscribe: mail programs POST to it, people open it."""

from flask import Blueprint, current_app

from ebok.access import actor, signed_itself
from ebok.notifications import operations_unsubscribe

routes = Blueprint("notifications", __name__)


@routes.post("/rezygnacja/<token>")
@signed_itself
def unsubscribe(token):
    """One click, without cookies; no redirect, which mail programs would not follow."""
    operations_unsubscribe.switch_off(actor(), token)
    return current_app.extensions["ebok_page"]("rezygnacja/gotowe")
