"""Formatted figures of a line, such as "10 m³ × 4,82 zł"."""

from typing import TypedDict

from ebok.invoices.models import InvoiceLine
from ebok.ksef import texts_figures as figures
from ebok.ksef.invoice import Line
from ebok.languages import gettext as _


class LineInWords(TypedDict):
    """Formatted figures of a line; "" where the line has none."""

    quantity: str
    """With its unit."""
    price: str
    each: str
    """Both in one phrase."""


def phrases(line: InvoiceLine | Line) -> LineInWords:
    """Quantity, price, and both together."""
    much = f"{figures.quantity(line.quantity_millionths)}\u00a0{line.unit}".strip("\u00a0 ")
    quantity = "" if line.quantity_millionths is None else much
    price = figures.price(line.unit_net_microgrosze)
    price = price and f"{price}\u00a0zł"
    each = quantity or price
    if quantity and price:
        each = _("%(amount)s at %(price)s", amount=quantity, price=price)
    return {"quantity": quantity, "price": price, "each": each}
