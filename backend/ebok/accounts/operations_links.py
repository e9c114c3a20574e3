"""The single-use links that mails carry: one freezes a new account, one sets a new password."""

from datetime import datetime, timedelta

from ebok import audit, limits, settings
from ebok.accounts import operations, operations_known_browsers as known_browsers
from ebok.accounts.models import Account, EmailChange, Link
from ebok.actor import SYSTEM, Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.errors import LinkSpent
from ebok.jobs import retention
from ebok.mail.kinds import letter
from ebok.mail.masking import mask_code, mask_email
from ebok.mail.outbox import post
from ebok.tokens import hash_token, new_token
from ebok.values import normalize

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MADE = {"freeze": Event.FREEZE_LINK_MADE, "reset": Event.RESET_LINK_MADE}
"""By the purpose of a link."""
BY_LINK = "by the link in the mail"


@letter("account_opened", ttl=lambda settings: timedelta(days=settings.freeze_days))
def write_account_opened(subject_id: int, settings) -> dict | None:
    """Tell the address that billing holds; its link freezes the account without a clerk."""
    account = Account.find_open(subject_id)
    if account is None:
        return None
    token = new_freeze_link(account, settings)
    return {
        "token": token,
        "freeze_days": settings.freeze_days,
        "opened_at": account.opened_at,
        "email_masked": mask_email(account.email),
        "customer_code_masked": mask_code(account.customer_code),
    }


def new_freeze_link(account: Account, settings, change: EmailChange | None = None) -> str:
    """The token of one more link that freezes the account.

    Those sent before work on: whoever opened the account in another's name could else make the
    owner's useless by changing the address.
    """
    return _new_link(account, "freeze", timedelta(days=settings.freeze_days), change)


def _new_link(
    account: Account, purpose: str, lasts: timedelta, change: EmailChange | None = None
) -> str:
    token = new_token()
    with transaction():
        Link.create(
            token_hash=hash_token(token),
            account=account,
            purpose=purpose,
            expires_at=now() + lasts,
            email_change=change,
        )
        audit.record(SYSTEM, MADE[purpose], account.customer_code)
    return token


def ask_reset(
    actor: Actor, customer_code: str, email: str, language: str, browser_tokens: str
) -> None:
    """*Nie pamiętam hasła*: the same answer and the same work, whoever asks for whatever.

    A mail row is written in every case; its letter is dropped where there is nobody to write to.
    """
    most = settings.current().limits
    account = Account.find(customer_code)
    # By the mailbox, whatever the code: whoever reads it could else try codes until one fits. A
    # browser that has logged in to the account guesses nothing, and strangers do not stop it.
    whose = known_browsers.allowance_of(account, browser_tokens) or normalize.mailbox(email)
    within = (
        limits.consume("resets-source", actor.network, most.password_resets_per_source_hour, HOUR)
        and limits.consume("resets-email", whose, most.password_resets_per_email_hour, HOUR)
        and limits.consume("resets-day", whose, most.password_resets_per_email_day, DAY)
    )
    is_owner = account is not None and account.email.casefold() == email.casefold()
    to, about = (account.email, account.id) if is_owner else (email, 0)
    if within:
        post("password_reset", to, language, about)


@letter("password_reset", urgent=True, ttl=lambda s: timedelta(minutes=s.password_reset_minutes))
def write_password_reset(subject_id: int, settings) -> dict | None:
    """Mint the link that sets a new password, as its mail is made."""
    account = Account.find_open(subject_id)
    if account is None or account.frozen_at:
        return None
    minutes = settings.password_reset_minutes
    # A newer link to a new password ends the older ones.
    Link.end(account, "reset")
    return {
        "token": _new_link(account, "reset", timedelta(minutes=minutes)),
        "minutes": minutes,
        "customer_code_masked": mask_code(account.customer_code),
    }


def reset_password(actor: Actor, token: str, new: str) -> Account:
    """Set a password by the link from the mail, which is spent only when the password is good."""
    account = _account("reset", token)
    # A refusal tells whether it is the present password, and does not spend the link.
    tries = settings.current().limits.tries_per_password_reset
    if not limits.consume("reset-tries", hash_token(token), tries, HOUR):
        raise LinkSpent()
    # Before the transaction: on SQLite it holds everybody else's writes, and a hash takes long.
    password_hash = operations.accept_password(account, new)
    with transaction():
        _spend("reset", token)
        owner = actor.as_customer(account.id)
        operations.replace_password(owner, account, password_hash, BY_LINK)
    return account


def refund(actor: Actor) -> None:
    """A link was used: it was its owner who asked for it, and many may share one source."""
    limits.refund("resets-source", actor.network)


def freeze(actor: Actor, token: str) -> None:
    """Freeze an account by the link sent to the address that billing holds: at once, for all."""
    account = _account("freeze", token)
    with transaction():
        _spend("freeze", token)
        operations.freeze(actor, account, BY_LINK)


def _account(purpose: str, token: str) -> Account:
    account = Link.find_account(purpose, hash_token(token), now())
    if account is None:
        raise LinkSpent()
    return account


def _spend(purpose: str, token: str) -> None:
    if not Link.spend(purpose, hash_token(token), now()):
        raise LinkSpent()


@retention
def forget_links(moment: datetime, _settings) -> int:
    """Links that open nothing any more."""
    return Link.delete().where(Link.expires_at < moment).execute()
