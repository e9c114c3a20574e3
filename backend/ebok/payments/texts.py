"""Sentences about the balance: what is due, overdue, paid online."""

from datetime import date

from flask_babel import gettext as _

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
    return _until(balance)


def overdue_since(balance: Balance) -> date | None:
    """The day after the oldest overdue due date; None if nothing is overdue."""
    days = (share.due_on for share in balance.overdue if share.due_on)
    return next((owing.late_since(due_on) for due_on in days), None)


def _until(balance: Balance) -> str:
    left, late = balance.left_grosze, balance.overdue
    if late and late[0].due_on:
        part = sum(share.left_grosze for share in late)
        return owing.by_when(part, left, late[0].due_on, balance.today)
    if balance.next_due_on is None:
        return ""
    return owing.by_when(balance.next_due_grosze, left, balance.next_due_on, balance.today)
