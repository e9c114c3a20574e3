"""Owners of meters over time, readings that bound a period, and meters of an invoice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from peewee import fn

from ebok.database import tuples
from ebok.database.prepared import prepared
from ebok.invoices.models import Invoice
from ebok.meters.models import Meter, PointOfUse, Reading

DAY = timedelta(days=1)


def limits_of(customer_code: str) -> dict[str, date]:
    """The first day of this customer for each of their points that had another one before."""
    mine = (PointOfUse.customer == customer_code) & PointOfUse.since_on.is_null(False)
    return {point.code: theirs_from(point) for point in PointOfUse.select().where(mine)}


def theirs_from(point: PointOfUse) -> date:
    """The first day whose use at this point is its customer's; `date.min` if always.

    That is the import's day, or the earlier beginning of their first invoice that names the point,
    after all that the former customer was billed for.
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
    # MIN() of a date column is text on SQLite.
    return date.fromisoformat(str(found)) if found else None


def is_theirs(point: PointOfUse, first: date | None) -> bool:
    """Whether a period that begins on this day is use of the point's present customer."""
    return first is not None and first >= theirs_from(point) if point.since_on else True


def meters_at(point: PointOfUse) -> Iterator[tuple[Meter, list[Reading]]]:
    """Meters of the present customer's time, each with readings since the evening before it."""
    first = theirs_from(point)
    for meter in Meter.select().where(Meter.point == point).order_by(Meter.serial):
        if not meter.removed_on or meter.removed_on > first:
            begins = max(first - DAY if first > date.min else first, meter.since_on or date.min)
            mine = (Reading.meter == meter) & (Reading.read_on >= begins)
            yield meter, list(Reading.select().where(mine).order_by(Reading.read_on))


NEAREST, FARTHEST = 5, 15
"""How many days a reading may be from the edge of a short period, and of any period."""


class Value(NamedTuple):
    """A reading. `source` is as in `Reading`."""

    read_on: date
    value_litres: int
    source: str


@dataclass(frozen=True)
class Measured:
    """A meter, and the readings that bound a period; None if there are none that fit."""

    meter: Meter
    first: Value | None = None
    last: Value | None = None

    @property
    def litres(self) -> int | None:
        """The use between the two readings, or None."""
        return (
            self.last.value_litres - self.first.value_litres if self.first and self.last else None
        )


class Readings:
    """The meters of some points, each with its readings, oldest first."""

    def __init__(self, points: list[str], since: date, until: date = date.max):
        """`points` is a list of codes; readings about these days are read."""
        self.limits: dict[str, date] = {}
        self.meters = _meters.all(points)
        far = timedelta(days=FARTHEST + 1)
        days = (since - far, until if until == date.max else until + far)
        self.values: dict[str, list[Value]] = {}
        for serial, *value in _readings.all(points, *days):
            self.values.setdefault(serial, []).append(Value(*value))

    @classmethod
    def of_customer(cls, customer_code: str, since: date) -> "Readings":
        """Those of all points of this customer, since the points are theirs."""
        mine = PointOfUse.select(PointOfUse.code).where(PointOfUse.customer == customer_code)
        found = cls([code for (code,) in tuples(mine)], since)
        found.limits = limits_of(customer_code)
        return found

    def measured(self, points: Sequence[str], first: date, last: date) -> list[Measured]:
        """The meters at these points in this period; there may be several."""
        theirs = {each for each in points if first >= self.limits.get(each, date.min)}
        there = (m for m in self.meters if m.point_code in theirs and _is_there(m, first, last))
        return [Measured(m, *_bounds(m, self.values.get(m.serial, []), first, last)) for m in there]

    def litres(self, points: Sequence[str], first: date, last: date) -> int | None:
        """Water through these points' meters in a period; None if one lacks readings.

        Main meters only: water of garden and hot-water meters has passed the main one already.
        """
        used = [m.litres for m in self.measured(points, first, last) if m.meter.kind == "water"]
        known = [litres for litres in used if litres is not None]
        return sum(known) if known and len(known) == len(used) else None


@prepared
def _meters(points: list[str]):
    order = (Meter.kind.desc(), Meter.installed_on, Meter.serial)
    return Meter.select().where(Meter.point.in_(points)).order_by(*order)


@prepared
def _readings(points: list[str], since: date, until: date):
    return (
        Reading.select(Reading.meter, Reading.read_on, Reading.value_litres, Reading.source)
        .join(Meter)
        .where(Meter.point.in_(points) & Reading.read_on.between(since, until))
        .order_by(Reading.read_on)
        .tuples()
    )


def _is_there(meter: Meter, first: date, last: date) -> bool:
    """Whether the meter was at its point for more than the edge of this period."""
    installed, removed = _there_from(meter), meter.removed_on or date.max
    return installed < last and removed > first


def _there_from(meter: Meter) -> date:
    return max(meter.installed_on or date.min, meter.since_on or date.min)


def _bounds(
    meter: Meter, values: list[Value], first: date, last: date
) -> tuple[Value, Value] | tuple[()]:
    far = min(FARTHEST, max(NEAREST, ((last - first).days + 1) // 3))
    begins = max(first - DAY, _there_from(meter))
    if meter.since_on:
        values = [value for value in values if value.read_on >= meter.since_on]
    ends = min(last, meter.removed_on or date.max)
    start, end = _nearest(values, begins, far), _nearest(values, ends, far)
    # One reading cannot bound both ends; a lower one later is an estimate put right.
    if not start or not end or start.read_on >= end.read_on:
        return ()
    return (start, end) if start.value_litres <= end.value_litres else ()


def _nearest(values: Iterable[Value], day: date, far: int) -> Value | None:
    near = min(values, key=lambda value: (abs(value.read_on - day), value.read_on), default=None)
    return near if near and abs(near.read_on - day).days <= far else None


def points_of(customer_code: str) -> list[PointOfUse]:
    """The customer's points of use, by street."""
    return _points_of.all(customer_code)


@prepared
def _points_of(customer_code: str):
    mine = PointOfUse.select().where(PointOfUse.customer == customer_code)
    return mine.order_by(PointOfUse.street, PointOfUse.code)


def point_of(invoice: Invoice, points: list[PointOfUse]) -> PointOfUse | None:
    """The point that the invoice names, else the customer's only point if it was theirs then, else
    None."""
    if not invoice.point_code:
        only = points[0] if len(points) == 1 else None
        return only if only and is_theirs(only, invoice.period_from) else None
    return next((point for point in points if point.code == invoice.point_code), None)


def measured(invoice: Invoice, point: PointOfUse | None) -> list[Measured]:
    """The point's meters in the invoice's period, each with its readings."""
    if not point or not invoice.period_from or not invoice.period_to:
        return []
    first, last = invoice.period_from, invoice.period_to
    return Readings([point.code], first, last).measured([point.code], first, last)
