"""Somebody with an account and a past of invoices, each for its days."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from cast import Customer, add_invoice, add_line, new_account, new_customer
from ebok.invoices.models import Invoice
from visitor import PASSWORD, Visitor


def customer_inside(visitor: Visitor) -> Customer:
    """A customer without any invoice, logged in in this browser."""
    customer = new_customer("Helena Nowak", months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


def month(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def months_to(year: int, number: int, count: int) -> Iterator[tuple[date, date]]:
    """First and last days of `count` months up to this one, oldest first."""
    for ago in reversed(range(count)):
        at = year * 12 + number - 1 - ago
        yield month(at // 12, at % 12 + 1)


def bill(code: str, days: tuple[date, date], metres: float | None, **columns) -> Invoice:
    """An invoice for these days over `metres` m³ of water and sewage; None bills no water."""
    first, last = days
    told = {"period_from": first, "period_to": last, "issued_on": last + timedelta(days=5)}
    invoice = add_invoice(code, "Helena Nowak", **{"gross_grosze": 10_000, **told, **columns})
    if metres is not None:
        millionths = round(metres * 1_000_000)
        add_line(invoice, quantity_millionths=millionths)
        add_line(invoice, 2, name="Odprowadzanie ścieków", quantity_millionths=millionths)
    return invoice


def correct(invoice: Invoice, metres: float | None, gross_grosze: int, **columns) -> Invoice:
    """A correction of it: differences."""
    days = (invoice.period_from, invoice.period_to)
    told = {"kind": "correction", "corrects": invoice.number, "gross_grosze": gross_grosze}
    return bill(invoice.customer_code, days, metres, **told | columns)
