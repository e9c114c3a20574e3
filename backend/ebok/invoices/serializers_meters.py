"""JSON of an invoice's meters, with billing's readings or else those in its XML."""

from fractions import Fraction
from typing import Annotated, TypedDict

from ebok.invoices import texts
from ebok.invoices.models import Invoice, InvoiceReading
from ebok.languages import gettext as _, lazy
from ebok.meters.models import PointOfUse
from ebok.meters.operations import Measured, Value, measured
from ebok.values.days import Day

LITRES = 1000
NAMES = {
    "water": lazy("Meter"),
    "garden": lazy("Garden meter"),
    "hot": lazy("Hot water meter"),
    "sewage": lazy("Sewage meter"),
}


class ReadingJson(TypedDict):
    """What a meter showed on a day."""

    read_on: Day
    value_litres: int
    source: Annotated[str, "enum: [clerk, remote, customer, estimate, invoice]"]


class InvoiceMeterJson(TypedDict):
    """A meter, with the readings that bound the invoice's period."""

    serial: str
    kind: Annotated[str, f"enum: {[*NAMES]}"]
    name: str
    """What it is called."""
    first: ReadingJson | None
    last: ReadingJson | None
    readings: str
    """Both in one phrase; empty where one is not known."""


def meters_of(invoice: Invoice, point: PointOfUse | None) -> list[InvoiceMeterJson]:
    """Billing's meters with the readings at both ends of the period.

    If billing has no reading at all, those of the file; the two are never mixed."""
    found = measured(invoice, point)
    if any(one.first for one in found):
        return [_measured(one) for one in found]
    kinds = {one.meter.serial: one.meter.kind for one in found}
    return _told(invoice, kinds) or [_measured(one) for one in found]


def _told(invoice: Invoice, kinds: dict[str, str]) -> list[InvoiceMeterJson]:
    if not invoice.period_from or not invoice.period_to:
        return []
    rows = InvoiceReading.of(invoice.number)
    return [
        _meter(
            row.serial,
            kinds.get(row.serial, "water"),
            Value(invoice.period_from, row.previous_litres, "invoice"),
            Value(invoice.period_to, row.current_litres, "invoice"),
        )
        for row in rows
    ]


def _measured(one: Measured) -> InvoiceMeterJson:
    return _meter(one.meter.serial, one.meter.kind, one.first, one.last)


def _meter(serial: str, kind: str, first: Value | None, last: Value | None) -> InvoiceMeterJson:
    return {
        "serial": serial,
        "kind": kind,
        "name": str(NAMES.get(kind, NAMES["water"])),
        "first": _reading(first),
        "last": _reading(last),
        "readings": _in_a_phrase(first, last),
    }


def _in_a_phrase(first: Value | None, last: Value | None) -> str:
    """Such as "412 → 422 m³, estimated"."""
    if not first or not last:
        return ""
    before, after = (Fraction(one.value_litres, LITRES) for one in (first, last))
    told = f"{texts.amount(before)} → {texts.cubic_metres(after)}"
    return f"{told}, {_('estimated')}" if last.source == "estimate" else told


def _reading(reading: Value | None) -> ReadingJson | None:
    if reading is None:
        return None
    return {
        "read_on": reading.read_on.isoformat(),
        "value_litres": reading.value_litres,
        "source": reading.source,
    }
