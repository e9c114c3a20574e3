"""The meters of one invoice: with billing's readings, else with those that its own file tells."""

from fractions import Fraction

from ebok.database import day_as_text
from ebok.invoices import texts
from ebok.invoices.models import Invoice, InvoiceReading
from ebok.languages import gettext as _, lazy
from ebok.meters.models import PointOfUse
from ebok.meters.operations import Measured, Value, measured

LITRES = 1000
NAMES = {
    "water": lazy("Meter"),
    "garden": lazy("Garden meter"),
    "hot": lazy("Hot water meter"),
    "sewage": lazy("Sewage meter"),
}


def meters_of(invoice: Invoice, point: PointOfUse | None) -> list[dict]:
    """Billing's meters with the readings that bound the period; those of the file where billing
    gives no reading at all, so that one is never mixed with the other."""
    found = measured(invoice, point)
    if any(one.first for one in found):
        return [_measured(one) for one in found]
    kinds = {one.meter.serial: one.meter.kind for one in found}
    return _told(invoice, kinds) or [_measured(one) for one in found]


def _told(invoice: Invoice, kinds: dict[str, str]) -> list[dict]:
    if not invoice.period_from or not invoice.period_to:
        return []
    rows = InvoiceReading.of(invoice.number)
    return [
        {
            "serial": row.serial,
            **_kind(kinds.get(row.serial, "water")),
            **_readings(
                Value(invoice.period_from, row.previous_litres, "invoice"),
                Value(invoice.period_to, row.current_litres, "invoice"),
            ),
        }
        for row in rows
    ]


def _measured(one: Measured) -> dict:
    return {
        "serial": one.meter.serial,
        **_kind(one.meter.kind),
        **_readings(one.first, one.last),
    }


def _kind(kind: str) -> dict:
    return {"kind": kind, "name": str(NAMES.get(kind, NAMES["water"]))}


def _readings(first: Value | None, last: Value | None) -> dict:
    """The readings, and both in one phrase: 412 → 422 m³, estimated."""
    told = ""
    if first and last:
        before, after = (Fraction(one.value_litres, LITRES) for one in (first, last))
        told = f"{texts.amount(before)} → {texts.cubic_metres(after)}"
        if last.source == "estimate":
            told = f"{told}, {_('estimated')}"
    return {"first": _reading(first), "last": _reading(last), "readings": told}


def _reading(reading: Value | None) -> dict | None:
    if reading is None:
        return None
    shown = {"value_litres": reading.value_litres, "source": reading.source}
    return {"read_on": day_as_text(reading.read_on), **shown}
