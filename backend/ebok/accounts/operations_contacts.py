"""The contact data of an account: e-mail address, phone, bounces, and the daily limit on
decisions.
"""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from ebok import audit, limits, settings
from ebok.accounts import operations_sessions as sessions
from ebok.accounts.errors import AddressWorks, NoEmailChange
from ebok.accounts.models import Account, EmailChange, Link
from ebok.accounts.operations import require_current, tell_contacts
from ebok.actor import SYSTEM, Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.errors import InvalidForm, TooMany
from ebok.mail.answers import DEAD
from ebok.mail.outbox import post
from ebok.one_time_codes import operations as codes
from ebok.settings import Settings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ask_email_change(actor: Actor, account: Account, email: str, current: str) -> None:
    """Post a code to a new address; the address changes only once the code is entered.

    When a limit is used up no mail is sent and the answer is the same, as in registration. Raises
    InvalidForm, TooMany, TooManyChecks.
    """
    require_current(actor, account, current)
    if email.casefold() == account.email.casefold():
        raise InvalidForm([("email", _("This is your current address."))])
    _spend_change(account)
    _ask_code(actor, account, email)


def ask_same_address(actor: Actor, account: Account) -> None:
    """Post a code to the current address, from which mails came back. Raises AddressWorks, TooMany.

    No password is needed: the most it can do is resume mails to the same address.
    """
    if account.bounced_at is None:
        raise AddressWorks()
    _spend_change(account)
    _ask_code(actor, account, account.email)


def _ask_code(actor: Actor, account: Account, email: str) -> None:
    may_send, moment = codes.may_send(actor, email), now()
    with transaction():
        EmailChange.end_all(account, moment)
        change = EmailChange.create(
            account=account, email=email, code_asked_at=moment, code_expires_at=moment + HOUR
        )
        if may_send:
            post("email_code", email, account.language, change.id)
        audit.record(actor, Event.EMAIL_CHANGE_ASKED, account.customer_code)


def _spend_change(account: Account) -> None:
    most = settings.current().limits.contact_changes_per_day
    if not limits.consume("contact-changes", str(account.id), most, DAY):
        raise TooMany()


def get_email_change(account: Account) -> EmailChange:
    """The change that waits for its code, or NoEmailChange."""
    change = EmailChange.find_open(account, now())
    if change is None:
        raise NoEmailChange()
    return change


def may_resend_at(change: EmailChange) -> datetime:
    """The earliest time (UTC) at which another code may be requested."""
    return codes.may_resend_at(change.code_asked_at)


def send_code_again(actor: Actor, account: Account) -> None:
    """Post a new code; generating it makes the former one invalid. Raises NoEmailChange,
    TooSoon.
    """
    change = get_email_change(account)
    if codes.ask_again(actor, change):
        post("email_code", change.email, account.language, change.id)


def prove_email(account: Account, code: str) -> EmailChange:
    """The open change, if this is its code. Raises NoEmailChange, WrongCode, CodeVoid."""
    return codes.prove(get_email_change(account), code, now())


def take_email(actor: Actor, account: Account, change: EmailChange) -> str:
    """Replace the address by the new one; return the former. Runs in the caller's transaction.

    The former address is told, with a link that freezes the account. Other sessions and reset links
    end. Writing to the audit log comes last, as everywhere.
    """
    before = account.email
    Link.end(account, "reset")
    account.require_live()
    account.change(email=change.email, bounced_at=None, bounce_kind="")
    # After the account, as where it is closed: see `replace_password` on the order of locks.
    if not change.end(now()):
        raise NoEmailChange()
    change.change(email_before=before)
    sessions.end_others(actor, account)
    post("email_changed", before, account.language, change.id)
    tell_contacts(account, "email")
    return before


def take_up_address(account: Account, change: EmailChange) -> None:
    """Resume mails to the current address, which proved itself by a code; paper is no longer
    needed.

    Runs in the caller's transaction. Raises NoEmailChange.
    """
    account.require_live()
    if not change.end(now()):
        raise NoEmailChange()
    account.change(bounced_at=None, bounce_kind="")
    note_reached(account)


def give_up_email_change(account: Account) -> None:
    """Cancel the open change of address; a code already sent becomes invalid."""
    with transaction():
        EmailChange.end_all(account, now())


def change_phone(actor: Actor, account: Account, phone: str, current: str) -> None:
    """Replace the phone number (E.164, or "" for none) and confirm it by mail."""
    require_current(actor, account, current)
    _spend_change(account)
    with transaction():
        account.require_live()
        account.change(phone=phone)
        post("phone_changed", account.email, account.language, account.id)
        tell_contacts(account, "phone")
        audit.record(actor, Event.PHONE_CHANGED, account.customer_code)


def note_bounce(*accounts: Account, kind: str = DEAD) -> None:
    """Record that mails to these accounts come back, and tell billing to send paper (`kind`: why).

    Runs in the caller's transaction. Billing is told only the first time. Accounts that were closed
    or changed their address meanwhile are left alone.
    """
    unknown = [account for account in accounts if account.bounced_at is None]
    noted = [account for account in accounts if account.note_bounce(now(), kind)]
    news = [account for account in unknown if account in noted]
    for account in news:
        tell_contacts(account, "bounced")
    # When all of them are locked: see `audit.record`.
    for account in news:
        audit.record(SYSTEM, Event.EMAIL_BOUNCED, account.customer_code)


def forget_email_changes(moment: datetime, settings: Settings) -> int:
    """Delete changes of address once the mail about them is too old to be sent.

    Kept: those of frozen accounts, which may get their former address back, and those whose freeze
    link still works.
    """
    old = EmailChange.code_expires_at < moment - timedelta(days=settings.freeze_days) - DAY
    frozen = Account.select(Account.id).where(Account.frozen_at.is_null(False))
    held = Link.select(Link.email_change).where(Link.email_change.is_null(False))
    gone = old & EmailChange.account.not_in(frozen) & EmailChange.id.not_in(held)
    return EmailChange.delete().where(gone).execute()


def note_reached(account: Account) -> None:
    """Record that a mail was accepted at the address, so paper is no longer wanted after a bounce.

    Runs in the transaction that records the acceptance.
    """
    waits = (Account.id == account.id) & Account.wants_paper & Account.bounced_at.is_null()
    if Account.update(wants_paper=False).where(waits).execute():
        account.wants_paper = False
        tell_contacts(account, "reached")


def consume_decision(account: Account) -> None:
    """Count a change of consents or choices against the daily limit. Raises TooMany."""
    most = settings.current().limits.decisions_per_day
    if not limits.consume("decisions", str(account.id), most, DAY):
        raise TooMany()
