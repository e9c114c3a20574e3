"""Formats numbers in each language exactly as Babel does (a test compares them).

Babel parses its pattern for each number, which takes thirty times as long, and an invoice has
dozens.
"""

from decimal import Decimal
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

MINUS = "\u2212"


@cache
def signs(language: str) -> tuple[str, str]:
    """The separators of thousands and of decimals."""
    return get_group_symbol(language), get_decimal_symbol(language)


def decimal(value: Decimal, language: str, least: int = 0, most: int = 8) -> str:
    """A number with its decimals, at least `least` and at most `most`."""
    whole, _, decimals = f"{abs(value):,.{most}f}".partition(".")
    group, point = signs(language)
    decimals = decimals.rstrip("0").ljust(least, "0")
    written = whole.replace(",", group) + (point + decimals if decimals else "")
    return f"{MINUS}{written}" if value < 0 else written
