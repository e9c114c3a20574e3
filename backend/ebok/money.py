"""Sums for people: whole grosze as 1 234,56 zł, in each language's own way, everywhere the same.

`frontend/scripts/sums.js` writes them alike in the browser.
"""

from decimal import Decimal

from babel.numbers import format_decimal
from flask_babel import get_locale

MINUS = "\u2212"


def zloty(grosze: int) -> str:
    """A sum with its currency, which a line's end does not part."""
    return f"{number(grosze)}\u00a0zł"


def number(grosze: int) -> str:
    """A sum without its currency, always with two decimals."""
    amount = format_decimal(Decimal(abs(grosze)) / 100, "#,##0.00", locale=get_locale())
    return f"{MINUS}{amount}" if grosze < 0 else amount
