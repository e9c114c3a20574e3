"""Which readings bound a period: found here for the invoice, its PDF and the chart alike.

A period begins where the one before it ends: with the reading of the evening before its first day.
Meters are not read to the day, so the reading nearest to that evening bounds it, and the one
nearest to its last day: of two that are as near, the earlier. As the same reading ends one period
and begins the next, none of the water falls between two of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ebok.meters.models import Meter, PointOfUse, Reading
from ebok.meters.tenancy import limits_of

DAY = timedelta(days=1)
NEAREST, FARTHEST = 5, 15
"""How many days from its edge a reading may bound a short period, and one of any length."""


class Value(NamedTuple):
    """One reading. `source` is as in `Reading`."""

    read_on: date
    value_litres: int
    source: str


@dataclass(frozen=True)
class Measured:
    """A meter, and the readings that bound the period; None where billing has none that fit."""

    meter: Meter
    first: Value | None = None
    last: Value | None = None

    @property
    def litres(self) -> int | None:
        """What went through the meter between the two; None where that is not known."""
        return self.last.value_litres - self.first.value_litres if self.first else None


class Readings:
    """The meters of some points, each with its readings, oldest first."""

    def __init__(self, points, since: date, until: date = date.max):
        """`points` is a query of codes, or a list of them; readings about these days are read."""
        self.limits: dict[str, date] = {}
        order = (Meter.kind.desc(), Meter.installed_on, Meter.serial)
        self.meters = list(Meter.select().where(Meter.point.in_(points)).order_by(*order))
        far = timedelta(days=FARTHEST + 1)
        days = (since - far, until if until == date.max else until + far)
        rows = (
            Reading.select(Reading.meter, Reading.read_on, Reading.value_litres, Reading.source)
            .join(Meter)
            .where(Meter.point.in_(points) & Reading.read_on.between(*days))
            .order_by(Reading.read_on)
            .tuples()
        )
        self.values: dict[str, list[Value]] = {}
        for serial, *value in rows:
            self.values.setdefault(serial, []).append(Value(*value))

    @classmethod
    def of_customer(cls, customer_code: str, since: date) -> "Readings":
        """Those of all points of this customer; nothing of before these were theirs."""
        mine = PointOfUse.customer == customer_code
        found = cls(PointOfUse.select(PointOfUse.code).where(mine), since)
        found.limits = limits_of(customer_code)
        return found

    def measured(self, points: Sequence[str], first: date, last: date) -> list[Measured]:
        """The meters that were at these points within these days; there may be several."""
        theirs = {each for each in points if first >= self.limits.get(each, date.min)}
        there = (m for m in self.meters if m.point_code in theirs and _is_there(m, first, last))
        return [Measured(m, *_bounds(m, self.values.get(m.serial, []), first, last)) for m in there]

    def litres(self, points: Sequence[str], first: date, last: date) -> int | None:
        """The water that went through these points' meters; None where one was not read.

        Only main meters: a garden's or a hot water's counts what the main one has counted already.
        """
        used = [m.litres for m in self.measured(points, first, last) if m.meter.kind == "water"]
        return None if not used or None in used else sum(used)


def _is_there(meter: Meter, first: date, last: date) -> bool:
    """Whether the meter was at its point on more than the edge of these days."""
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
