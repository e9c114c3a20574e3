"""Sums for people: whole grosze as 1 234,56 zł, in each language's own way, everywhere the same.

`frontend/scripts/sums.js` writes them alike in the browser.
"""

from functools import cache

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol
from flask_babel import get_locale

MINUS = "\u2212"


def zloty(grosze: int) -> str:
    """A sum with its currency, which a line's end does not part."""
    return f"{number(grosze)}\u00a0zł"


def plain(grosze: int) -> str:
    """A sum with its currency for plain text that people search and copy: with plain spaces."""
    return zloty(grosze).replace("\u00a0", " ")


def number(grosze: int) -> str:
    """A sum without its currency, always with two decimals."""
    group, point = _signs(get_locale())
    whole, rest = divmod(abs(grosze), 100)
    amount = f"{whole:,}".replace(",", group) + f"{point}{rest:02}"
    return f"{MINUS}{amount}" if grosze < 0 else amount


@cache
def _signs(locale: Locale) -> tuple[str, str]:
    """What parts thousands, and what parts grosze.

    Babel's own formatting reads its pattern and its data for each sum, which takes twenty times as
    long: a mail to a whole town shows two.
    """
    return get_group_symbol(locale), get_decimal_symbol(locale)
