"""Use and cost of one customer's water, for a chart: gathered from invoices, lines and readings.

Cost is what the invoices of a period ask for, gross, with everything on them (sewage and standing
charges too); use is the water alone (see `operations_litres.py`). A correction is taken off in the
period that it corrects. Interest notes bill no water, and what names no period has no place in
time: both are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ebok.billing.models import Import
from ebok.consumption import operations_billed as billed, operations_periods as periods
from ebok.consumption.operations_file_readings import Told
from ebok.consumption.operations_periods import Period, Slot
from ebok.errors import NotFound
from ebok.meters.models import Meter, PointOfUse
from ebok.meters.operations import Readings


@dataclass(frozen=True)
class Point:
    """A point of use, with the serial numbers of the water meters that are there now."""

    code: str
    street: str
    meters: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """What the chart shows: `point` is the one that is shown, "" for all of them together.

    `may_sum` is False where the points are billed in turns, so that only one can be shown at once.
    """

    points: list[Point]
    point: str
    may_sum: bool
    slots: list[Slot]
    as_of: datetime | None


def show(customer_code: str, point: str = "") -> Use:
    """The last year of this customer's use, at one point or at all; NotFound for another's point.

    Where the periods of several points cannot be added up, the first point is shown.
    """
    points = _points(customer_code)
    codes = [each.code for each in points]
    if point and point not in codes:
        raise NotFound()
    by_point = _by_point(customer_code, codes)
    whole = _together(by_point)
    every = [period for some in by_point.values() for period in some]
    may_sum = len(codes) < 2 or periods.may_sum(every, whole)
    shown = point or ("" if may_sum else codes[0])
    chosen = by_point.get(shown, []) if shown else whole
    return Use(points, shown, may_sum, periods.last_year(chosen), Import.as_of())


def _points(customer_code: str) -> list[Point]:
    meters: dict[str, list[str]] = {}
    present = (Meter.kind == "water") & Meter.removed_on.is_null()
    for meter in (
        Meter.select().join(PointOfUse).where(present & (PointOfUse.customer == customer_code))
    ):
        meters.setdefault(meter.point_code, []).append(meter.serial)
    mine = PointOfUse.select().where(PointOfUse.customer == customer_code)
    rows = mine.order_by(PointOfUse.street, PointOfUse.code)
    return [Point(p.code, p.street, tuple(sorted(meters.get(p.code, [])))) for p in rows]


def _by_point(customer_code: str, codes: Sequence[str]) -> dict[str, list[Period]]:
    """The periods of each point; under "" those of invoices that do not say which point they bill.

    What no line tells, the readings do.
    """
    found = billed.periods_of(customer_code)
    if len(codes) == 1:
        # One point: whatever is billed is billed for it.
        found = {codes[0]: [period for some in found.values() for period in some]}
    merged = {code: periods.merged(some, strictly=False) for code, some in found.items()}
    since = min((some[0].first for some in merged.values() if some), default=None)
    if since is None:
        return {}
    readings, told = Readings.of_customer(customer_code, since), Told(customer_code)
    return {
        code: [_read(period, readings, told, [code] if code else codes, merged) for period in some]
        for code, some in merged.items()
    }


def _read(
    period: Period, readings: Readings, told: Told, points: Sequence[str], merged: dict
) -> Period:
    # Beside invoices that name their point, one that names none may bill anything: the meters'
    # water would count twice.
    is_told = period.litres is not None or (len(points) != 1 and len(merged) > 1)
    if is_told:
        return period
    litres = readings.litres(points, period.first, period.last)
    # Billing's readings decide; those of an invoice's file say it where it gives none.
    return replace(
        period, litres=told.litres(period.first, period.last) if litres is None else litres
    )


def _together(by_point: dict[str, list[Period]]) -> list[Period]:
    named = [period for code, some in by_point.items() if code for period in some]
    return periods.merged([*periods.merged(named), *by_point.get("", [])], strictly=False)
