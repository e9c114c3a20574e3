"""Routes for the signed-in customer's download of all their data."""

from flask import Blueprint

from ebok.access import CUSTOMER, actor, current_user, requires
from ebok.data_export import operations
from ebok.data_export.forms import TicketForm
from ebok.data_export.serializers import TicketJson
from ebok.files.sending import File, answer
from ebok.forms import read

routes = Blueprint("data_export", __name__)


@routes.post("/my-data/archive")
@requires(CUSTOMER)
def ask_archive():
    """Issue a ticket for the download."""
    form = read(TicketForm)
    ticket = operations.ask(actor(), current_user.account, form.current_password.data or "")
    return {"archive": TicketJson(ticket=ticket)}, 201


@routes.get("/my-data/archive/<ticket>")
@requires(CUSTOMER)
def download(ticket: str):
    """The ZIP."""
    account = current_user.account
    name = f"{operations.name()}-{account.customer_code}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    file = File.at(operations.pack(account, ticket))
    return answer(file, "application/zip", **headers)
