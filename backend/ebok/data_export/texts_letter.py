"""The introduction of the download's HTML: how many invoices, payments and meters there are."""

from datetime import date

from flask_babel import ngettext
from peewee import fn

from ebok.invoices.models import Invoice
from ebok.invoices.texts import day
from ebok.meters.models import PointOfUse
from ebok.meters.operations import meters_at
from ebok.payments.models import Payment
from ebok.values.money import zloty


def sentences(customer_code: str) -> list[str]:
    """A sentence each on invoices, payments and meters, if there are any."""
    found = (_invoices(customer_code), _payments(customer_code), _meters(customer_code))
    # Ukrainian dates already end with a full stop.
    return [sentence.replace("..", ".") for sentence in found if sentence]


def _invoices(customer_code: str) -> str:
    on = Invoice.issued_on
    mine = Invoice.select(fn.COUNT(Invoice.number), fn.MIN(on), fn.MAX(on))
    count, first, last = mine.where(Invoice.customer == customer_code).scalar(as_tuple=True)
    if not count:
        return ""
    return ngettext(
        "We issued %(num)s document to you, on %(last)s.",
        "We issued %(num)s documents to you, from %(first)s to %(last)s.",
        count,
        first=_day(first),
        last=_day(last),
    )


def _payments(customer_code: str) -> str:
    mine = Payment.select(fn.COUNT(Payment.payment_id), fn.SUM(Payment.amount_grosze))
    count, total = mine.where(Payment.customer == customer_code).scalar(as_tuple=True)
    if not count:
        return ""
    return ngettext(
        "We have booked %(num)s payment of yours, %(sum)s.",
        "We have booked %(num)s payments of yours, %(sum)s in total.",
        count,
        sum=zloty(int(total)),
    )


def _meters(customer_code: str) -> str:
    mine = PointOfUse.select().where(PointOfUse.customer == customer_code)
    count = sum(1 for point in mine for _meter in meters_at(point))
    if not count:
        return ""
    return ngettext(
        "We have %(num)s meter of yours on record, with its readings.",
        "We have %(num)s meters of yours on record, with their readings.",
        count,
    )


def _day(on: date | str) -> str:
    # MIN() of a date column is text on SQLite.
    return day(date.fromisoformat(str(on)))
