"""*Czemu tyle?* over random invoices: its parts sum to the difference, exactly."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from ebok.invoices.models import Invoice, InvoiceLine
from ebok.invoices.operations_vat import summary
from ebok.invoices.operations_why import KINDS, Bill, explain

NAMES = (
    *("Dostarczona woda", "Odebrane ścieki", "Opłata abonamentowa, woda", "Opłata stała ścieki"),
    *("Odsetki", "Korekta zużycia", "Wymiana wodomierza", "Deszczówka", "?", ""),
    *("Woda i ścieki", "Wod.-kan.", "Ścieki wg zużycia wody"),
)
UNITS = ("m³", "m3", "M3", "mies.", "dni", "szt.", "")
RATES = ("8", "23", "zw", "np I", "", "5")
MONEY = st.integers(-(10**7), 10**7)
MAYBE_MONEY = st.none() | MONEY
DAYS = st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31))

lines = st.builds(
    InvoiceLine,
    name=st.sampled_from(NAMES),
    unit=st.sampled_from(UNITS),
    quantity_millionths=st.none() | st.just(0) | st.integers(-(10**9), 10**9),
    unit_net_microgrosze=st.none() | st.integers(0, 10**10),
    net_grosze=MAYBE_MONEY,
    gross_grosze=MAYBE_MONEY,
    vat_rate=st.sampled_from(RATES),
    before_correction=st.booleans(),
)
invoices = st.builds(
    Invoice,
    net_grosze=MONEY,
    vat_grosze=MONEY,
    gross_grosze=MONEY,
    period_from=DAYS,
    period_to=DAYS,
)
bills = st.builds(Bill, invoices, st.lists(lines, max_size=6))


@pytest.mark.shows("P6")
@given(bills, bills)
def test_parts_sum_to_the_difference_to_the_grosz(before, now):
    why = explain(before, now)
    assert sum(why.parts.values()) == now.invoice.gross_grosze - before.invoice.gross_grosze
    assert set(why.parts) <= set(KINDS)
    assert all(why.parts.values())


@given(invoices, st.lists(lines, max_size=6))
def test_vat_summary_adds_up_to_the_invoice(invoice, lines):
    sums = summary(invoice, lines, [])
    assert sum(s.net_grosze for s in sums) == invoice.net_grosze
    assert sum(s.vat_grosze for s in sums) == invoice.vat_grosze
    assert len({s.vat_rate for s in sums}) == len(sums)


@given(st.lists(st.tuples(st.sampled_from(("8", "23", "zw")), st.integers(1, 90_000)), min_size=2))
def test_vat_summary_from_lines_keeps_each_rate_and_the_whole(given_):
    rates = {"8": 8, "23": 23, "zw": 0}
    lines = [InvoiceLine(name="?", vat_rate=rate, net_grosze=net) for rate, net in given_]
    # VAT rounded on each line: on the whole of a rate it would be another grosz or two.
    net = sum(net for _rate, net in given_)
    vat = sum(round(net * rates[rate] / 100) for rate, net in given_)
    sums = summary(Invoice(net_grosze=net, vat_grosze=vat, gross_grosze=net + vat), lines, [])
    assert {s.vat_rate for s in sums} == {rate for rate, _net in given_}
    assert (sum(s.net_grosze for s in sums), sum(s.vat_grosze for s in sums)) == (net, vat)


def true_bill(litres: int, price: int, months: int, fee: int, extra: int = 0) -> Bill:
    """A bill whose lines say everything, with 8 % VAT rounded on each line."""
    given_ = [
        ("Dostarczona woda", "m³", litres * 1000, price),
        ("Abonament", "mies.", months * 10**6, fee),
    ]
    found, gross, net = [], 0, 0
    for name, unit, millionths, price_ in given_:
        line_net = round(Fraction(millionths * price_, 10**6))
        found.append(
            InvoiceLine(
                name=name,
                unit=unit,
                quantity_millionths=millionths,
                unit_net_microgrosze=price_ * 10**6,
                net_grosze=line_net,
                vat_rate="8",
            )
        )
        net, gross = net + line_net, gross + round(Fraction(line_net * 108, 100))
    if extra:
        found.append(InvoiceLine(name="Odsetki", unit="", net_grosze=extra, vat_rate="np I"))
        net, gross = net + extra, gross + extra
    return Bill(Invoice(net_grosze=net, vat_grosze=gross - net, gross_grosze=gross), found)


litres, prices, months = st.integers(1, 100_000), st.integers(1, 3_000), st.integers(1, 12)


@given(litres, litres, prices, prices, months, months, st.integers(1, 5_000), st.integers(0, 900))
def test_each_cause_is_told_apart_from_the_others(q0, q1, p0, p1, m0, m1, fee, interest):
    before, now = true_bill(q0, p0, m0, fee), true_bill(q1, p1, m1, fee, interest)
    parts = explain(before, now).parts
    # At most a grosz for each rounding of a sum or a line.
    use = Fraction((q1 - q0) * p0 * 108, 100_000)
    price = Fraction(q1 * (p1 - p0) * 108, 100_000)
    days = Fraction((m1 - m0) * fee * 108, 100)
    ratio = Fraction(q1, q0) + 1
    assert abs(parts.get("use", 0) - use) <= 3 + ratio
    assert abs(parts.get("days", 0) - days) <= 3 + 12
    assert abs(parts.get("price", 0) - price) <= 6 + ratio
    assert abs(parts.get("interest", 0) - interest) <= 2
    assert not {"one_off", "corrections", "other"} & set(parts)
    assert abs(parts.get("rounding", 0)) <= 5


@given(litres, litres, prices, prices, st.integers(1, 95), st.integers(1, 95))
def test_days_use_and_price_are_reckoned_one_after_the_other(q0, q1, p0, p1, d0, d1):
    before, now = (
        in_days(true_bill(q, p, 1, 620), days) for q, p, days in ((q0, p0, d0), (q1, p1, d1))
    )
    why = explain(before, now)
    assert sum(why.parts.values()) == why.difference_grosze
    as_daily = Fraction(q0 * d1, d0)
    days = (as_daily - q0) * p0 * 108 / 100_000
    use = (q1 - as_daily) * p0 * 108 / 100_000
    # At most a grosz for each rounding of a sum or a line, scaled as the use is.
    slack = 4 + Fraction(q1, q0) + Fraction(d1, d0)
    assert abs(why.parts.get("days", 0) - days) <= slack
    assert abs(why.parts.get("use", 0) - use) <= slack
    assert why.daily is None or why.daily == (Fraction(q0, 1000 * d0), Fraction(q1, 1000 * d1))
    assert (why.lengths is None) is (d0 == d1)


def in_days(bill: Bill, days: int) -> Bill:
    """The bill, for so many days that are no whole months."""
    bill.invoice.period_from = date(2026, 1, 2)
    bill.invoice.period_to = date(2026, 1, 1) + timedelta(days=days)
    return bill


def test_the_pure_case_is_exact():
    # 10 m³ for 9, at 5,25 instead of 4,82 net, a month's fee of 6,20 in both.
    parts = explain(true_bill(9_000, 482, 1, 620), true_bill(10_000, 525, 1, 620)).parts
    assert parts == {"use": 521, "price": 464}
