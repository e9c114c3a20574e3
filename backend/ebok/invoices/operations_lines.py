"""Groups the lines of an invoice by what they bill, with exact amounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from ebok.invoices import operations_kinds as kinds
from ebok.invoices.models import Invoice, InvoiceLine
from ebok.values.names import name_words
from ebok.values.rounding import rounded
from ebok.values.vat import percent

MILLION = 1_000_000
CAUSES = {
    **dict.fromkeys(kinds.USE, "use"),
    kinds.SUBSCRIPTION: "fixed",
    kinds.CORRECTION: "corrections",
    kinds.INTEREST: "interest",
    kinds.OTHER: "one_off",
}
"""What a kind of line can change a sum by: see `Thing`."""


@dataclass(frozen=True)
class Thing:
    """All lines of an invoice that bill the same: their exact gross in grosze, and quantity.

    `kind` is "use", "fixed", "corrections", "interest" or "one_off"; `quantity` is None if a line
    has none.
    """

    kind: str
    name: str
    gross: Fraction
    quantity: Fraction | None


def things(invoice: Invoice, lines: Iterable[InvoiceLine]) -> dict[tuple[str, str], Thing]:
    """(kind, name) -> Thing; lines without any amount are left out."""
    found: dict[tuple[str, str], Thing] = {}
    for line in lines:
        gross = gross_of(line, invoice)
        if gross is None:
            continue
        key = cause_of(line), _name(line)
        quantity = quantity_of(line)
        if known := found.get(key):
            gross, quantity = known.gross + gross, _sum(known.quantity, quantity)
        found[key] = Thing(*key, gross, quantity)
    return found


def cause_of(line: InvoiceLine) -> str:
    """The kind of `Thing` that a line belongs to."""
    return CAUSES[kinds.kind_of(line.name, line.unit)]


def gross_of(line: InvoiceLine, invoice: Invoice) -> Fraction | None:
    """A line's exact gross in grosze; None if it cannot be computed."""
    if line.gross_grosze is not None:
        return Fraction(line.gross_grosze)
    net = net_of(line)
    return None if net is None else net * _factor(line.vat_rate, invoice)


def net_of(line: InvoiceLine) -> Fraction | None:
    """A line's exact net in grosze, if need be price times quantity; None if unknown."""
    if line.net_grosze is not None:
        return Fraction(line.net_grosze)
    if line.quantity_millionths is None or line.unit_net_microgrosze is None:
        return None
    exact = Fraction(line.quantity_millionths * line.unit_net_microgrosze, MILLION**2)
    return Fraction(rounded(exact))


def quantity_of(line: InvoiceLine) -> Fraction | None:
    """A line's quantity in its unit, or None."""
    millionths = line.quantity_millionths
    return None if millionths is None else Fraction(millionths, MILLION)


def _factor(vat_rate: str, invoice: Invoice) -> Fraction:
    factor = _factor_of(vat_rate)
    if factor is not None:
        return factor
    # No rate on the line: derive it from the invoice's totals.
    whole = invoice.net_grosze
    return Fraction(invoice.gross_grosze, whole) if whole else Fraction(1)


@cache
def _factor_of(vat_rate: str) -> Fraction | None:
    rate = percent(vat_rate)
    return None if rate is None else 1 + rate / 100


def _name(line: InvoiceLine) -> str:
    # A new tariff may rename the same service.
    return kinds.service_of(line.name) or _words(line.name)


@lru_cache(4096)
def _words(name: str) -> str:
    """The name's significant words, cached: a tariff has a few dozen names."""
    return " ".join(name_words(name))


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other
