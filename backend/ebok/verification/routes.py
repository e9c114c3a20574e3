"""Routes of *Czy to od nas?* and of the list of mails sent to the account."""

from flask import Blueprint

from ebok.access import CUSTOMER, actor, anyone, current_user, requires
from ebok.forms import read
from ebok.mail.masking import mask_email
from ebok.tokens import shown_short_code
from ebok.values import days, money
from ebok.verification import operations, operations_mails as mails
from ebok.verification.forms import AccountForm, InvoiceForm, MailForm

routes = Blueprint("verification", __name__)


@routes.post("/genuine/account")
@anyone
def check_account():
    """Tell whether a bank account is ours."""
    found = operations.check_account(actor(), read(AccountForm).account.data, _asker())
    whose = found.whose or None
    return {"genuine": {"is_ours": bool(whose), "whose": whose, "is_yours": found.is_yours}}


@routes.post("/genuine/invoice")
@anyone
def check_invoice():
    """Tell whether an invoice with this number and amount exists."""
    form = read(InvoiceForm)
    is_ours = operations.is_invoice(actor(), form.number.data, form.amount.data)  # pyright: ignore[reportArgumentType]
    return {"genuine": {"is_ours": is_ours}}


@routes.post("/genuine/mail")
@anyone
def check_mail():
    """Tell whether we sent the mail with this code."""
    mail = operations.find_mail(actor(), read(MailForm).short_code.data)
    return {
        "genuine": {
            "is_ours": mail is not None,
            "kind": mails.kind_of(mail) if mail else None,
            "sent": days.instant_as_json(operations.sent_at(mail)) if mail else None,
            "recipient_masked": mask_email(mail.recipient) if mail else None,
        }
    }


def _asker() -> str:
    return current_user.account.customer_code if current_user.is_authenticated else ""


@routes.get("/account/mails")
@requires(CUSTOMER)
def show_mails():
    """List the mails sent to the account's addresses in the last year."""
    account = current_user.account
    sent = mails.of_account(account)
    came_back, invoices = mails.returned(sent), mails.invoices_of(account, sent)
    return {
        "mails": [
            _shape(mail, came_back)
            | {
                "invoice": _invoice(*invoices[mail.id]) if mail.id in invoices else None,
                "former_address": mask_email(mail.recipient)
                if mail.recipient != account.email
                else None,
            }
            for mail in sent
        ]
    }


def _invoice(number: str, invoice) -> dict:
    """The mail's invoice; `gross` is the document's amount, not what was left to pay then."""
    return {
        "number": number,
        "id": invoice.public_id if invoice else None,
        "gross": money.as_json(invoice.gross_grosze) if invoice else None,
    }


def _shape(mail, came_back: set[int]) -> dict:
    return {
        "kind": mails.kind_of(mail),
        "at": days.instant_as_json(operations.sent_at(mail)),
        "state": mails.state_of(mail, came_back),
        "short_code": shown_short_code(mail.short_code) or None,
    }
