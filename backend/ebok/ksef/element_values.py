"""Parsers of the texts of elements.

The schema has checked each text, but too loosely: digits may be of any script, spaces and signs are
free in collapsed types, and numbers may be larger than the database can store.
"""

import re
from datetime import date
from decimal import Decimal

from stdnum import iban

from ebok.languages import say as _
from ebok.values import nrb

NUMBER = re.compile(r"([+-]?)(\d{1,13})(?:\.(\d{1,8}))?", re.ASCII)
SPACES = re.compile(r"[ \t\r\n]+")
DECIMALS_OF_MONEY = 2
DECIMALS_OF_QUANTITY = 6
DECIMALS_OF_PRICE = 8
LONGEST_INTEGER = 18
LARGEST = 2**63 - 1


class Unfit(ValueError):
    """A value that cannot be stored; the message says what is expected."""


def collapsed(text: str | None) -> str:
    """A text as XML Schema's `token`: trimmed, with single spaces."""
    if not text:
        return ""
    # Nearly all are as they should be, and seeing so is faster.
    plain = text.isprintable() and "  " not in text
    return (text if plain else SPACES.sub(" ", text)).strip(" ")


def scaled(text: str, decimals: int) -> int:
    """A decimal number in units of its last decimal: 1.5 with 2 decimals is 150."""
    match = NUMBER.fullmatch(text)
    if not match or len(match[3] or "") > decimals:
        raise Unfit(
            _(
                "expected a number with at most 13 digits and %(decimals)s decimals",
                decimals=decimals,
            )
        )
    number = int(match[2] + (match[3] or "").ljust(decimals, "0"))
    if number > LARGEST:
        raise Unfit(_("expected a number that a ledger can hold"))
    return -number if match[1] == "-" else number


def grosze(text: str) -> int:
    """Złoty with up to 2 decimals, in grosze."""
    return scaled(text, DECIMALS_OF_MONEY)


def millionths(text: str) -> int:
    """A quantity with up to 6 decimals, in millionths."""
    return scaled(text, DECIMALS_OF_QUANTITY)


def microgrosze(text: str) -> int:
    """A price in złoty with up to 8 decimals, in millionths of a grosz."""
    return scaled(text, DECIMALS_OF_PRICE)


def percent(text: str) -> str:
    """A rate without sign and trailing zeros: +21.00 is 21."""
    return f"{Decimal(text).normalize():f}"


def day(text: str) -> date:
    """A day, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unfit(_("expected a date like 2026-12-31")) from None


def integer(text: str) -> int:
    """A whole number; `+1` and `01` are 1."""
    if len(text) > LONGEST_INTEGER:
        raise Unfit(_("expected a whole number of at most %(most)s digits", most=LONGEST_INTEGER))
    return int(text)


def flag(text: str) -> bool:
    """1 is yes, 2 is no."""
    return text == "1" or integer(text) == 1


def account(text: str) -> str:
    """An account number: 26 digits of a Polish one, or a foreign IBAN; mod 97 is checked.

    Source: ISO 13616. The schema accepts any 10 to 34 characters.
    """
    bare = nrb.bare(text)
    is_foreign = not nrb.NRB.fullmatch(bare) and bare.isascii() and iban.is_valid(bare)
    if not is_foreign and not nrb.is_right(bare):
        raise Unfit(
            _("expected an account number of 26 digits, or an IBAN, with right check digits")
        )
    return bare
