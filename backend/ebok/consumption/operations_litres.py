"""Water billed by the lines of an invoice.

`invoices/operations_kinds.py` decides which line is water. Lines of water, and of water with
sewage, are added up: they are steps of a tariff, a change of price, or several meters. Without any,
the largest line in cubic metres with no other meaning counts once: two lines of equal quantity are
water and its sewage. An invoice of sewage alone bills an unknown use: None, not zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ebok.invoices.operations_kinds import BOTH, METERED, WATER, kind_of
from ebok.values.rounding import rounded

MILLIONTHS_IN_A_LITRE = 1000


@dataclass(frozen=True)
class Line:
    """The columns of a line that decide its water; the quantity in millionths of its unit."""

    name: str
    unit: str
    quantity_millionths: int | None
    before_correction: bool = False


def litres(lines: Sequence[Line], is_correction: bool = False) -> int | None:
    """Litres of water that the lines of one document bill; None if they bill none.

    Lines from before a correction are subtracted.
    """
    now = _millionths([line for line in lines if not line.before_correction], is_correction)
    before = _millionths([line for line in lines if line.before_correction], is_correction)
    if now is None and before is None:
        return None
    return rounded(Fraction((now or 0) - (before or 0), MILLIONTHS_IN_A_LITRE))


def _millionths(lines: list[Line], is_correction: bool) -> int | None:
    counted = [
        (kind_of(line.name, line.unit, is_correction), line.quantity_millionths)
        for line in lines
        if line.quantity_millionths is not None
    ]
    water = [quantity for kind, quantity in counted if kind in (WATER, BOTH)]
    if water:
        return sum(water)
    unnamed = [quantity for kind, quantity in counted if kind == METERED]
    return max(unnamed, key=abs, default=None)
