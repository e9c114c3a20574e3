"""Decisions under *Moje dane*, and the history shown there."""

from typing import Any

from ebok import audit
from ebok.accounts import operations_closing as account_closing, operations_contacts as contacts
from ebok.accounts.errors import NoAccount
from ebok.accounts.models import Account
from ebok.accounts.operations import require_current
from ebok.actor import SYSTEM, Actor
from ebok.audit.events import Event
from ebok.consents import operations as consents
from ebok.consents.models import Consent, TextVersion
from ebok.database import now, transaction
from ebok.errors import NotFound
from ebok.exports import operations as exports
from ebok.mail.models import Mail
from ebok.notifications import operations_clearing as clearing
from ebok.notifications.models import Notification

CLOSED = "account closed"


def history(account: Account) -> list[Consent]:
    """Every decision of this account, newest first."""
    mine = Consent.select().where(Consent.account == account)
    return list(mine.order_by(Consent.decided_at.desc(), Consent.id.desc()))


def get_text(account: Account, text_hash: str) -> TextVersion:
    """The text that this account decided on. Raises NotFound for any other."""
    mine = Consent.select(Consent.text_hash).where(Consent.account == account)
    found = TextVersion.get_or_none((TextVersion.hash == text_hash) & TextVersion.hash.in_(mine))
    if found is None:
        raise NotFound()
    return found


def choose(actor: Actor, account: Account, choices: dict[str, Any]) -> None:
    """Store notification preferences, and record the change."""
    contacts.consume_decision(account)
    with transaction():
        account.require_live()
        account.change(**choices)
        audit.record(actor, Event.NOTIFICATIONS_CHOSEN, account.customer_code)


def change_email(actor: Actor, account: Account, code: str) -> None:
    """Switch to the address that this code proves, and send it the mails that were missed.

    For the current address, which had bounced, this resumes mails.
    """
    change = contacts.prove_email(account, code)
    is_same = change.email == account.email
    with transaction():
        held = clearing.hold(change.email)
        if is_same:
            before = account.email
            contacts.take_up_address(account, change)
        else:
            before = contacts.take_email(actor, account, change)
        clearing.send_missed(account, before)
        others = [each for each in held if each.id != account.id]
        also = clearing.take_up_proved(others, account.email)
        event = Event.EMAIL_WORKS_AGAIN if is_same else Event.EMAIL_CHANGED
        audit.record(actor, event, account.customer_code)
        for each in also:
            audit.record(SYSTEM, Event.EMAIL_WORKS_AGAIN, each.customer_code)


def close(actor: Actor, account: Account, current: str) -> None:
    """Close the customer's own account; billing keeps its data (GDPR art. 17(3)(b))."""
    require_current(actor, account, current)
    _close(actor, account)


def close_by_clerk(actor: Actor, customer_code: str, reason: str = "") -> None:
    """Close an account at the customer's request, or one opened by somebody else."""
    account = Account.find(customer_code)
    if account is None:
        raise NoAccount()
    _close(actor, account, reason)


def _close(actor: Actor, account: Account, reason: str = "") -> None:
    with transaction():
        _drop_mails(account)
        account_closing.close(actor, account, reason)
        # Pending exports are dropped, but the end of a consent is always exported. Locks are taken
        # in the order used everywhere: account, exports, audit log.
        exports.discard_pending(account.id, *exports.HELD)
        consents.withdraw_all(actor, account)


def _drop_mails(account: Account) -> None:
    """Drop unsent notifications; writers of other letters check whether the account is closed."""
    told = Notification.select(Notification.mail_id).where(Notification.account == account)
    waiting = Mail.id.in_(told) & Mail.sent_at.is_null() & Mail.failed_at.is_null()
    Mail.update(failed_at=now(), fault=CLOSED).where(waiting).execute()
