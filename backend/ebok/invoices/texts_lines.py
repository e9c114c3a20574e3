"""The figures of an invoice's line in words: 10 m³ at 4,82 zł."""

from typing import Protocol

from ebok.ksef import texts_figures as figures
from ebok.languages import gettext as _


class Priced(Protocol):
    """A line of billing's, or of a file from KSeF."""

    unit: str
    quantity_millionths: int | None
    unit_net_microgrosze: int | None


def phrases(line: Priced) -> dict[str, str]:
    """Quantity, price, and both in one phrase; "" for what the line does not say."""
    much = f"{figures.quantity(line.quantity_millionths)}\u00a0{line.unit}".strip("\u00a0 ")
    quantity = "" if line.quantity_millionths is None else much
    price = figures.price(line.unit_net_microgrosze)
    price = price and f"{price}\u00a0zł"
    each = quantity or price
    if quantity and price:
        each = _("%(amount)s at %(price)s", amount=quantity, price=price)
    return {"quantity": quantity, "price": price, "each": each}
