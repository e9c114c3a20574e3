"""API of *Start*."""

from flask import Blueprint

from ebok.access import CUSTOMER, current_user, requires
from ebok.dashboard import serializers

routes = Blueprint("dashboard", __name__)


@routes.get("/account")
@requires(CUSTOMER, shown_to_staff=True)
def show_account():
    """Answer the account's data for *Start*."""
    return {"account": serializers.account(current_user.account)}
