"""Opening an account, its passwords, and its end to a freeze."""

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
from ebok.actor import SYSTEM, Actor
from ebok.audit.events import Event
from ebok.customers.models import Customer
from ebok.database import now, transaction
from ebok.errors import InvalidForm, SignInFirst, TooMany
from ebok.exports import operations as exports
from ebok.mail.kinds import letter
from ebok.mail.masking import mask_code
from ebok.mail.outbox import post
from ebok.tokens import new_password


@dataclass(frozen=True)
class Opening:
    """What an account is opened with. `kind` is "person" or "company"; `phone` E.164 or "".

    `tax_number` is what a company gave; proven where billing holds one, else its own word.
    """

    customer: Customer
    email: str
    language: str
    kind: str
    phone: str
    tax_number: str = ""


def open_account(opening: Opening) -> Account:
    """Open the one account of a customer and have its temporary password mailed.

    Called inside the transaction of whoever lets the customer in; HasAccount undoes all of it.
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
    """From when on billing may learn of an e-invoice consent or an address of this account.

    Without an address in billing the customer is told on paper, and paper needs a week: until
    then a stolen invoice must not switch the paper off.
    """
    days = settings.current().paper_notice_days if account.needs_paper_notice else 0
    return max(now(), account.opened_at + timedelta(days=days))


def tell_event(account: Account, event: str) -> None:
    """Tell billing that an account was opened, frozen, thawed or closed."""
    facts = {"event": event, "paper_notice": account.needs_paper_notice}
    exports.tell("accounts", account.id, account.customer_code, facts)


def tell_contacts(account: Account, event: str) -> None:
    """Tell billing the addresses that hold from now on, and whether paper is wanted again.

    `event` is "opened", "email", "phone", "bounced" or "reached": after mails came back paper is
    wanted until one has been taken at the new address. `paper_reason` says why they came back.
    """
    facts = {
        "event": event,
        "email": account.email,
        "phone": account.phone,
        "paper_again": account.wants_paper,
        "paper_reason": account.bounce_kind,
    }
    # Paper must not wait: it is what reaches the customer when nothing else does.
    later = None if account.wants_paper else effective_at(account)
    exports.tell("contacts", account.id, account.customer_code, facts, later)


def _insert(opening: Opening) -> Account:
    # Two people may finish the same code at the same moment: the unique column lets one in.
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


@letter(
    "temporary_password",
    urgent=True,
    ttl=lambda settings: timedelta(hours=settings.temporary_password_hours),
)
def write_temporary_password(subject_id: int, settings) -> dict | None:
    """Mint the temporary password as its mail is made; it replaces the one of an earlier try."""
    account = Account.find_open(subject_id)
    if account is None or not account.must_change_password or account.frozen_at:
        return None
    password = new_password()
    hours = settings.temporary_password_hours
    generated = account.supersede_password(
        password_hash=passwords.hash_password(password),
        password_expires_at=now() + timedelta(hours=hours),
    )
    # An own password was set while this one was being made: it is not to be overwritten.
    if not generated:
        return None
    audit.record(SYSTEM, Event.TEMPORARY_PASSWORD_MADE, account.customer_code)
    return {
        "password": password,
        "hours": hours,
        "customer_code_masked": mask_code(account.customer_code),
    }


def change_password(actor: Actor, account: Account, new: str, current: str) -> str:
    """Set an own password and end every session; return the token of the one that goes on.

    The present password is asked for, but not while it is a temporary one that was just typed.
    """
    if not account.must_change_password:
        require_current(actor, account, current)
    here = Session.find_place(actor.session)
    _spend_change(account)
    password_hash = accept_password(account, new)
    with transaction():
        Link.end(account, "reset")
        # Whoever changed it first is the owner, and has ended this session.
        if not account.supersede_password(password_hash=account.password_hash):
            raise SignInFirst()
        replace_password(actor, account, password_hash)
        return sessions.start_session(actor, account, *here)


def require_current(actor: Actor, account: Account, current: str) -> None:
    """Refuse who does not know the present password, before anything that matters is changed.

    Ten wrong ones, and the session ends: whoever sits there is not the owner.
    """
    most = settings.current().limits
    wait = timedelta(minutes=most.login_wait_minutes)
    checks = limits.Allowance("password-checks", str(account.id), most.logins_per_source, wait)
    _require_checks_left(checks, actor, account)
    is_right = passwords.is_right(current, account.password_hash)
    if not is_right and limits.fail(checks)[0] <= checks.most:
        raise InvalidForm([("current_password", _("This is not your current password."))])
    # Of many at once one may have been right, after ten that were wrong.
    _require_checks_left(checks, actor, account)


def _require_checks_left(checks: limits.Allowance, actor: Actor, account: Account) -> None:
    [left] = limits.waits(checks)
    if left:
        sessions.sign_out(actor, account)
        raise TooManyChecks(retry_after_seconds=ceil(left.total_seconds()))


def _spend_change(account: Account) -> None:
    # Each costs three hashes and a mail: a session must not be a way to drive either.
    most = settings.current().limits.password_changes_per_day
    if not limits.consume("password-changes", str(account.id), most, timedelta(days=1)):
        raise TooMany()


def accept_password(account: Account, new: str) -> str:
    """The hash of a new password, or InvalidForm with what is wrong with it."""
    utility = settings.current().utility
    names = (utility.name, utility.company_name, utility.city)
    faults = passwords.faults(
        new, account.customer_code, account.email, account.password_hash, names
    )
    if faults:
        raise InvalidForm([("new_password", fault) for fault in faults])
    return passwords.hash_password(new)


def replace_password(actor: Actor, account: Account, password_hash: str, how: str = "") -> None:
    """Write an own password, end every session, tell the owner by mail.

    Called in the caller's transaction. Links are ended before the account is written, here and
    wherever both are: two who lock them in different order would wait for each other.
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


@letter("password_changed", ttl=lambda _settings: timedelta(days=2))
def write_password_changed(subject_id: int, _settings) -> dict | None:
    """Confirm a change of password to the owner."""
    account = Account.find_open(subject_id)
    return account and {
        "changed_at": account.password_changed_at,
        "customer_code_masked": mask_code(account.customer_code),
    }


def freeze(actor: Actor, account: Account, how: str = "") -> None:
    """Nobody gets in until a clerk thaws it; within the transaction of whoever may freeze."""
    Link.end(account, "reset")
    account.change(frozen_at=now())
    EmailChange.end_all(account, now())
    Session.delete().where(Session.account == account).execute()
    exports.hold(account.id)
    tell_event(account, "frozen")
    audit.record(actor, Event.ACCOUNT_FROZEN, account.customer_code, how)


def freeze_by_clerk(actor: Actor, customer_code: str) -> None:
    """Freeze an account that is in wrong hands."""
    with transaction():
        freeze(actor, _get_account(customer_code))


def unfreeze(actor: Actor, customer_code: str, to_former_address: bool = False) -> None:
    """Undo a freeze: the clerk has spoken with the owner.

    `to_former_address`: whoever changed the address was not the owner. The one before counts again
    and gets a temporary password, and the password that somebody knew opens nothing.
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
        how = "to the former address" if to_former_address else ""
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


def end_sessions(actor: Actor, customer_code: str) -> int:
    """Log an account out everywhere; return how many sessions that were."""
    with transaction():
        account = _get_account(customer_code)
        ended = Session.delete().where(Session.account == account).execute()
        audit.record(actor, Event.SESSIONS_ENDED, customer_code)
    return ended


def _get_account(customer_code: str) -> Account:
    account = Account.find(customer_code)
    if account is None:
        raise NoAccount()
    return account
