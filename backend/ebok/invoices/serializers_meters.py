"""The meters of one invoice: with billing's readings, else with those that its own file tells."""

from ebok.database import day_as_text
from ebok.invoices.models import Invoice, InvoiceReading
from ebok.meters.models import PointOfUse
from ebok.meters.operations import Measured, Value, measured


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
            "kind": kinds.get(row.serial, "water"),
            "first": _reading(Value(invoice.period_from, row.previous_litres, "invoice")),
            "last": _reading(Value(invoice.period_to, row.current_litres, "invoice")),
        }
        for row in rows
    ]


def _measured(one: Measured) -> dict:
    return {
        "serial": one.meter.serial,
        "kind": one.meter.kind,
        "first": _reading(one.first),
        "last": _reading(one.last),
    }


def _reading(reading: Value | None) -> dict | None:
    if reading is None:
        return None
    shown = {"value_litres": reading.value_litres, "source": reading.source}
    return {"read_on": day_as_text(reading.read_on), **shown}
