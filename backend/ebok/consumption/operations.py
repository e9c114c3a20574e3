"""Data of the chart of a customer's use and cost.

Cost is the gross of the period's invoices with everything on them (sewage and standing charges,
too); use is water alone (see `operations_litres.py`). A correction counts in the period it
corrects. Interest notes bill no water, and documents without a period have no place in time: both
are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ebok.billing.models import Import
from ebok.consumption import operations_billed as billed, operations_periods as periods
from ebok.consumption.operations_file_readings import FileReadings
from ebok.consumption.operations_periods import Period, Slot
from ebok.errors import NotFound
from ebok.meters.models import Meter, PointOfUse
from ebok.meters.operations import Readings


@dataclass(frozen=True)
class Point:
    """A point of use, with the serial numbers of its present water meters."""

    code: str
    street: str
    meters: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """Data of the chart; `point` is the point shown, "" for all together.

    `may_sum` is False if the points are billed in turns, so that only one can be shown at once.
    """

    points: list[Point]
    point: str
    may_sum: bool
    slots: list[Slot]
    as_of: datetime | None


def show(customer_code: str, point: str = "") -> Use:
    """The last year of this customer's use, at one point or at all. Raises NotFound for another's
    point.

    If the periods of several points cannot be added up, the first point is shown.
    """
    points = _points(customer_code)
    codes = [each.code for each in points]
    if point and point not in codes:
        raise NotFound()
    by_point = _by_point(customer_code, codes)
    whole = _together(by_point)
    every = [period for some in by_point.values() for period in some]
    may_sum = len(codes) < 2 or periods.may_sum(every, whole)
    chosen = point or ("" if may_sum else codes[0])
    periods_shown = by_point.get(chosen, []) if chosen else whole
    return Use(points, chosen, may_sum, periods.last_year(periods_shown), Import.as_of())


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
    """The periods of each point; "" has those of invoices that name no point.

    Use that no line has is taken from readings.
    """
    found = billed.periods_of(customer_code)
    if len(codes) == 1:
        # With one point every invoice is for it.
        found = {codes[0]: [period for some in found.values() for period in some]}
    merged = {code: periods.merged(some, strictly=False) for code, some in found.items()}
    since = min((some[0].first for some in merged.values() if some), default=None)
    if since is None:
        return {}
    readings = Readings.of_customer(customer_code, since)
    in_files = FileReadings(customer_code)
    return {
        code: [
            _read(period, readings, in_files, [code] if code else codes, merged) for period in some
        ]
        for code, some in merged.items()
    }


def _read(
    period: Period,
    readings: Readings,
    in_files: FileReadings,
    points: Sequence[str],
    merged: dict[str, Any],
) -> Period:
    # If other invoices name their point, one that names none may be for any of them: its
    # meters' water could count twice.
    is_known = period.litres is not None or (len(points) != 1 and len(merged) > 1)
    if is_known:
        return period
    litres = readings.litres(points, period.first, period.last)
    # Billing's readings first, else those in the invoice's file.
    return replace(
        period, litres=in_files.litres(period.first, period.last) if litres is None else litres
    )


def _together(by_point: dict[str, list[Period]]) -> list[Period]:
    named = [period for code, some in by_point.items() if code for period in some]
    return periods.merged([*periods.merged(named), *by_point.get("", [])], strictly=False)
