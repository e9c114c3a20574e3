"""Numbers in each language's own way, written as Babel writes them (a test compares them).

Babel reads its pattern and its data anew for each number, which takes thirty times as long, and one
invoice has dozens.
"""

from decimal import Decimal
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

MINUS = "\u2212"


@cache
def signs(language: str) -> tuple[str, str]:
    """What parts thousands, and what parts decimals."""
    return get_group_symbol(language), get_decimal_symbol(language)


def decimal(value: Decimal, language: str, least: int = 0, most: int = 8) -> str:
    """A number with as many decimals as it has, but at least and at most so many."""
    whole, _, decimals = f"{abs(value):,.{most}f}".partition(".")
    group, point = signs(language)
    decimals = decimals.rstrip("0").ljust(least, "0")
    written = whole.replace(",", group) + (point + decimals if decimals else "")
    return f"{MINUS}{written}" if value < 0 else written
