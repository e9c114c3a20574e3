"""Tokens by which a browser is recognised that has logged in to an account before.

A token gives no access. It is bound to an account, its current password hash and the day of the
login, so it ends with the password, with the account, or after a year. All tokens of one account
share one allowance of failed logins; a browser that used it up counts as unknown.
"""

from ebok.accounts.models import Account
from ebok.database import now
from ebok.tokens import same, sign

KEPT_DAYS = 365
MOST_KEPT = 50
"""A bookkeeper's browser is known for all of their customer codes, and a cookie holds 4 kB."""


def add_browser(account: Account, tokens: str) -> str:
    """The cookie's new value after a login: this account's token first, then the other valid
    ones.
    """
    today = now().date()
    others = [
        token for token in tokens.split(".") if _is_young(token) and not _is_of(token, account)
    ]
    return ".".join([_token(account, today.toordinal()), *others[: MOST_KEPT - 1]])


def allowance_of(account: Account | None, tokens: str) -> str:
    """The key under which this browser's failed logins are counted; "" if it is unknown.

    Takes the same time for a customer code without an account.
    """
    known = [_is_of(token, account) for token in tokens.split(".") if _is_young(token)]
    return f"known {account.id}" if account and any(known) else ""


def _token(account: Account | None, day: int) -> str:
    # The hash has a new salt after every change, even to the same password.
    bound = f"{account.id}\0{account.password_hash}" if account else "0\0"
    seal = sign("known browser", f"{day}\0{bound}")
    return f"{day}-{seal[:16].hex()}"


def _is_of(token: str, account: Account | None) -> bool:
    return same(token, _token(account, int(token.partition("-")[0])))


def _is_young(token: str) -> bool:
    """Whether this has the form of a token and is less than a year old."""
    day, _dash, seal = token.partition("-")
    if not (day.isascii() and day.isdigit() and len(day) < 8 and seal.isascii()):
        return False
    return 0 <= now().date().toordinal() - int(day) < KEPT_DAYS
