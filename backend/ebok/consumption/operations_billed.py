"""Periods of a customer's invoices, with the water of their lines and their gross sums."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from peewee import Expression, fn

from ebok.consumption import operations_litres as litres
from ebok.consumption.operations_periods import Period, corrected
from ebok.database import tuples
from ebok.invoices.models import PROVING_KINDS, Invoice, InvoiceLine

LOOKED_AT = timedelta(days=1200)
"""Two years of periods, and what is billed or corrected long after them."""
FIELDS = (
    Invoice.number,
    Invoice.kind,
    Invoice.corrects,
    Invoice.point_code,
    Invoice.period_from,
    Invoice.period_to,
    Invoice.gross_grosze,
)
LINE_FIELDS = (
    InvoiceLine.invoice,
    InvoiceLine.name,
    InvoiceLine.unit,
    InvoiceLine.quantity_millionths,
    InvoiceLine.before_correction,
)


def periods_of(customer_code: str) -> dict[str, list[Period]]:
    """Periods by point of use ("" if the invoice names none): one for each invoice, corrected."""
    looked_at = _looked_at(customer_code)
    rows = Invoice.select(*FIELDS).where(looked_at).order_by(Invoice.number)
    invoices = {invoice.number: invoice for invoice in rows}
    lines = _lines(looked_at)
    periods = ((i.number, _period(i, lines[i.number])) for i in invoices.values())
    billed = {number: period for number, period in periods if period}
    for invoice in invoices.values():
        root = _root(invoice, invoices)
        if root is not invoice and root.number in billed and root.kind != "correction":
            used = litres.litres(lines[invoice.number], invoice.kind == "correction")
            billed[root.number] = corrected(billed[root.number], used, invoice.gross_grosze)
    points: dict[str, list[Period]] = defaultdict(list)
    for number, period in billed.items():
        if _stands_alone(invoices[number], invoices, billed):
            points[invoices[number].point_code].append(period)
    return points


def _stands_alone(
    invoice: Invoice, invoices: dict[str, Invoice], billed: dict[str, Period]
) -> bool:
    """Whether the invoice has a period of its own.

    A correction has one only if it does not say what it corrects and has the period of another
    invoice: both are added.
    """
    if invoice.kind != "correction":
        return True
    days = (invoice.period_from, invoice.period_to)
    others = (i for number, i in invoices.items() if number in billed and i.kind != "correction")
    return not invoice.corrects and days in ((i.period_from, i.period_to) for i in others)


def _looked_at(customer_code: str) -> Expression:
    """SQL condition: this customer's invoices that the chart may need."""
    mine = (Invoice.customer == customer_code) & Invoice.kind.in_(PROVING_KINDS)
    newest = Invoice.select(fn.MAX(Invoice.issued_on)).where(mine).scalar(as_tuple=False)
    return mine & (Invoice.issued_on >= newest - LOOKED_AT) if newest else mine


def _lines(looked_at: Expression) -> dict[str, list[litres.Line]]:
    rows = (
        InvoiceLine.select(*LINE_FIELDS)
        .join(Invoice)
        .where(looked_at)
        .order_by(InvoiceLine.invoice, InvoiceLine.position)
    )
    lines: dict[str, list[litres.Line]] = defaultdict(list)
    for number, *line in tuples(rows):
        lines[number].append(litres.Line(*line))
    return lines


def _period(invoice: Invoice, lines: Sequence[litres.Line]) -> Period | None:
    """What it bills; None where it names no period."""
    first, last = invoice.period_from, invoice.period_to
    if first is None or last is None:
        return None
    used = litres.litres(lines, invoice.kind == "correction")
    return Period(first, last, used, invoice.gross_grosze)


def _root(invoice: Invoice, invoices: dict[str, Invoice]) -> Invoice:
    """The invoice corrected in the end: corrections may correct corrections."""
    seen = {invoice.number}
    while invoice.corrects in invoices and invoice.corrects not in seen:
        invoice = invoices[invoice.corrects]
        seen.add(invoice.number)
    return invoice
