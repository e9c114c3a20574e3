"""Sums of grosze in each language's format: 1 234,56 zł.

The API has `{grosze, text}`: the browser shows the text and calculates with the grosze.
"""

from ebok.values import language
from ebok.values.figures import MINUS, signs


def zloty(grosze: int, spoken: str = "") -> str:
    """A sum with its currency, joined by a no-break space."""
    return f"{number(grosze, spoken)}\u00a0zł"


def shown(grosze: int | None, spoken: str = "") -> dict | None:
    """A sum as the API has it, in the language `spoken`, else in that of the request."""
    return None if grosze is None else {"grosze": grosze, "text": zloty(grosze, spoken)}


def shown_change(grosze: int) -> dict:
    """A change of a sum as the API has it: + 13,02 zł, − 4,32 zł."""
    sign = MINUS if grosze < 0 else "+"
    return {"grosze": grosze, "text": f"{sign}\u00a0{zloty(abs(grosze))}"}


def plain(grosze: int) -> str:
    """A sum with its currency and plain spaces, for text that people search and copy."""
    return zloty(grosze).replace("\u00a0", " ")


def number(grosze: int, spoken: str = "") -> str:
    """A sum without currency, with two decimals."""
    group, point = signs(spoken or language.in_use())
    whole, rest = divmod(abs(grosze), 100)
    amount = f"{whole:,}".replace(",", group) + f"{point}{rest:02}"
    return f"{MINUS}{amount}" if grosze < 0 else amount
