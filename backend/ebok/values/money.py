"""Sums for people: whole grosze as 1 234,56 zł, in each language's own way, everywhere the same.

What the API gives is `{grosze, text}`: the browser shows the words, and reckons with the grosze.
"""

from functools import cache

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol
from flask_babel import get_locale

MINUS = "\u2212"


def zloty(grosze: int, locale: Locale | None = None) -> str:
    """A sum with its currency, which a line's end does not part."""
    return f"{number(grosze, locale)}\u00a0zł"


def shown(grosze: int | None, locale: Locale | None = None) -> dict | None:
    """A sum as the API gives it. To look up the request's `locale` takes two thirds of the time."""
    return None if grosze is None else {"grosze": grosze, "text": zloty(grosze, locale)}


def shown_change(grosze: int) -> dict:
    """A change of a sum as the API gives it: + 13,02 zł, − 4,32 zł."""
    sign = MINUS if grosze < 0 else "+"
    return {"grosze": grosze, "text": f"{sign}\u00a0{zloty(abs(grosze))}"}


def plain(grosze: int) -> str:
    """A sum with its currency for plain text that people search and copy: with plain spaces."""
    return zloty(grosze).replace("\u00a0", " ")


def number(grosze: int, locale: Locale | None = None) -> str:
    """A sum without its currency, always with two decimals."""
    group, point = _signs(locale or get_locale())
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
