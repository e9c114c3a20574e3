"""Factories of water invoices and corrections, and their JSON."""

from datetime import date

from cast import Customer, add_invoice, add_line
from ebok.invoices.models import Invoice
from visitor import Visitor

OCTOBER = {
    "issued_on": date(2026, 11, 6),
    "period_from": date(2026, 10, 1),
    "period_to": date(2026, 10, 31),
}
SEPTEMBER = {
    "issued_on": date(2026, 10, 6),
    "period_from": date(2026, 9, 1),
    "period_to": date(2026, 9, 30),
}


def shown(visitor: Visitor, invoice: Invoice) -> dict:
    return visitor.get(f"/api/invoices/{invoice.public_id}")["invoice"]


def bill(customer: Customer, cubic_metres: int, price: int, **columns) -> Invoice:
    """An invoice for water at this net price in grosze, and a month's subscription."""
    net, vat = cubic_metres * price + 620, 0
    vat = round((cubic_metres * price) * 0.08) + round(620 * 0.08)
    sums = {"net_grosze": net, "vat_grosze": vat, "gross_grosze": net + vat}
    invoice = add_invoice(customer.code, customer.name, **sums, **columns)
    quantity = {"quantity_millionths": cubic_metres * 10**6, "net_grosze": cubic_metres * price}
    add_line(invoice, 1, unit_net_microgrosze=price * 10**6, **quantity)
    add_line(
        invoice,
        2,
        name="Opłata abonamentowa",
        unit="mies.",
        quantity_millionths=10**6,
        unit_net_microgrosze=620 * 10**6,
        net_grosze=620,
    )
    return invoice


def change(invoice: Invoice, gross: int, day: int, reason: str = "", **columns) -> Invoice:
    """A correction of it, issued on this day of December."""
    told = {"kind": "correction", "corrects": invoice.number, "correction_reason": reason}
    return add_invoice(
        invoice.customer_code,
        "Anna",
        gross_grosze=gross,
        issued_on=date(2026, 12, day),
        **told | columns,
    )
