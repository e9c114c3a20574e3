"""The mails that we sent to one account, and what each kind of mail is called."""

from datetime import timedelta

from flask_babel import lazy_gettext as lazy

from ebok.accounts.models import Account
from ebok.database import now
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification

SHOWN = timedelta(days=365)
MOST = 200
# A letter about something else, as a registration or a consent, is known by its recipient alone.
ABOUT_ACCOUNT = (
    "temporary_password",
    "account_opened",
    "password_changed",
    "password_reset",
    "login_warning",
    "phone_changed",
    "account_closed",
)
KINDS = {
    "registration_code": lazy("One-time code for registration"),
    "temporary_password": lazy("Temporary password"),
    "account_opened": lazy("News that an e-BOK account was opened"),
    "password_changed": lazy("Confirmation that the password was changed"),
    "password_reset": lazy("Link to set a new password"),
    "login_warning": lazy("Warning of failed logins"),
    "review_received": lazy("Confirmation that the office checks a registration"),
    "review_office": lazy("Request to the office to check a registration"),
    "review_refused": lazy("News that an account was not opened"),
    "e_invoice_given": lazy("Confirmation that the e-invoice was switched on"),
    "e_invoice_withdrawn": lazy("Confirmation that the e-invoice was switched off"),
    "email_code": lazy("Code to confirm an e-mail address"),
    "email_changed": lazy("News that the e-mail address was changed"),
    "phone_changed": lazy("Confirmation that the phone number was changed"),
    "account_closed": lazy("Confirmation that the account was closed"),
    "invoice_issued": lazy("News of an invoice"),
    "invoice_due": lazy("Reminder that an invoice is soon due"),
    "invoice_overdue": lazy("Reminder that an invoice is overdue"),
}
OTHER = lazy("Message about your account")


def kind_of(mail: Mail) -> str:
    """What this mail is, in the reader's language."""
    return str(KINDS.get(mail.letter, OTHER))


def of_account(account: Account) -> list[Mail]:
    """What went to the account's present address in the last year, newest first, 200 at most.

    A mailbox may serve several accounts: what is about another of them is left out.
    """
    told = Notification.select(Notification.mail_id).where(Notification.account != account.id)
    others = told.join(Account).where(Account.email == account.email)
    is_own = Mail.letter.not_in(ABOUT_ACCOUNT) | (Mail.about == account.id)
    of_others = Mail.id.in_(others.where(Notification.mail_id.is_null(False)))
    rows = Mail.select().where(
        (Mail.recipient == account.email)
        & (Mail.created_at > max(now() - SHOWN, account.opened_at - timedelta(days=1)))
        & is_own
        & ~of_others
    )
    return list(rows.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(MOST))


def returned(mails: list[Mail]) -> set[int]:
    """The ids of those that came back for good."""
    came_back = Bounce.is_final & Bounce.mail_id.in_([mail.id for mail in mails])
    return {row.mail_id for row in Bounce.select(Bounce.mail_id).where(came_back)}


def state_of(mail: Mail, came_back: set[int]) -> str:
    """What became of it: "sent" once a mail server took it, "waiting", "failed" or "returned"."""
    if mail.id in came_back:
        return "returned"
    if mail.sent_at:
        return "sent"
    return "failed" if mail.failed_at else "waiting"
