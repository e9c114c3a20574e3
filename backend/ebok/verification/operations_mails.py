"""Mails sent to one account, and the titles of their kinds.

Both come from the declarations of letters: their titles and subject tables.
"""

import json
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.accounts.models import Account, EmailChange
from ebok.consents.models import Consent
from ebok.database import Table, now, tuples
from ebok.exports.models import Outgoing
from ebok.invoices.models import Invoice
from ebok.mail.kinds import letters
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification
from ebok.registration.models import Registration, Review

SHOWN = timedelta(days=365)
MOST = 200
OTHER = lazy("Message about your account")


def kind_of(mail: Mail) -> str:
    """Title of the mail's letter, in the reader's language."""
    found = letters().get(mail.letter)
    return str(found.title if found else OTHER)


def of_account(account: Account) -> list[Mail]:
    """Mails to the account's addresses in the last year, newest first, at most 200."""
    is_shown = Mail.created_at > now() - SHOWN
    rows = Mail.select().where(is_to(account) & is_shown)
    return list(rows.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(MOST))


def is_to(account: Account):
    """SQL condition: the mail is about this account and went to one of its addresses.

    A mailbox may serve several accounts, and the customer code may have had another account before,
    whose mails are not shown. The registration may have begun a day before the account was opened.
    """
    since = account.opened_at - timedelta(days=1)
    addresses = addresses_of(account)
    owned = (_about(table, mine(account, addresses)) for table, mine in OWNED.items())
    return Mail.recipient.in_(addresses) & (Mail.created_at > since) & reduce(or_, owned)


def addresses_of(account: Account) -> set[str]:
    """The account's address and its former ones, as exported to billing."""
    told = Outgoing.select(Outgoing.facts).where(
        (Outgoing.customer_code == account.customer_code)
        & (Outgoing.feed == "contacts")
        & (Outgoing.happened_at >= account.opened_at)
    )
    former = {json.loads(row.facts).get("email") for row in told}
    return {account.email, *EmailChange.addresses_before(account), *former} - {"", None}


def kinds_about(table: type[Table]) -> list[str]:
    """Kinds of letters to customers whose subject is a row of this table."""
    found = letters().values()
    return [each.kind for each in found if each.subject is table and not each.to_office]


def _about(table: type[Table], mine: Any):
    kinds = Mail.letter.in_(kinds_about(table))
    return kinds & Mail.subject_id.in_(table.select(table.id).where(mine))


def _registered(account: Account, addresses: set[str]):
    """SQL condition: registrations with such an address that led to no other account."""
    mine = Registration.customer_code == account.customer_code
    mine &= Registration.email.in_(addresses)
    return mine & (Registration.account.is_null() | (Registration.account == account))


def _reviewed(account: Account, addresses: set[str]):
    began = Registration.select(Registration.id).where(_registered(account, addresses))
    return Review.registration.in_(began)


def _notified(account: Account, _addresses: set[str]):
    # Undoing an import deletes its notifications, and SQLite may reuse their ids.
    return (Notification.account == account) & (Notification.created_at <= Mail.created_at)


OWNED = {
    Account: lambda account, _addresses: Account.id == account.id,
    Consent: lambda account, _addresses: Consent.account == account,
    EmailChange: lambda account, _addresses: EmailChange.account == account,
    Notification: _notified,
    Registration: _registered,
    Review: _reviewed,
}
"""By subject table: SQL condition for the rows that belong to an account."""


def returned(mails: list[Mail]) -> set[int]:
    """Ids of the mails that bounced for good."""
    came_back = Bounce.is_final & Bounce.mail_id.in_([mail.id for mail in mails])
    rows = Bounce.select(Bounce.mail_id).where(came_back)
    return {row.mail_id for row in rows if row.mail_id}


def invoices_of(account: Account, mails: list[Mail]) -> dict[int, tuple[str, Invoice | None]]:
    """By mail id: the number of the invoice it is about, and the invoice if we still have it."""
    kinds = kinds_about(Notification)
    about = {mail.id: mail.subject_id for mail in mails if mail.letter in kinds}
    mine = (Notification.account == account) & Notification.id.in_({*about.values()})
    named = Notification.select(Notification.id, Notification.invoice_number).where(mine)
    numbers: dict[int, str] = dict(tuples(named))
    invoices = Invoice.select().where(
        (Invoice.customer == account.customer_code) & Invoice.number.in_({*numbers.values()})
    )
    by_number = {invoice.number: invoice for invoice in invoices}
    found = {mail: numbers[id_] for mail, id_ in about.items() if id_ in numbers}
    return {mail: (number, by_number.get(number)) for mail, number in found.items()}


def state_of(mail: Mail, came_back: set[int]) -> str:
    """State of a mail: "sent" (accepted by a mail server), "waiting", "failed" or "returned"."""
    if mail.id in came_back:
        return "returned"
    if mail.sent_at:
        return "sent"
    return "failed" if mail.failed_at else "waiting"
