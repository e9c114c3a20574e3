"""Routes of *Czy to od nas?* and of the list of mails sent to the account."""

from flask import Blueprint

from ebok.access import CUSTOMER, actor, anyone, current_user, requires
from ebok.forms import read
from ebok.verification import operations, serializers
from ebok.verification.forms import AccountForm, InvoiceForm, MailForm
from ebok.verification.serializers import GenuineInvoiceJson

routes = Blueprint("verification", __name__)


@routes.post("/genuine/account")
@anyone
def check_account():
    """Answer whether a bank account is the utility's."""
    found = operations.check_account(actor(), read(AccountForm).account.data, _asker())
    return {"genuine": serializers.genuine_account(found)}


@routes.post("/genuine/invoice")
@anyone
def check_invoice():
    """Answer whether an invoice with this number and amount exists."""
    form = read(InvoiceForm)
    is_ours = operations.is_invoice(actor(), form.number.data, form.amount.data)  # pyright: ignore[reportArgumentType]
    return {"genuine": GenuineInvoiceJson(is_ours=is_ours)}


@routes.post("/genuine/mail")
@anyone
def check_mail():
    """Answer whether the mail with this code is genuine."""
    mail = operations.find_mail(actor(), read(MailForm).short_code.data)
    return {"genuine": serializers.genuine_mail(mail)}


def _asker() -> str:
    return current_user.account.customer_code if current_user.is_authenticated else ""


@routes.get("/account/mails")
@requires(CUSTOMER, shown_to_staff=True)
def show_mails():
    """List the mails sent to the account's addresses in the last year."""
    return {"mails": serializers.own_mails(current_user.account)}
