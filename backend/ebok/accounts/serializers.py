"""JSON of a session, and of what several pages show of an account."""

from typing import TypedDict

from ebok.accounts.models import Account
from ebok.customers.models import Customer
from ebok.values import days
from ebok.values.days import ShownInstant


class SessionJson(TypedDict):
    """Who is signed in, and the CSRF token."""

    signed_in: bool
    customer_code: str | None
    """Null when nobody is signed in."""
    name: str | None
    """As billing has it; null when nobody is signed in."""
    must_change_password: bool
    """True while the password is temporary; only a change or a logout is possible."""
    csrf_token: str


def session(account: Account | None, csrf_token: str) -> SessionJson:
    """The session; `account` is None if nobody is signed in."""
    return {
        "signed_in": account is not None,
        "customer_code": account.customer_code if account else None,
        "name": Customer.name_of(account.customer_code) if account else None,
        "must_change_password": bool(account and account.must_change_password),
        "csrf_token": csrf_token,
    }


def password_changed(account: Account) -> ShownInstant:
    """When the password was last changed; when the account was opened, if that is not known."""
    # Null for passwords set before the column existed.
    return days.instant_as_json(account.password_changed_at or account.opened_at)
