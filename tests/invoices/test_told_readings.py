"""Readings that an invoice's file tells: shown and drawn where billing has none."""

from datetime import date

from cast import Customer, add_invoice, add_meter
from ebok.invoices.models import Invoice, InvoiceReading
from ebok.meters.models import PointOfUse, Reading

OCTOBER = {
    "issued_on": date(2026, 11, 6),
    "period_from": date(2026, 10, 1),
    "period_to": date(2026, 10, 31),
}


def told(customer: Customer, *readings: tuple[str, int, int]) -> Invoice:
    """An invoice of October whose file tells these readings."""
    invoice = add_invoice(customer.code, customer.name, **OCTOBER)
    for position, (serial, previous, current) in enumerate(readings, 1):
        litres = {"previous_litres": previous, "current_litres": current}
        InvoiceReading.create(invoice=invoice, position=position, serial=serial, **litres)
    return invoice


def meters(visitor, invoice: Invoice) -> list[dict]:
    return visitor.get(f"/api/invoices/{invoice.public_id}")["invoice"]["meters"]


def october(visitor) -> int | None:
    used = visitor.get("/api/use")["use"]["periods"][-1]["use"]
    return used and used["litres"]


def test_readings_of_the_file_are_shown_and_drawn_where_billing_has_none(visitor, anna):
    PointOfUse.create(code=f"PP-{anna.code}", customer=anna.code, street="Lipowa 14")
    invoice = told(anna, ("W-77", 412_500, 433_000))
    assert meters(visitor, invoice) == [
        {
            "serial": "W-77",
            "kind": "water",
            "name": "Wodomierz",
            "readings": "412,5 → 433\u00a0m³",
            "first": {"read_on": "2026-10-01", "value_litres": 412_500, "source": "invoice"},
            "last": {"read_on": "2026-10-31", "value_litres": 433_000, "source": "invoice"},
        }
    ]
    assert october(visitor) == 20_500


def test_readings_of_billing_come_before_those_of_the_file(visitor, anna):
    meter = add_meter(anna.code)
    for day, litres in ((date(2026, 9, 30), 400_000), (date(2026, 10, 31), 410_000)):
        Reading.create(meter=meter, read_on=day, value_litres=litres, source="clerk")
    invoice = told(anna, (meter.serial, 412_500, 433_000))
    [shown] = meters(visitor, invoice)
    assert (shown["first"]["value_litres"], shown["last"]["source"]) == (400_000, "clerk")
    assert october(visitor) == 10_000


def test_meters_that_billing_does_not_know_are_not_added_up(visitor, anna):
    told(anna, ("W-77", 412_500, 433_000), ("O-1", 10_000, 15_000))
    assert october(visitor) is None
