"""Amounts of grosze in each language's format: 1 234,56 zł.

The API has `{grosze, text}`: the browser shows the text and calculates with the grosze.
"""

from typing import TypedDict, overload

from ebok.values import language
from ebok.values.figures import MINUS, signs


class Money(TypedDict):
    """An amount in whole grosze, with its text in the reader's language."""

    grosze: int
    text: str


def zloty(grosze: int, lang: str = "") -> str:
    """An amount with its currency, joined by a no-break space."""
    return f"{number(grosze, lang)}\u00a0zł"


@overload
def as_json(grosze: int, lang: str = "") -> Money: ...
@overload
def as_json(grosze: int | None, lang: str = "") -> Money | None: ...
def as_json(grosze: int | None, lang: str = "") -> Money | None:
    """The API form of an amount: in `lang`, by default the language of the request."""
    return None if grosze is None else {"grosze": grosze, "text": zloty(grosze, lang)}


def change_as_json(grosze: int) -> Money:
    """The API form of a difference: + 13,02 zł, − 4,32 zł."""
    sign = MINUS if grosze < 0 else "+"
    return {"grosze": grosze, "text": f"{sign}\u00a0{zloty(abs(grosze))}"}


def plain(grosze: int) -> str:
    """An amount with its currency and plain spaces, for text that people search and copy."""
    return zloty(grosze).replace("\u00a0", " ")


def number(grosze: int, lang: str = "") -> str:
    """An amount without currency, with two decimals."""
    group, point = signs(lang or language.in_use())
    whole, rest = divmod(abs(grosze), 100)
    amount = f"{whole:,}".replace(",", group) + f"{point}{rest:02}"
    return f"{MINUS}{amount}" if grosze < 0 else amount
