"""JSON of *Czy to od nas?* and of the list of mails."""

from typing import Annotated, TypedDict

from ebok.accounts.models import Account
from ebok.invoices.models import Invoice
from ebok.mail.masking import mask_email
from ebok.mail.models import Mail
from ebok.tokens import shown_short_code
from ebok.values import days, money
from ebok.values.days import ShownInstant
from ebok.values.money import Money
from ebok.verification import operations, operations_mails as mails


class GenuineAccountJson(TypedDict):
    """Whether a bank account is one of the utility's."""

    is_ours: bool
    whose: Annotated[str, "enum: [utility, customer]"] | None
    is_yours: bool | None
    """Null for visitors."""


class GenuineInvoiceJson(TypedDict):
    """Whether there is an invoice with this number and amount."""

    is_ours: bool


class GenuineMailJson(TypedDict):
    """Whether the utility sent the mail with this code."""

    is_ours: bool
    kind: str | None
    """What it is, in the reader's language."""
    sent: ShownInstant | None
    recipient_masked: str | None


class InvoiceOfMailJson(TypedDict):
    """The invoice that a mail is about."""

    number: str
    id: str | None
    """Null if e-BOK no longer has the invoice."""
    gross: Money | None
    """The document's gross, not what was left to pay."""


class OwnMailJson(TypedDict):
    """A mail to an address of the customer's."""

    kind: str
    """What it is, in the reader's language."""
    at: ShownInstant
    state: Annotated[str, "enum: [sent, waiting, failed, returned]"]
    short_code: Annotated[str, "pattern: '^[A-Z0-9]{4}-[A-Z0-9]{4}$'"] | None
    invoice: InvoiceOfMailJson | None
    former_address: str | None
    """Masked; null if it went to the current address."""


OwnMails = Annotated[list[OwnMailJson], f"maxItems: {mails.MOST}"]


def genuine_account(found: operations.Ownership) -> GenuineAccountJson:
    """Whose bank account it is."""
    whose = found.whose or None
    return {"is_ours": bool(whose), "whose": whose, "is_yours": found.is_yours}


def genuine_mail(mail: Mail | None) -> GenuineMailJson:
    """A mail found by its code, or None."""
    return {
        "is_ours": mail is not None,
        "kind": mails.kind_of(mail) if mail else None,
        "sent": days.instant_as_json(operations.sent_at(mail)) if mail else None,
        "recipient_masked": mask_email(mail.recipient) if mail else None,
    }


def own_mails(account: Account) -> OwnMails:
    """The mails sent to the account's addresses in the last year."""
    sent = mails.of_account(account)
    came_back, invoices = mails.returned(sent), mails.invoices_of(account, sent)
    return [
        {
            "kind": mails.kind_of(mail),
            "at": days.instant_as_json(operations.sent_at(mail)),
            "state": mails.state_of(mail, came_back),
            "short_code": shown_short_code(mail.short_code) or None,
            "invoice": _invoice(*invoices[mail.id]) if mail.id in invoices else None,
            "former_address": _masked(mail, account),
        }
        for mail in sent
    ]


def _invoice(number: str, invoice: Invoice | None) -> InvoiceOfMailJson:
    return {
        "number": number,
        "id": invoice.public_id if invoice else None,
        "gross": money.as_json(invoice.gross_grosze) if invoice else None,
    }


def _masked(mail: Mail, account: Account) -> str | None:
    return mask_email(mail.recipient) if mail.recipient != account.email else None
