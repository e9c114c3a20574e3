"""Opening an account, logging in and out, passwords."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask import current_app
from flask_babel import gettext as _
from peewee import IntegrityError

from ebok import audit, limits
from ebok.accounts import passwords
from ebok.accounts.models import Account, Link, Session
from ebok.accounts.refusals import (
    AccountFrozen,
    HasAccount,
    NotFrozen,
    TemporaryPasswordExpired,
    TooManyLogins,
    WrongLogin,
)
from ebok.customers.models import Customer
from ebok.database import now, transaction
from ebok.errors import InvalidForm, SignInFirst, TooMany
from ebok.mail.letters import letter
from ebok.mail.masks import mask_code
from ebok.mail.outbox import post
from ebok.tidying import tidy
from ebok.tokens import hash_token, new_password, new_token, same, sign

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Opening:
    """What an account is opened with. `kind` is "person" or "company"; `phone` E.164 or ""."""

    customer: Customer
    email: str
    language: str
    kind: str
    phone: str


def open_account(opening: Opening) -> Account:
    """Open the one account of a customer and have its temporary password mailed.

    Called inside the transaction of whoever lets the customer in; HasAccount undoes all of it.
    """
    told = opening.customer.email.casefold() not in ("", opening.email.casefold())
    account = _insert(opening)
    post("temporary_password", account.email, account.language, account.id)
    if told:
        post("account_opened", opening.customer.email, account.language, account.id)
    return account


def e_invoice_effective_at(account: Account) -> datetime:
    """When billing may learn of an e-invoice consent given while the account was opened.

    Without an address in billing the customer is told on paper, and paper needs a week: until
    then a stolen invoice must not switch the paper off.
    """
    days = current_app.config["EBOK"].paper_notice_days if account.needs_paper_notice else 0
    return account.opened_at + timedelta(days=days)


def _insert(opening: Opening) -> Account:
    # Two people may finish the same code at the same moment: the unique column lets one in.
    try:
        return Account.create(
            customer=opening.customer.code,
            email=opening.email,
            phone=opening.phone,
            kind=opening.kind,
            language=opening.language,
            opened_at=now(),
            needs_paper_notice=not opening.customer.email,
        )
    except IntegrityError:
        raise HasAccount() from None


@letter(
    "temporary_password",
    urgent=True,
    worth=lambda settings: timedelta(hours=settings.temporary_password_hours),
)
def write_temporary_password(about: int, settings) -> dict | None:
    """Mint the temporary password as its mail is made; it replaces the one of an earlier try."""
    account = Account.get_or_none(Account.id == about)
    if account is None or not account.must_change_password or account.frozen_at:
        return None
    password = new_password()
    hours = settings.temporary_password_hours
    minted = account.supersede_password(
        password_hash=passwords.hash_password(password),
        password_expires_at=now() + timedelta(hours=hours),
    )
    # An own password was set while this one was being made: it is not to be overwritten.
    if not minted:
        return None
    return {
        "password": password,
        "hours": hours,
        "customer_code_masked": mask_code(account.customer_code),
    }


def sign_in(customer_code: str, password: str, source: str, mark: str) -> tuple[str, Account]:
    """A new session's token and its account, or WrongLogin: one answer whatever was wrong.

    The same hash is computed whether or not the code has an account. `mark` is what a browser
    holds that logged in with this code before: it has tries of its own, and does not wait for the
    sins of others at its source.
    """
    who = mark if same(mark, known_mark(customer_code)) else source
    # The try is spent before the password is looked at, so that many at once are counted too.
    _spend_login(who, customer_code)
    account = Account.find(customer_code)
    if not passwords.is_right(password, account.password_hash if account else ""):
        raise WrongLogin()
    limits.give_back("logins", who)
    if account.frozen_at:
        raise AccountFrozen()
    if account.must_change_password and account.password_expires_at < now():
        raise TemporaryPasswordExpired()
    return _start_session(account), account


def known_mark(customer_code: str) -> str:
    """What a browser keeps that has logged in with this code: it opens nothing by itself."""
    return sign("known browser", customer_code).hex()


def _spend_login(who: str, customer_code: str) -> None:
    """Take one of ten tries; the eleventh begins a wait of a quarter of an hour."""
    most = current_app.config["EBOK"].limits
    wait = timedelta(minutes=most.login_wait_minutes)
    if not limits.time_left("login-wait", who, wait):
        if limits.spend("logins", who, most.logins_per_source, wait):
            return
        limits.spend("login-wait", who, 1, wait)
        limits.forgive("logins", who)
        _warn_owner(customer_code)
    left = limits.time_left("login-wait", who, wait)
    raise TooManyLogins(retry_after_seconds=ceil(left.total_seconds()))


def _warn_owner(customer_code: str) -> None:
    """Tell the owner that somebody tries, once a day; a code without one gets the same work."""
    if not limits.spend("login-warning", customer_code, 1, timedelta(days=1)):
        return
    account = Account.find(customer_code)
    office = current_app.config["EBOK"].utility.email
    to, language, about = (
        (account.email, account.language, account.id) if account else (office, "pl", 0)
    )
    post("login_warning", to, language, about)


@letter("login_warning", worth=lambda _settings: timedelta(days=1))
def write_login_warning(about: int, settings) -> dict | None:
    """Somebody failed to log in many times; nothing was opened."""
    account = Account.get_or_none(Account.id == about)
    return account and {
        "wait_minutes": settings.limits.login_wait_minutes,
        "customer_code_masked": mask_code(account.customer_code),
    }


def _start_session(account: Account) -> str:
    token, moment = new_token(), now()
    with transaction():
        # The password was right when it was compared: it may have been changed, and all sessions
        # ended, in the time that its hash took.
        if not account.supersede_password(password_hash=account.password_hash):
            raise WrongLogin()
        Session.create(
            token_hash=hash_token(token), account=account, started_at=moment, seen_at=moment
        )
        audit.record("customer", "logged in", account.customer_code)
    return token


def find_account(token: str) -> Account | None:
    """Who holds this session, if it lives; looking counts as a sign of life."""
    settings, moment = current_app.config["EBOK"], now()
    session = Session.find_alive(
        hash_token(token),
        moment,
        timedelta(minutes=settings.session_idle_minutes),
        timedelta(hours=settings.session_hours),
    )
    if session is None:
        return None
    # Written at most once a minute: a page asks for several things at once.
    if session.seen_at < moment - A_MINUTE:
        Session.update(seen_at=moment).where(Session.token_hash == session.token_hash).execute()
    return session.account


def sign_out(token: str) -> None:
    """End this session."""
    Session.delete().where(Session.token_hash == hash_token(token)).execute()


def change_password(account: Account, new: str, current: str) -> str:
    """Set an own password and end every session; return the token of the one that goes on.

    The present password is asked for, but not while it is a temporary one that was just typed.
    """
    if not account.must_change_password:
        _require_current(account, current)
    password_hash = accept_password(account, new)
    with transaction():
        Link.end(account, "reset")
        # Whoever changed it first is the owner, and has ended this session.
        if not account.supersede_password(password_hash=account.password_hash):
            raise SignInFirst()
        replace_password(account, password_hash)
        return _start_session(account)


def _require_current(account: Account, current: str) -> None:
    most = current_app.config["EBOK"].limits
    wait = timedelta(minutes=most.login_wait_minutes)
    checks = ("password-checks", str(account.id))
    if not limits.spend(*checks, most.logins_per_source, wait):
        raise TooMany(retry_after_seconds=ceil(limits.time_left(*checks, wait).total_seconds()))
    if not passwords.is_right(current, account.password_hash):
        raise InvalidForm([("current_password", _("This is not your present password."))])
    limits.give_back(*checks)


def accept_password(account: Account, new: str) -> str:
    """The hash of a new password, or InvalidForm with what is wrong with it."""
    faults = passwords.faults(new, account.customer_code, account.email, account.password_hash)
    if faults:
        raise InvalidForm([("new_password", fault) for fault in faults])
    return passwords.hash_password(new)


def replace_password(account: Account, password_hash: str) -> None:
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
    audit.record("customer", "password changed", account.customer_code)


@letter("password_changed", worth=lambda _settings: timedelta(days=2))
def write_password_changed(about: int, _settings) -> dict | None:
    """Confirm a change of password to the owner."""
    account = Account.get_or_none(Account.id == about)
    return account and {
        "changed_at": account.password_changed_at,
        "customer_code_masked": mask_code(account.customer_code),
    }


def thaw(customer_code: str, clerk: str) -> None:
    """Undo a freeze: the clerk has spoken with the owner."""
    with transaction():
        account = Account.find(customer_code)
        if account is None or not account.frozen_at:
            raise NotFrozen()
        account.change(frozen_at=None)
        audit.record(clerk, "account thawed", customer_code)


@tidy
def forget_sessions(moment: datetime, settings) -> int:
    """Sessions that idled or lasted too long."""
    idle = Session.seen_at < moment - timedelta(minutes=settings.session_idle_minutes)
    over = Session.started_at < moment - timedelta(hours=settings.session_hours)
    return Session.delete().where(idle | over).execute()
