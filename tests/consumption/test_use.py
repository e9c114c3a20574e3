"""Use and cost, period by period: what the chart, its sentence and its table are made of."""

from datetime import date, timedelta

import pytest

from cast import add_invoice, add_line, add_meter
from consumption.bills import bill, correct, customer_inside, month, months_to
from ebok.meters.models import Meter, Reading

UNITS = {"use": "litres", "cost": "grosze"}


def numbers(use: dict, measure: str = "use") -> list:
    amounts = [period[measure] for period in use["periods"]]
    return [amount and amount[UNITS[measure]] for amount in amounts]


def ask(visitor, point: str = "") -> dict:
    return visitor.get(f"/api/use?point={point}" if point else "/api/use")["use"]


def test_twelve_months_with_those_of_the_year_before_beside_them(visitor):
    customer = customer_inside(visitor)
    for place, days in enumerate(months_to(2026, 10, 24)):
        bill(customer.code, days, 9 if place < 12 else 10, gross_grosze=10_000 + place)
    use = ask(visitor)
    assert numbers(use) == [10_000] * 12
    assert numbers(use, "cost") == [10_012 + place for place in range(12)]
    assert [p["before"]["use"]["litres"] for p in use["periods"]] == [9_000] * 12
    assert use["periods"][-1]["before"]["last_on"] == "2025-10-31"
    assert use["findings"]["use"] == (
        "W\u00a0październiku 10\u00a0m³, o\u00a0jeden więcej niż rok temu."
        " Przez cały rok 120\u00a0m³, o\u00a012\u00a0m³ więcej niż rok wcześniej."
    )
    assert "100,23\u00a0zł, o\u00a00,12\u00a0zł więcej" in use["findings"]["cost"]


def test_sewage_is_not_added_to_water(visitor):
    customer = customer_inside(visitor)
    invoice = bill(customer.code, month(2026, 10), None)
    add_line(invoice, 1, name="Ścieki bytowe", unit="m3", quantity_millionths=12_000_000)
    add_line(invoice, 2, name="Woda zimna, taryfa I", unit="M3", quantity_millionths=7_500_000)
    add_line(invoice, 3, name="Woda zimna, taryfa II", unit="m³", quantity_millionths=2_500_000)
    add_line(invoice, 4, name="Abonament za wodę", unit="mies.", quantity_millionths=1_000_000)
    assert numbers(ask(visitor)) == [10_000]


def test_correction_is_taken_off_in_the_period_that_it_corrects(visitor):
    customer = customer_inside(visitor)
    days = list(months_to(2026, 10, 3))
    first, *_others = [bill(customer.code, each, 10) for each in days]
    correction = correct(first, -2, -2_000)
    # A correction of the correction, which itself says nothing of any days.
    correct(correction, -1, -1_000, period_from=None, period_to=None)
    use = ask(visitor)
    assert numbers(use) == [7_000, 10_000, 10_000]
    assert numbers(use, "cost") == [7_000, 10_000, 10_000]


def test_correction_that_shows_lines_before_and_after_counts_their_difference(visitor):
    customer = customer_inside(visitor)
    invoice = bill(customer.code, month(2026, 10), 10)
    correction = correct(invoice, None, -2_000)
    add_line(correction, 1, quantity_millionths=10_000_000, before_correction=True)
    add_line(correction, 2, quantity_millionths=8_500_000)
    assert numbers(ask(visitor)) == [8_500]


def test_month_that_is_not_billed_is_a_gap_and_not_zero(visitor):
    customer = customer_inside(visitor)
    for days in (month(2026, 7), month(2026, 8), month(2026, 10)):
        bill(customer.code, days, 0 if days[0].month == 8 else 10)
    use = ask(visitor)
    assert numbers(use) == [10_000, 0, None, 10_000]
    assert use["periods"][2]["first_on"] == "2026-09-01"
    assert use["periods"][2]["cost"] is None
    assert use["findings"]["use"].endswith("W\u00a03 pokazanych okresach razem 20\u00a0m³.")


def test_two_months_and_odd_days_are_shown_as_they_are(visitor):
    customer = customer_inside(visitor)
    bill(customer.code, (date(2025, 8, 13), date(2025, 10, 12)), 18)
    bill(customer.code, (date(2026, 4, 11), date(2026, 6, 9)), 20.5)
    bill(customer.code, (date(2026, 6, 10), date(2026, 8, 11)), 21)
    bill(customer.code, (date(2026, 8, 12), date(2026, 10, 10)), 19.25)
    use = ask(visitor)
    assert numbers(use) == [20_500, 21_000, 19_250]
    # A year earlier lay one of about the same length; the others had none.
    before = [period["before"] for period in use["periods"]]
    assert [one and one["use"]["litres"] for one in before] == [None, None, 18_000]
    finding = use["findings"]["use"]
    assert finding.startswith(
        "Od 12 sierpnia do 10 października 19,25\u00a0m³, o\u00a01,25\u00a0m³"
    )


def test_without_lines_the_readings_that_bound_the_period_tell(visitor):
    customer = customer_inside(visitor)
    old = add_meter(customer.code, removed_on=date(2026, 10, 15))
    new = Meter.create(
        serial=f"N{old.serial}",
        point=old.point,
        digits=5,
        kind="water",
        installed_on=old.removed_on,
    )
    for meter, day, litres in (
        (old, date(2026, 8, 31), 90_000),
        (old, date(2026, 9, 30), 100_000),
        (old, date(2026, 10, 15), 104_000),
        (new, date(2026, 10, 15), 250),
        (new, date(2026, 11, 2), 6_250),
    ):
        Reading.create(meter=meter, read_on=day, value_litres=litres, source="clerk")
    for days in (month(2026, 9), month(2026, 10), month(2026, 11)):
        bill(customer.code, days, None)
    use = ask(visitor)
    # Nobody has read the meter at November's end yet: it is not known, and the sentence leaves it.
    assert numbers(use) == [10_000, 10_000, None]
    assert use["findings"]["use"].startswith("W\u00a0październiku 10")
    assert use["points"][0]["meters"] == [new.serial]


@pytest.mark.parametrize("late", range(-6, 12))
def test_invoice_and_chart_find_the_same_readings(visitor, late):
    customer = customer_inside(visitor)
    meter = add_meter(customer.code)
    # The meter was read some days off the end of each month, and a week later once more.
    for litres, ends in enumerate((date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))):
        for more, days in ((0, late), (1, late + 7)):
            day, value = ends + timedelta(days=days), 90_000 + 10_000 * litres + 1_000 * more
            Reading.create(meter=meter, read_on=day, value_litres=value, source="clerk")
    billed = [bill(customer.code, month(2026, number), None) for number in (9, 10)]
    pages = [visitor.get(f"/api/invoices/{each.public_id}")["invoice"] for each in billed]
    bounds = [(page["meters"][0]["first"], page["meters"][0]["last"]) for page in pages]
    on_paper = [last and last["value_litres"] - first["value_litres"] for first, last in bounds]
    assert numbers(ask(visitor)) == on_paper


def test_points_are_added_up_or_chosen(visitor):
    customer = customer_inside(visitor)
    one, two = (add_meter(customer.code, street).point for street in ("Lipowa 1", "Polna 2"))
    bill(customer.code, month(2026, 10), 10, point_code=one.code)
    bill(customer.code, month(2026, 10), 4, point_code=two.code)
    use = ask(visitor)
    assert (use["may_sum"], numbers(use), use["point"]) == (True, [14_000], None)
    assert numbers(ask(visitor, two.code)) == [4_000]


def test_points_billed_in_turns_are_shown_one_at_a_time(visitor):
    customer = customer_inside(visitor)
    one, two = (add_meter(customer.code, street).point for street in ("Lipowa 1", "Polna 2"))
    for first, last in months_to(2026, 10, 4):
        bill(customer.code, (first, last), 10, point_code=one.code)
        turn = (first.replace(day=16), last + timedelta(days=15))
        bill(customer.code, turn, 4, point_code=two.code)
    use = ask(visitor)
    assert (use["may_sum"], use["point"]) == (False, one.code)
    assert numbers(use) == [10_000] * 4
    assert numbers(ask(visitor, two.code)) == [4_000] * 4


def test_nobody_sees_anothers_point_and_notes_are_no_use(visitor, other_visitor):
    anna, bartek = customer_inside(visitor), customer_inside(other_visitor)
    point = add_meter(bartek.code).point
    bill(bartek.code, month(2026, 10), 10, point_code=point.code)
    first, last = month(2026, 10)
    add_invoice(anna.code, "Anna", kind="note", period_from=first, period_to=last)
    assert ask(visitor)["periods"] == []
    assert ask(visitor)["findings"] == {"use": "", "cost": ""}
    visitor.get(f"/api/use?point={point.code}", expect=404)
    visitor.get("/api/use?point=nothing", expect=404)


def test_the_finding_speaks_each_language(visitor):
    customer = customer_inside(visitor)
    bill(customer.code, month(2025, 9), 12)
    bill(customer.code, month(2026, 9), 7)
    said = {
        lang: visitor.get(f"/api/use?lang={lang}")["use"]["findings"]["use"]
        for lang in ("pl", "en", "uk")
    }
    assert said == {
        "pl": "We wrześniu 7\u00a0m³, o\u00a0pięć mniej niż rok temu.",
        "en": "In September 7\u00a0m³, five less than a year earlier.",
        "uk": "У\u00a0вересні 7\u00a0m³, на п’ять менше, ніж рік тому.",
    }
