"""Where and by which meters the water was used that an invoice bills."""

from dataclasses import dataclass
from datetime import date

from ebok.invoices.models import Invoice
from ebok.meters.models import Meter, PointOfUse, Reading


@dataclass(frozen=True)
class Measured:
    """A meter, and the readings that bound the period; None where billing has none that fits."""

    meter: Meter
    first: Reading | None
    last: Reading | None


def points_of(customer_code: str) -> list[PointOfUse]:
    """The customer's points of use, by street."""
    mine = PointOfUse.select().where(PointOfUse.customer == customer_code)
    return list(mine.order_by(PointOfUse.street, PointOfUse.code))


def point_of(invoice: Invoice, points: list[PointOfUse]) -> PointOfUse | None:
    """The point that the invoice names; where it names none, the customer's only one."""
    if not invoice.point_code:
        return points[0] if len(points) == 1 else None
    return next((point for point in points if point.code == invoice.point_code), None)


def measured(invoice: Invoice, point: PointOfUse | None) -> list[Measured]:
    """The point's meters in the invoice's period, each with its readings; there may be two."""
    if not point or not invoice.period_from or not invoice.period_to:
        return []
    first, last = invoice.period_from, invoice.period_to
    there = Meter.select().where(
        (Meter.point == point.code)
        & (Meter.installed_on.is_null() | (Meter.installed_on <= last))
        & (Meter.removed_on.is_null() | (Meter.removed_on >= first))
    )
    meters = there.order_by(Meter.kind.desc(), Meter.installed_on, Meter.serial)
    return [Measured(meter, *_bounds(meter, first, last)) for meter in meters]


def _bounds(meter: Meter, first: date, last: date) -> tuple[Reading | None, Reading | None]:
    """The newest reading up to the period's beginning, and the newest one within it.

    A meter put in later begins with its first reading.
    """
    end = _newest(meter, last)
    if end is None or end.read_on < first:
        return None, None
    begin = _newest(meter, first)
    if begin is None:
        since = Reading.select().where((Reading.meter == meter.serial) & (Reading.read_on >= first))
        begin = since.order_by(Reading.read_on).first()
    return (begin, end) if begin.read_on < end.read_on else (None, None)


def _newest(meter: Meter, until: date) -> Reading | None:
    known = Reading.select().where((Reading.meter == meter.serial) & (Reading.read_on <= until))
    return known.order_by(Reading.read_on.desc()).first()
