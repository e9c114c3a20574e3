"""Marks: by which a browser is known that has logged in to an account before.

A mark opens nothing. It belongs to an account, its present password and the day of the login: it
ends with that password, with the account, or after a year. All marks of one account together have
one allowance of tries; who has used that up is a stranger like any other.
"""

from ebok.accounts.models import Account
from ebok.database import now
from ebok.tokens import same, sign

KEPT_DAYS = 365
MOST_KEPT = 50
"""A bookkeeper's browser is known for all of their customer codes, and a cookie holds 4 kB."""


def add_browser(account: Account, marks: str) -> str:
    """What a browser keeps that has just logged in to this account: its marks, newest first."""
    today = now().date()
    others = [mark for mark in marks.split(".") if _is_young(mark) and not _is_of(mark, account)]
    return ".".join([_mark(account, today.toordinal()), *others[: MOST_KEPT - 1]])


def allowance_of(account: Account | None, marks: str) -> str:
    """Under which name the tries of this browser are counted; empty when it is not known.

    The same work for a customer code that has no account.
    """
    known = [_is_of(mark, account) for mark in marks.split(".") if _is_young(mark)]
    return f"known {account.id}" if account and any(known) else ""


def _mark(account: Account | None, day: int) -> str:
    # The hash of a password is another after every change, also to the same password.
    bound = f"{account.id}\0{account.password_hash}" if account else "0\0"
    seal = sign("known browser", f"{day}\0{bound}")
    return f"{day}-{seal[:16].hex()}"


def _is_of(mark: str, account: Account | None) -> bool:
    return same(mark, _mark(account, int(mark.partition("-")[0])))


def _is_young(mark: str) -> bool:
    """Whether it has the form of a mark that is not a year old."""
    day, _dash, seal = mark.partition("-")
    if not (day.isascii() and day.isdigit() and len(day) < 8 and seal.isascii()):
        return False
    return 0 <= now().date().toordinal() - int(day) < KEPT_DAYS
