"""Online payments that billing has not booked yet: on their way, or lost.

Billing does not know orders. A payment of the same amount, not older, and not for another invoice
counts as the order's; an invoice also counts as booked once its outstanding amount has fallen by
the ordered amount.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ebok.database import all_rows, placeholders
from ebok.invoices.models import Invoice
from ebok.invoices.operations_states import day_of
from ebok.payments.models import OrderedInvoice, PaymentOrder

ON_THE_WAY = timedelta(days=14)
"""How long booking may take after the operator's confirmation."""
ASKED_AFTER = timedelta(days=90)
"""How long pages mention a payment that never arrived."""
BOOKED = """
SELECT customer_code, booked_on, amount_grosze, invoice_number FROM payment
WHERE customer_code IN ({codes}) AND booked_on >= {0} ORDER BY booked_on, payment_id
"""

Outstanding = dict[tuple[str, str], int]
"""(customer code, invoice number) -> outstanding grosze, if not 0."""


@dataclass(frozen=True)
class Unbooked:
    """A paid order that is not booked, with the amount for each invoice.

    `rest_grosze` belongs to no particular invoice and covers the oldest. If `is_lost`, the money
    never arrived and covers nothing.
    """

    order: PaymentOrder
    parts: dict[str, int]
    rest_grosze: int
    is_lost: bool


def of_customers(
    codes: Collection[str], outstanding: Outstanding, moment: datetime
) -> dict[str, list[Unbooked]]:
    """Paid orders of each customer that billing has not booked, oldest first."""
    orders = PaymentOrder.paid_since(codes, moment - ASKED_AFTER)
    if not orders:
        return {}
    ordered, payments = OrderedInvoice.of_orders(orders), _payments(orders)
    found: dict[str, list[Unbooked]] = {}
    for order in orders:
        code = order.account.customer_code
        # Also for orders already booked: each payment is matched to one order only.
        is_booked = _is_booked(order, ordered[order.id], payments.get(code, []))
        unbooked = _unbooked(order, ordered[order.id], outstanding, moment)
        if unbooked and not is_booked:
            found.setdefault(code, []).append(unbooked)
    return found


def _unbooked(
    order: PaymentOrder, ordered: list[OrderedInvoice], outstanding: Outstanding, moment: datetime
) -> Unbooked | None:
    """The order with what is still outstanding of its invoices; None if nothing is."""
    code = order.account.customer_code
    parts = {
        row.invoice_number: row.amount_grosze
        for row in ordered
        if outstanding.get((code, row.invoice_number), 0)
        > max(0, row.outstanding_grosze - row.amount_grosze)
    }
    rest = max(0, order.amount_grosze - sum(row.amount_grosze for row in ordered))
    is_lost = order.told_at <= moment - ON_THE_WAY
    return Unbooked(order, parts, rest, is_lost) if parts or rest else None


def _payments(orders: list[PaymentOrder]) -> dict[str, list[list[Any]]]:
    """Customer code -> payments booked since the first of these orders."""
    codes = list({order.account.customer_code for order in orders})
    since = min(day_of(order.told_at) for order in orders)
    rows = all_rows(BOOKED.replace("{codes}", placeholders(codes)), *codes, str(since))
    found: dict[str, list[list[Any]]] = {}
    for code, booked_on, grosze, number in rows:
        on = Invoice.due_on.python_value(booked_on)
        found.setdefault(code, []).append([on, int(grosze), number])
    return found


def _is_booked(
    order: PaymentOrder, ordered: list[OrderedInvoice], payments: list[list[Any]]
) -> bool:
    """Whether a payment matches the order; it is removed from `payments`."""
    numbers = {"", *(row.invoice_number for row in ordered)}
    since = day_of(order.told_at)
    for payment in payments:
        booked_on, grosze, number = payment
        is_its = not ordered or number in numbers
        if is_its and grosze == order.amount_grosze and booked_on >= since:
            payments.remove(payment)
            return True
    return False
