"""Sentences about the balance: what is due, overdue, paid online."""

from datetime import date

from flask_babel import gettext as _, ngettext

from ebok.invoices import texts_owing as owing
from ebok.invoices.operations_states import day_of
from ebok.invoices.texts import day
from ebok.payments.models import PaymentOrder
from ebok.payments.operations_balance import Balance
from ebok.values.money import zloty


def waiting(order: PaymentOrder) -> str:
    """About an online payment that is not booked yet."""
    told = {"sum": zloty(order.amount_grosze), "day": day(day_of(order.told_at))}
    return _("%(sum)s was paid online on %(day)s and is waiting to be booked.", **told)


def lost(order: PaymentOrder) -> str:
    """About an online payment whose money never arrived."""
    return owing.lost(order.amount_grosze, day_of(order.told_at))


def due(balance: Balance) -> str:
    """The sentence below the balance."""
    if balance.credit_grosze:
        return _("You have nothing to pay. We will take this off your next invoice.")
    if not balance.owed_grosze:
        return _("Everything is paid. You do not need to do anything.")
    if not balance.left_grosze:
        return _("Paid online and waiting to be booked. You do not need to do anything.")
    late_since = overdue_since(balance)
    return _late(balance, late_since) if late_since else _ahead(balance)


def overdue_since(balance: Balance) -> date | None:
    """The day after the oldest overdue due date; None if nothing is overdue."""
    days = (share.due_on for share in balance.overdue if share.due_on)
    return next((owing.late_since(due_on) for due_on in days), None)


def _late(balance: Balance, late_since: date) -> str:
    late = sum(share.left_grosze for share in balance.overdue)
    since = {"day": day(late_since)}
    if late == balance.left_grosze:
        return _("overdue since %(day)s", **since)
    return _("%(sum)s of this has been overdue since %(day)s", sum=zloty(late), **since)


def _ahead(balance: Balance) -> str:
    if not balance.next_due_on:
        return ""
    left = (balance.next_due_on - balance.today).days
    until = {"day": day(balance.next_due_on)}
    if left == 0:
        return _("by today, %(day)s", **until)
    whole = balance.next_due_grosze == balance.left_grosze
    until["sum"] = "" if whole else zloty(balance.next_due_grosze)
    if whole:
        return ngettext(
            "by %(day)s, %(num)s day left", "by %(day)s, %(num)s days left", left, **until
        )
    return ngettext(
        "%(sum)s of this by %(day)s, %(num)s day left",
        "%(sum)s of this by %(day)s, %(num)s days left",
        left,
        **until,
    )
