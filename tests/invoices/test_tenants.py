"""A new tenant sees the water of their own days, and nothing of who had the point before."""

import json
from datetime import date, timedelta

import pytest

from billing.bundles import point as point_row, write
from cast import Customer, add_invoice, add_meter, new_account, new_customer, today
from data_export.test_archive import fetch
from ebok.invoices.models import Invoice
from ebok.meters.models import Meter, Reading
from visitor import PASSWORD

TODAY = today()
# Yesterday's reading would be the next one's first.
FIRST = (TODAY - timedelta(days=2)).replace(day=1)
MONTHS = [FIRST - timedelta(days=1)]
for _ in range(3):
    MONTHS.append(MONTHS[-1].replace(day=1) - timedelta(days=1))
LAST, MIDDLE, EARLY, BEFORE = MONTHS
"""The last days of four months, the newest first."""


class Somebody:
    """Who has the point now, logged in."""

    def __init__(self, visitor, customer: Customer):
        self.visitor, self.customer = visitor, customer
        self.account = new_account(customer, PASSWORD)
        visitor.log_in(customer.code, PASSWORD)


@pytest.fixture
def bartek(visitor) -> Somebody:
    return Somebody(visitor, new_customer("Bartek Kot", months=0))


@pytest.fixture
def meter() -> Meter:
    """At Anna's point; read at the end of each month."""
    anna = new_customer("Anna Nowak", months=0)
    meter = add_meter(anna.code)
    for count, day in enumerate(reversed(MONTHS)):
        litres = 100_000 + 10_000 * count
        Reading.create(meter=meter, read_on=day, value_litres=litres, source="clerk")
    old = Meter.create(
        serial=f"old{meter.serial}", point=meter.point, digits=5, kind="water", removed_on=BEFORE
    )
    Reading.create(meter=old, read_on=BEFORE, value_litres=77_000, source="clerk")
    bill(anna.code, EARLY, meter.point_code)
    return meter


def bill(code: str, last: date, point_code: str = "") -> Invoice:
    """An invoice of the month that ends then, without a line that tells the water."""
    days = {"period_from": last.replace(day=1), "period_to": last}
    return add_invoice(
        code, "Ktoś", issued_on=last + timedelta(days=2), point_code=point_code, **days
    )


def hand_over(office, tmp_path, meter: Meter, customer: Customer) -> None:
    moved = point_row(point_code=meter.point_code, customer_code=customer.code)
    office.run("import", str(write(tmp_path, points=[moved])))


def meters(visitor, invoice: Invoice) -> list[dict]:
    return visitor.get(f"/api/invoices/{invoice.public_id}")["invoice"]["meters"]


def use(visitor) -> dict[str, int | None]:
    periods = visitor.get("/api/use")["use"]["periods"]
    return {period["first_on"]: period["use"] and period["use"]["litres"] for period in periods}


def readings(somebody) -> list[str]:
    told = json.loads(fetch(somebody)["moje-dane.json"])
    (point,) = told["points_of_use"]
    assert not {"since_on", "former_code"} & {*point, *point["meters"][0]}
    return [read["read_on"] for one in point["meters"] for read in one["readings"]]


@pytest.mark.shows("P15")
def test_water_of_the_one_before_is_nowhere_on_the_papers_of_the_next(
    office, tmp_path, bartek, meter
):
    # Bartek lived elsewhere, and his invoices of then name no point.
    elsewhere = bill(bartek.customer.code, EARLY)
    hand_over(office, tmp_path, meter, bartek.customer)
    assert meters(bartek.visitor, elsewhere) == []
    assert use(bartek.visitor)[EARLY.replace(day=1).isoformat()] is None


def test_first_invoice_of_the_next_tells_since_when_it_is_theirs(office, tmp_path, bartek, meter):
    hand_over(office, tmp_path, meter, bartek.customer)
    bill(bartek.customer.code, EARLY)
    first = bill(bartek.customer.code, MIDDLE, meter.point_code)
    bill(bartek.customer.code, LAST, meter.point_code)
    [shown] = meters(bartek.visitor, first)
    assert (shown["first"]["read_on"], shown["last"]["value_litres"]) == (
        EARLY.isoformat(),
        120_000,
    )
    litres = use(bartek.visitor)
    assert litres[EARLY.replace(day=1).isoformat()] is None
    assert litres[MIDDLE.replace(day=1).isoformat()] == 10_000
    assert readings(bartek) == [day.isoformat() for day in (EARLY, MIDDLE, LAST)]


def test_who_comes_back_does_not_see_who_was_there_between(office, tmp_path, bartek, meter):
    bill(bartek.customer.code, BEFORE, meter.point_code)
    hand_over(office, tmp_path, meter, bartek.customer)
    bill(bartek.customer.code, MIDDLE, meter.point_code)
    assert readings(bartek) == [day.isoformat() for day in (EARLY, MIDDLE, LAST)]


def test_data_of_the_next_has_no_reading_and_no_meter_of_before(office, tmp_path, bartek, meter):
    hand_over(office, tmp_path, meter, bartek.customer)
    Reading.create(meter=meter, read_on=TODAY, value_litres=140_000, source="clerk")
    assert readings(bartek) == [TODAY.isoformat()]
    page = fetch(bartek)["moje-dane.html"].decode()
    assert f"old{meter.serial}" not in page
    assert "Mamy 1 Twój wodomierz" in page.replace("\u00a0", " ")


def test_reading_of_a_meter_that_was_elsewhere_is_not_shown(office, bartek):
    meter = add_meter(bartek.customer.code, since_on=MIDDLE + timedelta(days=3))
    for day, litres in ((EARLY, 1000), (MIDDLE, 2000), (LAST, 3000)):
        Reading.create(meter=meter, read_on=day, value_litres=litres, source="clerk")
    for day in (MIDDLE, LAST):
        found = meters(bartek.visitor, bill(bartek.customer.code, day))
        assert all(one["first"] is None for one in found)
    assert readings(bartek) == [LAST.isoformat()]
