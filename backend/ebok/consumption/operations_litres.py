"""How much water the lines of an invoice bill.

Which line is water is decided in `invoices/operations_kinds.py`. Lines of water, and of water with
its sewage, are added up: several of them are steps of a tariff, a change of price within the
period, or several meters. Where there is none, the largest of the lines in cubic metres that name
nothing counts, once: two lines of the same quantity are water and the sewage that it became.

An invoice of sewage alone bills no water that we know of: None, not zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ebok.invoices.operations_kinds import BOTH, METERED, WATER, kind_of
from ebok.values.rounding import rounded

MILLIONTHS_IN_A_LITRE = 1000


@dataclass(frozen=True)
class Line:
    """What of a line tells the water that it bills; the quantity in millionths of its unit."""

    name: str
    unit: str
    quantity_millionths: int | None
    before_correction: bool = False


def litres(lines: Sequence[Line], is_correction: bool = False) -> int | None:
    """Whole litres of water that these lines of one document bill; None where they bill none.

    A correction may show lines as they stood before: those are taken off again.
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
