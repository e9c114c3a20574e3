"""*Faktury*: the list, and a single invoice."""

from flask import Blueprint

from ebok.access import CUSTOMER, current_user, requires
from ebok.forms import read_query
from ebok.invoices import serializers, serializers_list
from ebok.invoices.forms import ListForm
from ebok.invoices.models import Invoice
from ebok.notifications import operations as notifications, operations_evidence as evidence
from ebok.notifications.models import Notification

routes = Blueprint("invoices", __name__)


@routes.get("/invoices")
@requires(CUSTOMER, shown_to_staff=True)
def list_invoices():
    """A page of the customer's invoices that match the filters."""
    wanted = read_query(ListForm).wanted()
    return {"invoices": serializers_list.listed(current_user.account.customer_code, wanted)}


@routes.get("/invoices/<invoice_id>")
@requires(CUSTOMER, shown_to_staff=True)
def show_invoice(invoice_id: str):
    """One of the customer's invoices in full."""
    account = current_user.account
    invoice = Invoice.get_of(account.customer_code, invoice_id)
    # Somebody of the office who sees the customer's screens is no evidence of delivery.
    told_of = Notification.find if current_user.seen_by else notifications.note_opened
    delivery = evidence.sentences(told_of(account, invoice.number))
    return {"invoice": {**serializers.whole(invoice), "delivery": delivery}}
