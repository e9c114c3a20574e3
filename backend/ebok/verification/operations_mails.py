"""The mails that we sent to one account, and what each kind of mail is called."""

import json
from datetime import timedelta

from flask_babel import lazy_gettext as lazy

from ebok.accounts.models import Account, EmailChange
from ebok.consents.models import Consent
from ebok.database import now
from ebok.exports.models import Outgoing
from ebok.invoices.models import Invoice
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification
from ebok.registration.models import Registration, Review

SHOWN = timedelta(days=365)
MOST = 200
# What the number in `about` is of: a letter that is missing here is nobody's to list.
ABOUT_ACCOUNT = (
    "temporary_password",
    "account_opened",
    "password_changed",
    "password_reset",
    "login_warning",
    "phone_changed",
    "account_closed",
)
ABOUT_CONSENT = ("e_invoice_given", "e_invoice_withdrawn")
ABOUT_EMAIL_CHANGE = ("email_code", "email_changed")
ABOUT_REGISTRATION = ("registration_code",)
ABOUT_REVIEW = ("review_received", "review_refused")
ABOUT_NOTIFICATION = ("invoice_issued", "invoice_due", "invoice_overdue")
ABOUT_REPLACED = ("invoice_replaced", "invoice_not_yours")
KINDS = {
    "registration_code": lazy("One-time code for registration"),
    "temporary_password": lazy("Temporary password"),
    "account_opened": lazy("Message that an e-BOK account was opened"),
    "password_changed": lazy("Confirmation that the password was changed"),
    "password_reset": lazy("Link to set a new password"),
    "login_warning": lazy("Warning about failed logins"),
    "review_received": lazy("Confirmation that the office is checking a registration"),
    "review_office": lazy("Request to the office to check a registration"),
    "review_refused": lazy("Message that an account was not opened"),
    "e_invoice_given": lazy("Confirmation that e-invoices were switched on"),
    "e_invoice_withdrawn": lazy("Confirmation that e-invoices were switched off"),
    "email_code": lazy("Code to confirm an e-mail address"),
    "email_changed": lazy("Message that the e-mail address was changed"),
    "phone_changed": lazy("Confirmation that the phone number was changed"),
    "account_closed": lazy("Confirmation that the account was closed"),
    "invoice_issued": lazy("Message about an invoice"),
    "invoice_due": lazy("Reminder that an invoice is due soon"),
    "invoice_overdue": lazy("Reminder that an invoice is overdue"),
    "alert": lazy("Alert to the office"),
    "audit_head": lazy("State of the audit log, for the office"),
    "passed_on": lazy("A message passed on to the office"),
    "invoice_sample": lazy("Sample of an e-mail to customers, for the office"),
    "invoice_replaced": lazy("Correction of our message about an invoice"),
    "invoice_not_yours": lazy("Message that an invoice was not yours"),
}
OTHER = lazy("Message about your account")


def kind_of(mail: Mail) -> str:
    """What this mail is, in the reader's language."""
    return str(KINDS.get(mail.letter, OTHER))


def of_account(account: Account) -> list[Mail]:
    """What went to the account's addresses in the last year, newest first, 200 at most."""
    is_shown = Mail.created_at > now() - SHOWN
    rows = Mail.select().where(is_to(account) & is_shown)
    return list(rows.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(MOST))


def is_to(account: Account):
    """What makes a mail one about this account to an address of its own, for a query.

    A mailbox may serve several accounts, and a customer code have had another account before:
    what is about those is none of it. A day before it was opened somebody registered.
    """
    since = account.opened_at - timedelta(days=1)
    addresses = addresses_of(account)
    return (
        Mail.recipient.in_(addresses)
        & (Mail.created_at > since)
        & (
            (Mail.letter.in_(ABOUT_ACCOUNT) & (Mail.subject_id == account.id))
            | _about(ABOUT_CONSENT, Consent, Consent.account == account)
            | _about(ABOUT_EMAIL_CHANGE, EmailChange, EmailChange.account == account)
            | _about(ABOUT_REGISTRATION, Registration, _registered(account, addresses))
            | _about(ABOUT_REVIEW, Review, _reviewed(account, addresses))
            | _about(ABOUT_REPLACED, Notification, Notification.account == account)
            | Mail.id.in_(_notified(account))
        )
    )


def addresses_of(account: Account) -> set[str]:
    """The account's address, and those that it had before: billing was told of each."""
    told = Outgoing.select(Outgoing.facts).where(
        (Outgoing.customer_code == account.customer_code)
        & (Outgoing.feed == "contacts")
        & (Outgoing.happened_at >= account.opened_at)
    )
    former = {json.loads(row.facts).get("email") for row in told}
    return {account.email, *EmailChange.addresses_before(account), *former} - {"", None}


def _about(letters: tuple[str, ...], table, mine):
    return Mail.letter.in_(letters) & Mail.subject_id.in_(table.select(table.id).where(mine))


def _registered(account: Account, addresses: set[str]):
    """What somebody began who proved such an address, and what no other account came of."""
    mine = Registration.customer_code == account.customer_code
    mine &= Registration.email.in_(addresses)
    return mine & (Registration.account.is_null() | (Registration.account == account))


def _reviewed(account: Account, addresses: set[str]):
    began = Registration.select(Registration.id).where(_registered(account, addresses))
    return Review.registration.in_(began)


def _notified(account: Account):
    told = Notification.select(Notification.mail_id).where(Notification.account == account)
    return told.where(Notification.mail_id.is_null(False))


def returned(mails: list[Mail]) -> set[int]:
    """The ids of those that came back for good."""
    came_back = Bounce.is_final & Bounce.mail_id.in_([mail.id for mail in mails])
    return {row.mail_id for row in Bounce.select(Bounce.mail_id).where(came_back)}


def invoices_of(account: Account, mails: list[Mail]) -> dict[int, tuple[str, Invoice | None]]:
    """By mail: the number of the invoice that it tells of, and the invoice, where we have it."""
    replaced = {mail.subject_id: mail.id for mail in mails if mail.letter in ABOUT_REPLACED}
    told_of = Notification.mail_id.in_([m.id for m in mails]) | Notification.id.in_([*replaced])
    told = list(Notification.select().where((Notification.account == account) & told_of))
    numbers = {notification.invoice_number for notification in told}
    invoices = Invoice.select().where(
        (Invoice.customer == account.customer_code) & Invoice.number.in_(numbers)
    )
    by_number = {invoice.number: invoice for invoice in invoices}
    found = {n.id: (n.invoice_number, by_number.get(n.invoice_number)) for n in told}
    return {n.mail_id: found[n.id] for n in told} | {
        mail: found[subject_id] for subject_id, mail in replaced.items() if subject_id in found
    }


def state_of(mail: Mail, came_back: set[int]) -> str:
    """What became of it: "sent" once a mail server took it, "waiting", "failed" or "returned"."""
    if mail.id in came_back:
        return "returned"
    if mail.sent_at:
        return "sent"
    return "failed" if mail.failed_at else "waiting"
