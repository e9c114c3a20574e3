"""What the meters say was used between two days, where the invoice does not say it."""

from collections.abc import Sequence
from datetime import date, timedelta

from ebok.meters.models import Meter, PointOfUse, Reading

NEAR = timedelta(days=5)
"""How far from a period's first or last day a reading may lie that bounds it."""


class Readings:
    """The water meters of some points, each with its readings, oldest first.

    Only main meters: a garden's or a hot water's counts what the main one has counted already.
    """

    def __init__(self, customer_code: str, since: date):
        mine = (PointOfUse.customer == customer_code) & (Meter.kind == "water")
        meters = Meter.select(Meter).join(PointOfUse).where(mine)
        self.meters = list(meters)
        rows = (
            Reading.select(Reading.meter, Reading.read_on, Reading.value_litres)
            .where(Reading.meter.in_(self.meters) & (Reading.read_on >= since - NEAR))
            .order_by(Reading.read_on)
            .tuples()
        )
        self.values: dict[str, list[tuple[date, int]]] = {}
        for serial, read_on, value in rows:
            self.values.setdefault(serial, []).append((read_on, value))

    def litres(self, points: Sequence[str], first: date, last: date) -> int | None:
        """The water that went through these points' meters; None where one was not read."""
        used = [
            self._used(meter, max(first, meter.installed_on or first), _end(meter, last))
            for meter in self.meters
            if meter.point_code in points and _is_there(meter, first, last)
        ]
        return None if not used or None in used else sum(used)

    def _used(self, meter: Meter, first: date, last: date) -> int | None:
        values = self.values.get(meter.serial, [])
        start, end = _nearest(values, first), _nearest(values, last)
        # One reading cannot bound both ends; a lower one later is an estimate put right.
        if start is None or end is None or start[0] >= end[0] or end[1] < start[1]:
            return None
        return end[1] - start[1]


def _is_there(meter: Meter, first: date, last: date) -> bool:
    """Whether the meter was at its point on more than the edge of these days."""
    installed, removed = meter.installed_on or first, meter.removed_on or last
    return installed < last and removed > first


def _end(meter: Meter, last: date) -> date:
    return min(last, meter.removed_on or last)


def _nearest(values: list[tuple[date, int]], day: date) -> tuple[date, int] | None:
    near = [(abs(read_on - day), read_on, value) for read_on, value in values]
    distance, read_on, value = min(near, default=(timedelta.max, day, 0))
    return (read_on, value) if distance <= NEAR else None
