"""Opening an account, changing its password, freezing and unfreezing it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask_babel import gettext as _
from peewee import IntegrityError

from ebok import audit, limits, settings
from ebok.accounts import operations_passwords as passwords, operations_sessions as sessions
from ebok.accounts.errors import (
    HasAccount,
    NoAccount,
    NoFormerAddress,
    NotFrozen,
    TooManyChecks,
)
from ebok.accounts.models import Account, EmailChange, Link, Session
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.customers.models import Customer
from ebok.database import now, transaction
from ebok.errors import InvalidForm, SignInFirst, TooMany
from ebok.exports import operations as exports
from ebok.mail.outbox import post


@dataclass(frozen=True)
class Opening:
    """Data for a new account. `kind` is "person" or "company"; `phone` is E.164 or "".

    `tax_number` is what a company gave. It is proven only where billing holds the same one.
    """

    customer: Customer
    email: str
    language: str
    kind: str
    phone: str
    tax_number: str = ""


def open_account(opening: Opening) -> Account:
    """Create the customer's account and post the mail with its temporary password.

    Runs in the caller's transaction. Raises HasAccount if there is one already.
    """
    told = opening.customer.email.casefold() not in ("", opening.email.casefold())
    account = _insert(opening)
    tell_event(account, "opened")
    tell_contacts(account, "opened")
    post("temporary_password", account.email, account.language, account.id)
    if told:
        post("account_opened", opening.customer.email, account.language, account.id)
    return account


def effective_at(account: Account) -> datetime:
    """The earliest time (UTC) at which billing may learn of a consent or an address of this
    account.

    A customer without an address in billing is told by letter, which takes `paper_notice_days`.
    Until then a stolen invoice must not be able to switch the paper off.
    """
    days = settings.current().paper_notice_days if account.needs_paper_notice else 0
    return max(now(), account.opened_at + timedelta(days=days))


def tell_event(account: Account, event: str) -> None:
    """Tell billing that an account was opened, frozen, unfrozen ("thawed" in the feed) or
    closed.
    """
    facts = {"event": event, "paper_notice": account.needs_paper_notice}
    exports.queue_change("accounts", account.id, account.customer_code, facts)


def tell_contacts(account: Account, event: str) -> None:
    """Tell billing the current e-mail address and phone, and whether paper is wanted again.

    `event` is "opened", "email", "phone", "bounced" or "reached". After a bounce paper is wanted
    until a mail has been accepted at the new address; `paper_reason` is the kind of the bounce.
    """
    facts = {
        "event": event,
        "email": account.email,
        "phone": account.phone,
        "paper_again": account.wants_paper,
        "paper_reason": account.bounce_kind,
    }
    # A wish for paper is exported at once: nothing else reaches the customer.
    later = None if account.wants_paper else effective_at(account)
    exports.queue_change("contacts", account.id, account.customer_code, facts, later)


def _insert(opening: Opening) -> Account:
    # Two registrations may finish at once: the unique index lets one through.
    try:
        return Account.create(
            customer=opening.customer.code,
            email=opening.email,
            phone=opening.phone,
            kind=opening.kind,
            tax_number=opening.tax_number,
            language=opening.language,
            opened_at=now(),
            needs_paper_notice=not opening.customer.email,
        )
    except IntegrityError:
        raise HasAccount() from None


def change_password(actor: Actor, account: Account, new: str, current: str) -> str:
    """Set the customer's own password, end all sessions, and return the token of a new one.

    The current password is required unless it is temporary. Raises InvalidForm, TooMany,
    TooManyChecks, SignInFirst.
    """
    if not account.must_change_password:
        require_current(actor, account, current)
    here = Session.find_place(actor.session)
    _spend_change(account)
    password_hash = accept_password(account, new)
    with transaction():
        Link.end(account, "reset")
        # A simultaneous change came first and ended this session.
        if not account.hold_password():
            raise SignInFirst()
        replace_password(actor, account, password_hash)
        return sessions.start_session(actor, account, *here)


def require_current(actor: Actor, account: Account, current: str) -> None:
    """Check the current password before an important change. Raises InvalidForm if it is wrong.

    After `limits.logins_per_source` wrong ones the session is ended and TooManyChecks raised.
    """
    most = settings.current().limits
    wait = timedelta(minutes=most.login_wait_minutes)
    checks = limits.Allowance("password-checks", str(account.id), most.logins_per_source, wait)
    _require_checks_left(checks, actor, account)
    is_right = passwords.is_right(current, account.password_hash)
    if not is_right and limits.fail(checks)[0] <= checks.most:
        raise InvalidForm([("current_password", _("This is not your current password."))])
    # Checked again: simultaneous guesses may have used up the allowance meanwhile.
    _require_checks_left(checks, actor, account)


def _require_checks_left(checks: limits.Allowance, actor: Actor, account: Account) -> None:
    [left] = limits.waits(checks)
    if left:
        sessions.sign_out(actor, account)
        raise TooManyChecks(retry_after_seconds=ceil(left.total_seconds()))


def _spend_change(account: Account) -> None:
    # A change costs three hashes and a mail, so it is limited per account.
    most = settings.current().limits.password_changes_per_day
    if not limits.consume("password-changes", str(account.id), most, timedelta(days=1)):
        raise TooMany()


def accept_password(account: Account, new: str) -> str:
    """Hash a new password. Raises InvalidForm, with all rules that it breaks."""
    utility = settings.current().utility
    names = (utility.name, utility.company_name, utility.city)
    faults = passwords.faults(
        new, account.customer_code, account.email, account.password_hash, names
    )
    if faults:
        raise InvalidForm([("new_password", fault) for fault in faults])
    return passwords.hash_password(new)


def replace_password(actor: Actor, account: Account, password_hash: str, how: str = "") -> None:
    """Store an own password, end every session, and tell the owner by mail. `how` goes into the
    log.

    Runs in the caller's transaction. Links are ended before the account is written, here and
    everywhere else: two transactions that lock them in different order would deadlock.
    """
    Link.end(account, "reset")
    account.change(
        password_hash=password_hash,
        must_change_password=False,
        password_expires_at=None,
        password_changed_at=now(),
    )
    Session.delete().where(Session.account == account).execute()
    post("password_changed", account.email, account.language, account.id)
    audit.record(actor, Event.PASSWORD_CHANGED, account.customer_code, how)


def freeze(actor: Actor, account: Account, how: str = "") -> None:
    """Block the account until a clerk unfreezes it. Runs in the caller's transaction."""
    Link.end(account, "reset")
    account.change(frozen_at=now())
    EmailChange.end_all(account, now())
    Session.delete().where(Session.account == account).execute()
    exports.hold(account.id)
    tell_event(account, "frozen")
    audit.record(actor, Event.ACCOUNT_FROZEN, account.customer_code, how)


def freeze_by_clerk(actor: Actor, customer_code: str, reason: str = "") -> None:
    """Freeze an account for a clerk. Raises NoAccount."""
    with transaction():
        freeze(actor, _get_account(customer_code), reason)


def unfreeze(
    actor: Actor, customer_code: str, to_former_address: bool = False, reason: str = ""
) -> None:
    """End a freeze, after the clerk has spoken with the owner. Raises NoAccount, NotFrozen.

    `to_former_address` restores the address from before the last change, for when somebody else
    changed it: that address gets a temporary password and the known one stops working. Raises
    NoFormerAddress.
    """
    with transaction():
        account = _get_account(customer_code)
        if not account.frozen_at:
            raise NotFrozen()
        account.change(frozen_at=None)
        if to_former_address:
            _refund(account)
        exports.release(account.id)
        tell_event(account, "thawed")
        how = "to the former address" if to_former_address else reason
        audit.record(actor, Event.ACCOUNT_UNFROZEN, customer_code, how)


def _refund(account: Account) -> None:
    change = EmailChange.find_former(account)
    if change is None:
        raise NoFormerAddress()
    Link.end(account, "reset")
    password = {"password_hash": "", "must_change_password": True, "password_expires_at": None}
    account.change(email=change.email_before, bounced_at=None, bounce_kind="", **password)
    post("temporary_password", account.email, account.language, account.id)
    tell_contacts(account, "email")


def end_sessions(actor: Actor, customer_code: str, reason: str = "") -> int:
    """Log an account out on all devices; return the number of sessions ended. Raises NoAccount."""
    with transaction():
        account = _get_account(customer_code)
        ended = Session.delete().where(Session.account == account).execute()
        audit.record(actor, Event.SESSIONS_ENDED, customer_code, reason)
    return ended


def _get_account(customer_code: str) -> Account:
    account = Account.find(customer_code)
    if account is None:
        raise NoAccount()
    return account
