"""Which meters an invoice bills, and what they showed as its period began and ended."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ebok.invoices.models import Invoice
from ebok.meters.models import Meter, PointOfUse, Reading


@dataclass(frozen=True)
class Metered:
    """One meter over one period, in cubic metres."""

    serial: str
    first: Decimal
    last: Decimal
    first_on: date
    last_on: date


def street_of(invoice: Invoice) -> str:
    """Where the water was taken; "" where billing does not say."""
    point = PointOfUse.get_or_none(
        (PointOfUse.code == invoice.point_code) & (PointOfUse.customer == invoice.customer_code)
    )
    return ", ".join(filter(None, (point.street, point.city))) if point else ""


def of_invoice(invoice: Invoice) -> list[Metered]:
    """The meters of the invoice's point that were read at both ends of its period."""
    if not (invoice.point_code and invoice.period_from and invoice.period_to):
        return []
    of_point = (PointOfUse.code == invoice.point_code) & (
        PointOfUse.customer == invoice.customer_code
    )
    meters = Meter.select().join(PointOfUse).where(of_point).order_by(Meter.serial)
    found = (_over(meter, invoice.period_from, invoice.period_to) for meter in meters)
    return [metered for metered in found if metered]


def _over(meter: Meter, begin: date, end: date) -> Metered | None:
    first, last = _read_until(meter, begin), _read_until(meter, end)
    if first is None or last is None or first.read_on == last.read_on:
        return None
    values = [Decimal(reading.value_litres).scaleb(-3) for reading in (first, last)]
    return Metered(meter.serial, *values, first.read_on, last.read_on)


def _read_until(meter: Meter, on: date) -> Reading | None:
    until = (Reading.meter == meter.serial) & (Reading.read_on <= on)
    return Reading.select().where(until).order_by(Reading.read_on.desc()).first()
