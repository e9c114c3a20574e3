"""*Faktury*: the list, and a single invoice."""

from flask import Blueprint

from ebok.access import CUSTOMER, current_user, requires
from ebok.forms import read_query
from ebok.invoices import serializers, serializers_list
from ebok.invoices.forms import ListForm
from ebok.invoices.models import Invoice
from ebok.notifications import operations as notifications, operations_evidence as evidence

routes = Blueprint("invoices", __name__)


@routes.get("/invoices")
@requires(CUSTOMER)
def list_invoices():
    """A page of the customer's invoices that match the filters."""
    wanted = read_query(ListForm).wanted()
    return {"invoices": serializers_list.listed(current_user.account.customer_code, wanted)}


@routes.get("/invoices/<invoice_id>")
@requires(CUSTOMER)
def show_invoice(invoice_id: str):
    """One of the customer's invoices in full."""
    account = current_user.account
    invoice = Invoice.get_of(account.customer_code, invoice_id)
    delivery = evidence.sentences(notifications.note_opened(account, invoice.number))
    return {"invoice": {**serializers.whole(invoice), "delivery": delivery}}
