"""Sentences about implausible rows for the report of an import."""

import re
from collections.abc import Callable
from typing import Any

from ebok.billing.models_check import Check
from ebok.database.iso import as_text
from ebok.languages import say as _
from ebok.mail.masking import mask_email
from ebok.values import money

NOTHING = "–"


def title(kind: str, count: int) -> str:
    """The name of a kind, followed by `count` unless that is 0."""
    called = TITLES[kind]()
    return f"{called}: {count}" if count else called


TITLES: dict[str, Callable[[], str]] = {
    "accounts_changed": lambda: _("account numbers that change"),
    "accounts_shared": lambda: _("one account of several customers"),
    "names_lost": lambda: _("names lost or made of symbols"),
    "names_changed": lambda: _("names that change"),
    "emails_emptied": lambda: _("e-mail addresses that become empty"),
    "emails_changed": lambda: _("e-mail addresses that change"),
    "unpaid_again": lambda: _("paid invoices that are unpaid again"),
    "wrong_dates": lambda: _("dates in the wrong order or far away"),
    "outstanding_above": lambda: _("invoices with more left to pay than their amount"),
    "corrects_itself": lambda: _("corrections of themselves"),
    "lines_apart": lambda: _("lines that do not add up to their invoice"),
    "readings_apart": lambda: _("readings that do not fit the earlier ones"),
    "payments_moved": lambda: _("payments that move to another customer"),
    "points_moved": lambda: _("points of use that move to another customer"),
    "meters_moved": lambda: _("meters that move to another point of use"),
    "due_soon": lambda: _("invoices due very soon"),
    "far_sums": lambda: _("amounts far above what is usual for the customer"),
}


def heading(called: str) -> str:
    """The title of a kind that does not hold the import."""
    return called[0].upper() + called[1:]


def holding(called: str, limit: int) -> str:
    """The title of a kind that holds the import."""
    return _("Held: %(what)s, more than %(limit)s", what=called, limit=limit)


def older(found: Any) -> str:
    """A file that is older than the mirror."""
    return _(
        "%(file)s of %(written)s is older than the data already imported (as of %(known)s)",
        file=found.file,
        written=as_text(found.written_at),
        known=as_text(found.known_at),
    )


def line(check: Check, key: str, old: str | None, new: str | None) -> str:
    """One row: its key, its old and its new value."""
    shown = SHOWN.get(check.kind, str)
    old, new = (shown(value) if value else NOTHING for value in (old, new))
    if check.kind == "accounts_shared":
        # In full here: shortened, it could be read as an amount next to a customer code.
        return _("%(key)s: %(new)s is also the account of %(old)s", key=key, old=old, new=new)
    return _("%(key)s: %(old)s → %(new)s", key=key, old=old, new=new)


def _account(value: str) -> str:
    """Mask and end of an account number; anything else unchanged."""
    if not re.fullmatch(r"\d{26}", value):
        return value
    return f"{value[2:6]} {value[6:10]} {value[10:14]} … {value[-8:-4]} {value[-4:]}"


def _email(value: str) -> str:
    return mask_email(value)


def _sum(value: str) -> str:
    return money.plain(round(float(value)))


def _cubic_metres(value: str) -> str:
    return f"{int(value) / 1000:.3f} m³"


SHOWN: dict[str, Callable[[str], str]] = {
    "accounts_changed": _account,
    "accounts_shared": _account,
    "emails_emptied": _email,
    "emails_changed": _email,
    "unpaid_again": _sum,
    "outstanding_above": _sum,
    "lines_apart": _sum,
    "far_sums": _sum,
    "readings_apart": _cubic_metres,
}
