"""Sums: how they are rounded, and how people read them: 1 234,56 zł, in each language's own way.

`frontend/scripts/sums.js` writes them alike in the browser.
"""

from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal
from flask_babel import get_locale

MINUS = "\u2212"


def rounded(exact: Fraction) -> int:
    """The nearest whole, a half away from zero. Source: VAT act art. 106e ust. 11."""
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole


def zloty(grosze: int) -> str:
    """A sum with its currency, which a line's end does not part."""
    return f"{number(grosze)}\u00a0zł"


def number(grosze: int) -> str:
    """A sum without its currency, always with two decimals."""
    amount = format_decimal(Decimal(abs(grosze)) / 100, "#,##0.00", locale=get_locale())
    return f"{MINUS}{amount}" if grosze < 0 else amount
