"""*Czemu tyle?*: what an invoice says of the one before it."""

import re
from datetime import date, timedelta

import pytest
from flask_babel import force_locale

from cast import Customer, add_invoice, add_line, new_customer
from ebok.invoices import texts_opposite as opposite
from ebok.invoices.models import Invoice
from ebok.invoices.operations_why import KINDS
from ebok.languages import LANGUAGES
from invoices.bills import OCTOBER, SEPTEMBER, bill, shown
from visitor import Visitor


def two_months(customer: Customer, cubic_metres: int, days: tuple[date, date]) -> Invoice:
    """An invoice of water, sewage and subscription for these days, each line saying everything."""
    first, last = days
    period = {"period_from": first, "period_to": last, "issued_on": last + timedelta(days=6)}
    months = max(1, round((last - first).days / 30))
    lines = (
        ("Dostarczona woda", "m³", cubic_metres, 500),
        ("Odprowadzanie ścieków", "m³", cubic_metres, 700),
        ("Opłata abonamentowa", "mies.", months, 1000),
    )
    net = sum(quantity * price for *_names, quantity, price in lines)
    vat = net * 8 // 100
    sums = {"net_grosze": net, "vat_grosze": vat, "gross_grosze": net + vat}
    invoice = add_invoice(customer.code, customer.name, **sums, **period)
    for position, (name, unit, quantity, price) in enumerate(lines, 1):
        given = {"quantity_millionths": quantity * 10**6, "net_grosze": quantity * price}
        add_line(invoice, position, name=name, unit=unit, unit_net_microgrosze=None, **given)
    return invoice


def test_why_tells_use_and_price_in_whole_sentences(visitor, anna):
    before, now = bill(anna, 9, 482, **SEPTEMBER), bill(anna, 10, 525, **OCTOBER)
    why = shown(visitor, now)["why"]
    assert why["before"]["number"] == before.number
    assert why["told"] == [
        "O\u00a09,85\u00a0zł więcej niż za wrzesień.",
        "Większość to woda: zużyto 10\u00a0m³ zamiast 9.",
        "Reszta to nowa taryfa.",
    ]
    parts = {part["kind"]: part["amount"]["grosze"] for part in why["parts"]}
    assert list(parts.items()) == [("use", 521), ("price", 464)]
    assert why["unchanged"] == "Dni w\u00a0okresie, korekty, odsetki"
    assert (why["before"]["name"], why["name"]) == ("Za wrzesień", "Za październik")


def test_why_says_what_a_cause_of_the_other_direction_did_to_the_amount(visitor, anna):
    bill(anna, 12, 482, **SEPTEMBER)
    told = shown(visitor, bill(anna, 9, 525, **OCTOBER))["why"]["told"]
    assert told[-1] == "Nowa taryfa podniosła kwotę o\u00a04,18\u00a0zł."
    bill(bartek := new_customer(), 9, 525, **SEPTEMBER)
    with Visitor(visitor.office) as other:
        other.settle(bartek)
        told = shown(other, bill(bartek, 12, 482, **OCTOBER))["why"]["told"]
    assert told[-1] == "Nowa taryfa obniżyła kwotę o\u00a05,57\u00a0zł."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cause_has_a_sentence_for_either_direction(lang):
    with force_locale(lang):
        told = [opposite.sentence(kind, part) for kind in KINDS for part in (100, -100)]
    assert len(set(told)) == 2 * len(KINDS)
    assert all(re.search(r"1[.,]00\u00a0zł\.$", each) for each in told)


def test_why_compares_with_the_invoice_before_for_the_same_point_only(visitor, anna):
    point = {"point_code": "PP-1"}
    first = bill(anna, 9, 482, **SEPTEMBER, **point)
    assert "wcześniejszej" in shown(visitor, first)["why"]["told"][0]
    bill(anna, 99, 482, **SEPTEMBER, point_code="PP-2")
    add_invoice(anna.code, "A", 0, -500, kind="correction", **SEPTEMBER | point)
    add_invoice(anna.code, "A", 0, 300, kind="note", **SEPTEMBER | point)
    add_invoice(anna.code, "A", 0, 300, ksef_kind="ZAL", **SEPTEMBER | point)
    now = bill(anna, 9, 482, **OCTOBER, **point)
    why = shown(visitor, now)["why"]
    assert why["before"]["number"] == first.number
    assert why["told"] == ["Tyle samo co za wrzesień."]
    assert why["parts"] == []


def test_why_does_not_guess_between_two_invoices_for_unknown_points(visitor, anna):
    for cubic_metres in (3, 30):
        bill(anna, cubic_metres, 482, **SEPTEMBER)
    assert shown(visitor, bill(anna, 9, 482, **OCTOBER))["why"]["before"] is None


def test_why_says_when_lines_are_missing(visitor, anna):
    add_invoice(anna.code, "Anna", gross_grosze=10_000, **SEPTEMBER)
    why = shown(visitor, bill(anna, 10, 482, **OCTOBER))["why"]
    assert [p["kind"] for p in why["parts"]] == ["other"]
    assert len(why["told"]) == 2


@pytest.mark.shows("P6")
def test_why_compares_periods_of_other_length_by_the_day(visitor, anna):
    two_months(anna, 20, (date(2026, 8, 1), date(2026, 9, 30)))
    now = two_months(anna, 12, (date(2026, 10, 1), date(2026, 10, 31)))
    why = shown(visitor, now)["why"]
    assert why["told"] == [
        "O\u00a0114,48\u00a0zł mniej niż za sierpień–wrzesień.",
        "31 dni zamiast 61; dziennie 18\u00a0% więcej.",
        "Główna przyczyna to krótszy okres.",
        "Zużycie podniosło kwotę o\u00a023,80\u00a0zł: dziennie 18\u00a0% więcej.",
    ]
    days, use = why["parts"]
    assert (days["kind"], use["kind"]) == ("days", "use")
    assert days["amount"]["grosze"] + use["amount"]["grosze"] == -11448
    assert use["name"] == "Dziennie 18\u00a0% więcej"
    assert use["detail"] == "0,387\u00a0m³ dziennie zamiast 0,328"


def test_why_names_the_longer_period_and_not_the_use_that_only_followed_it(visitor, anna):
    two_months(anna, 10, (date(2026, 8, 3), date(2026, 9, 1)))
    now = two_months(anna, 21, (date(2026, 9, 2), date(2026, 11, 2)))
    told = shown(visitor, now)["why"]["told"]
    assert told[1] == "62 dni zamiast 30; dziennie 2\u00a0% więcej."
    assert told[2] == "Większość to dłuższy okres."


def test_why_takes_calendar_months_for_periods_of_one_length(visitor, anna):
    two_months(anna, 10, (date(2026, 1, 1), date(2026, 1, 31)))
    now = two_months(anna, 10, (date(2026, 2, 1), date(2026, 2, 28)))
    assert shown(visitor, now)["why"]["told"] == ["Tyle samo co za styczeń."]


def test_why_knows_water_and_sewage_on_one_line_as_both(visitor, anna):
    before = two_months(anna, 10, (date(2026, 9, 1), date(2026, 9, 30)))
    now = bill(anna, 0, 0, **OCTOBER)
    line = now.lines[0]
    line.name, line.net_grosze, line.quantity_millionths = "Woda i ścieki", 14400, 12_000_000
    line.save()
    Invoice.update(net_grosze=15_400, vat_grosze=1232, gross_grosze=16_632).where(
        Invoice.number == now.number
    ).execute()
    why = shown(visitor, now)["why"]
    assert why["before"]["number"] == before.number
    (use, *_rest) = why["parts"]
    assert use["kind"] == "use"
    assert use["name"] == "2\u00a0m³ wody i\u00a0ścieków więcej"
    assert "woda i\u00a0ścieki: 12\u00a0m³ zamiast 10" in why["told"][1]
    # The chart knows the same line for the same.
    chart = visitor.get("/api/use")["use"]["periods"]
    assert [period["use"]["litres"] for period in chart] == [10_000, 12_000]
