"""Balance, ledger, transfer, payments online."""

from flask import Blueprint, Response, request

from ebok import settings
from ebok.access import CUSTOMER, actor, current_user, requires, signed_itself, source
from ebok.actor import Actor, Kind
from ebok.errors import NotFound
from ebok.files.sending import File, answer
from ebok.forms import read, read_query
from ebok.invoices.models import Invoice
from ebok.payments import (
    operations_balance as balance,
    operations_choice,
    operations_ledger as ledger,
    operations_orders as orders,
    operations_transfer as transfer,
    serializers,
    serializers_ledger,
)
from ebok.payments.forms import ChoiceForm, LedgerForm, OrderForm, PeriodForm
from ebok.payments.operations_ledger import Ledger
from ebok.payments.operations_transfer import Transfer
from ebok.server.bodies import KILO, limit_body

routes = Blueprint("payments", __name__)


@routes.get("/balance")
@requires(CUSTOMER, shown_to_staff=True)
def show_balance():
    """Today's balance."""
    return {"balance": serializers.balance(current_user.account)}


@routes.get("/balance/transfer")
@requires(CUSTOMER, shown_to_staff=True)
def show_balance_transfer():
    """A transfer for all that is owed, or for the chosen invoices."""
    return {"transfer": serializers.transfer(_of_choice())}


@routes.get("/balance/transfer.svg")
@requires(CUSTOMER, shown_to_staff=True)
def draw_balance_transfer():
    """The QR code of that transfer."""
    return _drawn(_of_choice())


@routes.get("/balance/transfer.png")
@requires(CUSTOMER)
def save_balance_transfer():
    """The QR code of that transfer, to be saved or shared on a phone."""
    return _pictured(_of_choice())


@routes.get("/invoices/<invoice_id>/transfer")
@requires(CUSTOMER, shown_to_staff=True)
def show_invoice_transfer(invoice_id: str):
    """A transfer for one invoice."""
    return {"transfer": serializers.transfer(_of_invoice(invoice_id))}


@routes.get("/invoices/<invoice_id>/transfer.svg")
@requires(CUSTOMER, shown_to_staff=True)
def draw_invoice_transfer(invoice_id: str):
    """The QR code of that transfer."""
    return _drawn(_of_invoice(invoice_id))


@routes.get("/invoices/<invoice_id>/transfer.png")
@requires(CUSTOMER)
def save_invoice_transfer(invoice_id: str):
    """The QR code of that transfer, to be saved or shared on a phone."""
    return _pictured(_of_invoice(invoice_id))


def _of_choice() -> Transfer:
    account, choice = current_user.account, read_query(ChoiceForm).choice()
    owed, chosen = balance.of_customer(account.customer_code), settings.current()
    if choice.is_all:
        return transfer.of_balance(owed, account.customer, chosen)
    invoices = operations_choice.find(account.customer_code, choice)
    if len(choice.ids) == 1:
        return transfer.of_invoice(invoices[0], owed, account.customer, chosen)
    return transfer.of_several(invoices, owed, account.customer, chosen)


def _of_invoice(invoice_id: str) -> Transfer:
    account = current_user.account
    invoice = Invoice.get_of(account.customer_code, invoice_id)
    owed = balance.of_customer(account.customer_code)
    return transfer.of_invoice(invoice, owed, account.customer, settings.current())


def _drawn(paying: Transfer) -> Response:
    return Response(transfer.qr_svg(_qr_text(paying)), mimetype="image/svg+xml")


def _pictured(paying: Transfer) -> Response:
    picture = transfer.qr_png(_qr_text(paying))
    return Response(picture, mimetype="image/png", headers=serializers.qr_attachment(paying))


def _qr_text(paying: Transfer) -> str:
    if paying.qr_text is None:
        raise NotFound()
    return paying.qr_text


@routes.get("/ledger")
@requires(CUSTOMER, shown_to_staff=True)
def show_ledger():
    """A page of the ledger, newest first."""
    form = read_query(LedgerForm)
    asked = form.from_.data, form.to.data, form.after.data or "", form.limit.data
    return {"ledger": serializers.ledger(ledger.show(current_user.account.customer_code, *asked))}  # pyright: ignore[reportArgumentType]


@routes.get("/ledger.csv")
@requires(CUSTOMER)
def download_csv():
    """The ledger of a period as CSV, oldest first."""
    shown = _period()
    return _saved(serializers_ledger.csv(shown), "text/csv; charset=utf-8", shown, "csv")


@routes.get("/ledger.pdf")
@requires(CUSTOMER)
def download_pdf():
    """The ledger of a period as PDF, oldest first."""
    shown = _period()
    file = File.at(serializers_ledger.pdf(current_user.account, shown))
    name = serializers_ledger.attachment(current_user.account.customer_code, shown, "pdf")
    return answer(file, "application/pdf", **name)


def _period() -> Ledger:
    form = read_query(PeriodForm)
    return ledger.show(current_user.account.customer_code, form.from_.data, form.to.data)


def _saved(body: bytes | str, kind: str, shown: Ledger, ending: str) -> Response:
    name = serializers_ledger.attachment(current_user.account.customer_code, shown, ending)
    return Response(body, content_type=kind, headers=name)


@routes.post("/payment-orders")
@requires(CUSTOMER)
def start_payment():
    """Start a payment online; answers the form to submit to the operator."""
    form = read(OrderForm)
    order, handover = orders.start(actor(), current_user.account, form.choice())
    return {"payment_order": serializers.order_to_send(order, handover)}, 201


@routes.get("/payment-orders/<order_id>")
@requires(CUSTOMER)
def show_payment(order_id: str):
    """The state of a payment online."""
    return {"payment_order": serializers.order(orders.get_order(current_user.account, order_id))}


@routes.post("/payment-notifications/<operator>")
@signed_itself
@limit_body(16 * KILO)
def receive_notification(operator: str):
    """Receive an operator's callback, which is authenticated by its signature.

    It has about a kilobyte, several if it quotes the bank's form. The sender is not trusted before
    the signature over the whole body has been checked.
    """
    who = Actor(Kind.OPERATOR, operator, source())
    return orders.handle_notification(who, request.headers, request.get_data())  # pyright: ignore[reportArgumentType]
