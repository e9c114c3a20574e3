"""How much water the lines of an invoice bill: told from sewage, which bills the same cubic metres.

Only lines counted in cubic metres are looked at. Of these, by the words of their names:

1. rain water (*opadowe, roztopowe, deszczowe*) is never water used;
2. lines that name water and no sewage are added up: several of them are steps of a tariff, a change
   of price within the period, or several meters;
3. where there is none, lines that name both (*Woda i ścieki*);
4. where there is none, of lines that name neither the largest, once: two lines of the same quantity
   are water and the sewage that it became.

An invoice of sewage alone bills no water that we know of: None, not zero.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ebok.invoices.lines import is_cubic_metres
from ebok.rounding import rounded

MILLIONTHS_IN_A_LITRE = 1000
RAIN = re.compile(r"opadow|roztop|deszcz")
SEWAGE = re.compile(r"sciek|kanaliz|nieczyst|sewage|wastewater")
WATER = re.compile(r"wod|water")


@dataclass(frozen=True)
class Line:
    """What of a line tells the water that it bills; the quantity in millionths of its unit."""

    name: str
    unit: str
    quantity_millionths: int | None
    before_correction: bool = False


def litres(lines: Sequence[Line]) -> int | None:
    """Whole litres of water that these lines of one document bill; None where they bill none.

    A correction may show lines as they stood before: those are taken off again.
    """
    now = _millionths([line for line in lines if not line.before_correction])
    before = _millionths([line for line in lines if line.before_correction])
    if now is None and before is None:
        return None
    return rounded(Fraction((now or 0) - (before or 0), MILLIONTHS_IN_A_LITRE))


def _millionths(lines: list[Line]) -> int | None:
    counted = [
        (_folded(line.name), line.quantity_millionths)
        for line in lines
        if line.quantity_millionths is not None and is_cubic_metres(line.unit)
    ]
    counted = [(name, quantity) for name, quantity in counted if not RAIN.search(name)]
    water = [(name, quantity) for name, quantity in counted if WATER.search(name)]
    pure = [quantity for name, quantity in water if not SEWAGE.search(name)]
    if water:
        return sum(pure or [quantity for _name, quantity in water])
    unnamed = [quantity for name, quantity in counted if not SEWAGE.search(name)]
    return max(unnamed, key=abs, default=None)


def _folded(text: str) -> str:
    """Without case and marks: ś is s."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
