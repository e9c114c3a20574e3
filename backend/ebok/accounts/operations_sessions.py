"""Logging in and out, and which browsers have logged in before."""

from datetime import datetime, timedelta
from math import ceil

from ebok import audit, limits, settings
from ebok.access import CUSTOMER, Person, Sessions
from ebok.accounts import (
    operations_known_browsers as known_browsers,
    operations_passwords as passwords,
    operations_sign_ins as sign_ins,
)
from ebok.accounts.errors import (
    AccountFrozen,
    MustChangePassword,
    TemporaryPasswordExpired,
    TooManyLogins,
    TooManyLoginsOfCode,
    WrongLogin,
)
from ebok.accounts.models import Account, Session
from ebok.accounts.texts import device, network
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import is_ahead, now, transaction
from ebok.errors import NotFound
from ebok.limits import Allowance
from ebok.mail.outbox import post
from ebok.settings import Settings
from ebok.tokens import hash_token, new_token
from ebok.values import normalize

A_MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sign_in(
    actor: Actor, customer_code: str, password: str, browser_tokens: str, user_agent: str = ""
) -> tuple[str, Account]:
    """Log in; returns the new session's token and its account. Raises WrongLogin, TooManyLogins….

    The same hash is computed whether or not the code has an account. `browser_tokens` identify
    browsers that logged in before: they have an allowance of their own and are exempt from the
    lockout of their source and code.
    """
    place = (device(user_agent), network(actor.network))
    account = Account.find(customer_code)
    who = (known_browsers.allowance_of(account, browser_tokens), actor.network, customer_code)
    tries = _tries(*who)
    if account and account.must_change_password:
        # Temporary passwords contain no blanks; they are copied along from the mail.
        password = normalize.plain(password)
    is_right = passwords.is_right(password, account.password_hash if account else "")
    if account is None or not is_right:
        _count_wrong(actor, tries, customer_code)
        sign_ins.note_wrong(customer_code, *place)
        raise WrongLogin()
    # Checked again: simultaneous guesses may have used up the allowance meanwhile.
    _tries(*who)
    if account.frozen_at:
        raise AccountFrozen()
    until = account.password_expires_at
    if account.must_change_password and (until is None or until < now()):
        raise TemporaryPasswordExpired()
    return _let_in(actor.as_customer(account.id), account, place), account


def _let_in(actor: Actor, account: Account, place: tuple[str, str]) -> str:
    with transaction():
        token = start_session(actor, account, *place)
        sign_ins.note_right(account, *place)
    return token


def _tries(known: str, source: str, customer_code: str) -> list[Allowance]:
    """Allowances of failed logins for this browser, read in one statement. Raises TooManyLogins….

    `known` is shared by all browser tokens of the account, so that many tokens give no more
    guesses. When it is used up, its browsers count as unknown. Unknown browsers have ten tries per
    source, and a hundred an hour per code from all sources together.
    """
    most = settings.current().limits
    wait = timedelta(minutes=most.login_wait_minutes)
    of_known_browsers = (
        [Allowance("logins-known", known, most.logins_per_source, wait)] if known else []
    )
    of_strangers = [
        Allowance("logins", source, most.logins_per_source, wait),
        Allowance("logins-code", customer_code, most.logins_per_code_hour, HOUR),
    ]
    left = limits.waits(*of_known_browsers, *of_strangers)
    if of_known_browsers and not left[0]:
        return of_known_browsers
    _require_none(left[-2:], of_strangers)
    return of_strangers


def _require_none(waits: list[timedelta], allowances: list[Allowance]) -> None:
    for wait, allowance in zip(waits, allowances, strict=True):
        if wait:
            is_of_code = allowance.name == "logins-code"
            refusal = TooManyLoginsOfCode if is_of_code else TooManyLogins
            raise refusal(retry_after_seconds=ceil(wait.total_seconds()))


def _count_wrong(actor: Actor, tries: list[Allowance], customer_code: str) -> None:
    """Count a failed login. Raises TooManyLogins… if others used up the allowance meanwhile."""
    used = limits.fail(*tries)
    beyond = [taken - allowance.most for taken, allowance in zip(used, tries, strict=True)]
    if 0 in beyond:
        _warn_owner(actor, customer_code)
    if max(beyond) <= 0:
        return
    # Tries refused to a source do not count for the code: one person must not lock it.
    for more, allowance in zip(beyond, tries, strict=True):
        if more <= 0:
            limits.refund(allowance.name, allowance.key)
    _require_none(limits.waits(*tries), tries)


def _warn_owner(actor: Actor, customer_code: str) -> None:
    """Warn the owner of failed logins, once a day. A code without an account costs the same
    work.
    """
    account = Account.find(customer_code)
    # Per account: a former owner's warning of today must not suppress this one.
    whom = f"{customer_code} {account.id if account else 0}"
    if not limits.consume("login-warning", whom, 1, timedelta(days=1)):
        return
    office = settings.current().utility.email
    to, language, about = (
        (account.email, account.language, account.id) if account else (office, "pl", 0)
    )
    with transaction():
        post("login_warning", to, language, about)
        # A typed code that belongs to no account is not stored.
        subject = account.customer_code if account else ""
        audit.record(actor, Event.MANY_FAILED_LOGINS, subject)


def start_session(actor: Actor, account: Account, device: str = "", network: str = "") -> str:
    """Create a session and return its token. Raises WrongLogin if the password changed meanwhile.

    Within the caller's transaction. `device` and `network` describe the browser to the owner: see
    `texts.py`.
    """
    token = new_token()
    # The password may have been changed, and all sessions ended, while it was being hashed.
    if not account.hold_password():
        raise WrongLogin()
    Session.start(hash_token(token), account, now(), device, network)
    audit.record(actor, Event.LOGGED_IN, account.customer_code)
    return token


def find_person(token: str, prolongs: bool = True) -> Person | None:
    """Who holds a live session, else None. Also updates the session's `seen_at`, if it prolongs."""
    account = find_account(token, prolongs)
    return person_of(token, account) if account else None


SESSIONS = Sessions(CUSTOMER, find_person)


def person_of(token: str, account: Account) -> Person:
    """The account's owner as the holder of this session token."""
    first = MustChangePassword if account.must_change_password else None
    return Person(CUSTOMER, token, str(account.id), account, first=first)


def find_account(token: str, prolongs: bool = True) -> Account | None:
    """The account of a live session, else None; see `find_person`."""
    chosen, moment = settings.current(), now()
    session = Session.find_alive(
        hash_token(token),
        moment,
        timedelta(minutes=chosen.session_idle_minutes),
        timedelta(hours=chosen.session_hours),
    )
    if session is None:
        return None
    # Written at most once a minute: a page asks for several things at once.
    is_older = session.seen_at < moment - A_MINUTE or is_ahead(session.seen_at, moment)
    if prolongs and is_older:
        Session.update(seen_at=moment).where(Session.token_hash == session.token_hash).execute()
    return session.account


def sign_out(actor: Actor, account: Account) -> None:
    """End the actor's current session."""
    with transaction():
        ended = Session.delete().where(Session.token_hash == actor.session).execute()
        if ended:
            audit.record(actor, Event.LOGGED_OUT, account.customer_code)


def open_ones(account: Account) -> list[Session]:
    """The account's live sessions, the most recently used first."""
    chosen, moment = settings.current(), now()
    alive = (Session.seen_at > moment - timedelta(minutes=chosen.session_idle_minutes)) & (
        Session.started_at > moment - timedelta(hours=chosen.session_hours)
    )
    alive &= ~is_ahead(Session.started_at, moment)
    mine = Session.select().where((Session.account == account) & alive)
    return list(mine.order_by(Session.seen_at.desc()))


def end_session(actor: Actor, account: Account, public_id: str) -> None:
    """*Wyloguj*: end one of the account's sessions. NotFound if it is not one of them."""
    with transaction():
        mine = (Session.account == account) & (Session.public_id == public_id)
        if not Session.delete().where(mine).execute():
            raise NotFound()
        audit.record(actor, Event.SESSION_ENDED, account.customer_code)


def end_others(actor: Actor, account: Account) -> int:
    """*Wyloguj wszędzie indziej*: end all other sessions; return their number."""
    others = (Session.account == account) & (Session.token_hash != actor.session)
    with transaction():
        ended = Session.delete().where(others).execute()
        if ended:
            audit.record(actor, Event.OTHER_SESSIONS_ENDED, account.customer_code)
    return ended


def forget_sessions(moment: datetime, settings: Settings) -> int:
    """Delete sessions past their idle or absolute limit."""
    idle = Session.seen_at < moment - timedelta(minutes=settings.session_idle_minutes)
    over = Session.started_at < moment - timedelta(hours=settings.session_hours)
    return Session.delete().where(idle | over | is_ahead(Session.started_at, moment)).execute()
