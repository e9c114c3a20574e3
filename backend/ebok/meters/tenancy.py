"""Whose the use at a point is: who gets a point sees nothing of who had it before.

An import that gives a point to another customer notes the day and who had it. The first invoice of
the new customer may begin earlier than that day, for billing tells of a move when it has happened.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from peewee import fn

from ebok.invoices.models import Invoice
from ebok.meters.models import Meter, PointOfUse, Reading

DAY = timedelta(days=1)


def limits_of(customer_code: str) -> dict[str, date]:
    """The first day of this customer, for each of their points that somebody had before."""
    mine = (PointOfUse.customer == customer_code) & PointOfUse.since_on.is_null(False)
    return {point.code: theirs_from(point) for point in PointOfUse.select().where(mine)}


def theirs_from(point: PointOfUse) -> date:
    """The first day whose use at this point is its customer's; `date.min` if always.

    An invoice of theirs that names the point, after all that the one before was billed for, says
    it better than the day of the import.
    """
    if not point.since_on:
        return date.min
    begins = Invoice.select(fn.MIN(Invoice.period_from)).where(_bills(point, point.customer_code))
    former = Invoice.select(fn.MAX(Invoice.period_to)).where(_bills(point, point.former_code))
    ended = _day(former.scalar())
    first = _day(begins.where(Invoice.period_from > (ended or date.min)).scalar())
    return min(first, point.since_on) if first else point.since_on


def _bills(point: PointOfUse, customer_code: str):
    return (Invoice.customer == customer_code) & (Invoice.point_code == point.code)


def _day(found: date | str | None) -> date | None:
    # SQLite gives the least of a column as the text that it keeps.
    return date.fromisoformat(str(found)) if found else None


def is_theirs(point: PointOfUse, first: date | None) -> bool:
    """Whether a period that begins then, of an invoice that names no point, is their use of it."""
    return first is not None and first >= theirs_from(point) if point.since_on else True


def meters_at(point: PointOfUse) -> Iterator[tuple[Meter, list[Reading]]]:
    """The meters that were there in their customer's days, each with the readings of these days
    and of the evening before them."""
    first = theirs_from(point)
    for meter in Meter.select().where(Meter.point == point).order_by(Meter.serial):
        if not meter.removed_on or meter.removed_on > first:
            begins = max(first - DAY if first > date.min else first, meter.since_on or date.min)
            mine = (Reading.meter == meter) & (Reading.read_on >= begins)
            yield meter, list(Reading.select().where(mine).order_by(Reading.read_on))
