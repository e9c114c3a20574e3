"""The single-use links in mails: one freezes an account, the other sets a new password."""

from datetime import datetime, timedelta

from ebok import audit, limits, settings
from ebok.accounts import operations, operations_known_browsers as known_browsers
from ebok.accounts.models import Account, EmailChange, Link
from ebok.actor import SYSTEM, Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.errors import LinkSpent
from ebok.mail.models import Mail
from ebok.mail.outbox import post
from ebok.settings import Settings
from ebok.tokens import hash_token, new_token
from ebok.values import normalize

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MADE = {"freeze": Event.FREEZE_LINK_MADE, "reset": Event.RESET_LINK_MADE}
"""Purpose of a link -> event."""
BY_LINK = "by the link in the mail"


def new_freeze_link(account: Account, settings: Settings, change: EmailChange | None = None) -> str:
    """Create a link that freezes the account, and return its token. Earlier ones stay valid.

    Otherwise somebody who opened the account in another's name could disable the owner's link by
    changing the address.
    """
    return new_link(account, "freeze", timedelta(days=settings.freeze_days), change)


def new_link(
    account: Account, purpose: str, lasts: timedelta, change: EmailChange | None = None
) -> str:
    """The token of a new link for this purpose; its hash is kept."""
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
    """*Nie pamiętam hasła*: post the reset mail, if code and address belong together.

    The answer and the work are the same in every case: a mail row is always written, and dropped by
    its writer if there is nobody to write to.
    """
    most = settings.current().limits
    account = Account.find(customer_code)
    # Counted per mailbox, so that its owner cannot try customer codes. Browsers that logged in
    # before have their own count, which strangers cannot use up.
    whose = known_browsers.allowance_of(account, browser_tokens) or normalize.mailbox(email)
    within = (
        limits.consume("resets-source", actor.network, most.password_resets_per_source_hour, HOUR)
        and limits.consume("resets-email", whose, most.password_resets_per_email_hour, HOUR)
        and limits.consume("resets-day", whose, most.password_resets_per_email_day, DAY)
    )
    is_owner = account is not None and account.email.casefold() == email.casefold()
    to, about = (account.email, account.id) if account and is_owner else (email, 0)
    if within:
        post("password_reset", to, language, about)


def send_reset(account: Account, wait: timedelta) -> Mail | None:
    """Post the reset mail for a clerk, to leave after `wait`; None if too many were sent already.

    It goes to the account's own address, and nobody in the office sees the link.
    """
    most, whose = settings.current().limits, normalize.mailbox(account.email)
    within = limits.consume(
        "resets-email", whose, most.password_resets_per_email_hour, HOUR
    ) and limits.consume("resets-day", whose, most.password_resets_per_email_day, DAY)
    if not within:
        return None
    return post("password_reset", account.email, account.language, account.id, wait=wait)


def reset_password(actor: Actor, token: str, new: str) -> Account:
    """Set a password by a reset link. Raises LinkSpent, or InvalidForm, which leaves the link
    valid.
    """
    account = _account("reset", token)
    # Limited: a refusal leaves the link valid and reveals whether this is the current password.
    tries = settings.current().limits.tries_per_password_reset
    if not limits.consume("reset-tries", hash_token(token), tries, HOUR):
        raise LinkSpent()
    # Hashed before the transaction, which on SQLite blocks all other writers.
    password_hash = operations.accept_password(account, new)
    with transaction():
        _spend("reset", token)
        owner = actor.as_customer(account.id)
        operations.replace_password(owner, account, password_hash, BY_LINK)
    return account


def refund(actor: Actor) -> None:
    """Give back the source's allowance: the link was used, so its owner had asked for it."""
    limits.refund("resets-source", actor.network)


def freeze(actor: Actor, token: str) -> None:
    """Freeze an account by the link from a mail. Raises LinkSpent."""
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


def forget_links(moment: datetime, _settings: Settings) -> int:
    """Delete expired links."""
    return Link.delete().where(Link.expires_at < moment).execute()
