"""The lines of an invoice, put together by what they bill, and reckoned exactly."""

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
    """All lines of an invoice for one thing: their gross in grosze, exact, and their quantity.

    `kind` is "use", "fixed", "corrections", "interest" or "one_off"; `quantity` None where one of
    the lines has none.
    """

    kind: str
    name: str
    gross: Fraction
    quantity: Fraction | None


def things(invoice: Invoice, lines: Iterable[InvoiceLine]) -> dict[tuple[str, str], Thing]:
    """What an invoice bills, by kind and name. A line without any amount is left out."""
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
    """Which kind of `Thing` a line is."""
    return CAUSES[kinds.kind_of(line.name, line.unit)]


def gross_of(line: InvoiceLine, invoice: Invoice) -> Fraction | None:
    """A line's gross in grosze, exact; None where nothing says it."""
    if line.gross_grosze is not None:
        return Fraction(line.gross_grosze)
    net = net_of(line)
    return None if net is None else net * _factor(line.vat_rate, invoice)


def net_of(line: InvoiceLine) -> Fraction | None:
    """A line's net in grosze, reckoned from price and quantity where it is not given."""
    if line.net_grosze is not None:
        return Fraction(line.net_grosze)
    if line.quantity_millionths is None or line.unit_net_microgrosze is None:
        return None
    exact = Fraction(line.quantity_millionths * line.unit_net_microgrosze, MILLION**2)
    return Fraction(rounded(exact))


def quantity_of(line: InvoiceLine) -> Fraction | None:
    """How much of its unit a line bills."""
    millionths = line.quantity_millionths
    return None if millionths is None else Fraction(millionths, MILLION)


def _factor(vat_rate: str, invoice: Invoice) -> Fraction:
    factor = _factor_of(vat_rate)
    if factor is not None:
        return factor
    # No rate on the line: that of the invoice as a whole.
    whole = invoice.net_grosze
    return Fraction(invoice.gross_grosze, whole) if whole else Fraction(1)


@cache
def _factor_of(vat_rate: str) -> Fraction | None:
    rate = percent(vat_rate)
    return None if rate is None else 1 + rate / 100


def _name(line: InvoiceLine) -> str:
    # The same thing under another name, where a tariff renames it.
    return kinds.service_of(line.name) or _words(line.name)


@lru_cache(4096)
def _words(name: str) -> str:
    """The name without what makes no difference; a town's tariff has a few dozen names."""
    return " ".join(name_words(name))


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other
