"""Figures of an invoice as text; missing ones are ""."""

import re
from datetime import date, datetime
from decimal import Decimal

from babel.numbers import get_decimal_symbol
from flask_babel import get_locale

from ebok import languages
from ebok.pdf import templates
from ebok.values import money, nrb

PLAIN = re.compile(r"[+-]?\d+\.\d+", re.ASCII)


def zloty(grosze: int | None) -> str:
    """A sum with its currency."""
    return "" if grosze is None else money.zloty(grosze)


def number(grosze: int | None) -> str:
    """A sum for a column whose heading has the currency."""
    return "" if grosze is None else money.number(grosze)


def quantity(millionths: int | None) -> str:
    """A quantity with as many decimals as it has."""
    return "" if millionths is None else templates.decimal(Decimal(millionths).scaleb(-6))


def price(microgrosze: int | None) -> str:
    """A unit price in złoty, without its currency."""
    return "" if microgrosze is None else templates.price(Decimal(microgrosze).scaleb(-8))


def percent(plain: str) -> str:
    """A percentage as in the file."""
    return f"{written(plain)}%" if plain else ""


def day(value: date | None) -> str:
    """A day with the month in words."""
    return templates.day(value) if value else ""


def short_day(value: date | None) -> str:
    """A day for a column."""
    return templates.short_day(value) if value else ""


def account(bare: str) -> str:
    """An account in groups of four digits."""
    return nrb.grouped(bare)


def period(first: date, last: date) -> str:
    """Two days, without repeating what they share."""
    return templates.period(first, last)


def moment(written: str) -> str:
    """An instant of the file: day and hour."""
    if not written:
        return ""
    return languages.moment(datetime.fromisoformat(written))


def written(cell: str) -> str:
    """A figure in a seller's table, with the current language's decimal sign."""
    if not PLAIN.fullmatch(cell):
        return cell
    return cell.replace(".", get_decimal_symbol(get_locale())).replace("-", money.MINUS)
