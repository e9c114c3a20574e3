"""Evidence of delivery: when a mail was accepted, and when its invoice was first opened here."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from peewee import JOIN

from ebok.accounts.models import Account
from ebok.languages import moment
from ebok.mail.models import Mail
from ebok.notifications.models import INVOICE, Notification
from ebok.notifications.operations import note_opened


def note_handed_over(customer_code: str, number: str) -> None:
    """Record a download (PDF, XML or ZIP) of the invoice, which counts like opening its page."""
    account = Account.find(customer_code)
    if account:
        note_opened(account, number)


def sentences(found: Notification | None) -> list[str]:
    """Sentences for the customer about the delivery of an invoice."""
    if not found:
        return []
    sentences = []
    if found.accepted_at:
        at = moment(found.accepted_at)
        sentences.append(_("Your mail server accepted our e-mail about it on %(at)s.", at=at))
    if found.opened_at:
        at = moment(found.opened_at)
        sentences.append(_("It was first opened here on %(at)s.", at=at))
    return sentences


@dataclass(frozen=True)
class Delivered:
    """Evidence for one invoice. `recipient` is "" once the mail's row has been deleted."""

    number: str
    created_at: datetime
    accepted_at: datetime | None
    opened_at: datetime | None
    recipient: str


def of_customer(customer_code: str) -> list[Delivered]:
    """Evidence for all invoices of this customer, newest first, closed accounts included."""
    columns = (
        Notification.invoice_number,
        Notification.created_at,
        Notification.accepted_at,
        Notification.opened_at,
        Mail.recipient,
    )
    mine = (Account.customer == customer_code) & (Notification.kind == INVOICE)
    rows = (
        Notification.select(*columns)
        .join(Account)
        .join(Mail, JOIN.LEFT_OUTER, on=(Mail.id == Notification.mail_id))
        .where(mine)
        .order_by(Notification.id.desc())
    )
    return [Delivered(*row[:4], row[4] or "") for row in rows.tuples()]  # pyright: ignore[reportIndexIssue, reportCallIssue]
