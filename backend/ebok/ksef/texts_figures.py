"""Figures of an invoice as text; a sum or day that the file does not tell is nothing."""

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
    """A sum for a column whose head says the currency."""
    return "" if grosze is None else money.number(grosze)


def quantity(millionths: int | None) -> str:
    """A quantity with as many decimals as it has."""
    return "" if millionths is None else templates.decimal(Decimal(millionths).scaleb(-6))


def price(microgrosze: int | None) -> str:
    """A unit price in złoty, without its currency."""
    return "" if microgrosze is None else templates.price(Decimal(microgrosze).scaleb(-8))


def percent(plain: str) -> str:
    """A percentage as the file has it; nothing for nothing."""
    return f"{written(plain)}%" if plain else ""


def day(value: date | None) -> str:
    """A day in words."""
    return templates.day(value) if value else ""


def short_day(value: date | None) -> str:
    """A day for a column."""
    return templates.short_day(value) if value else ""


def account(bare: str) -> str:
    """An account in groups of four."""
    return nrb.grouped(bare)


def period(first: date, last: date) -> str:
    """Two days, with what they share told once."""
    return templates.period(first, last)


def moment(written: str) -> str:
    """An instant as the file has it: its day and hour, or nothing."""
    if not written:
        return ""
    return languages.moment(datetime.fromisoformat(written))


def written(cell: str) -> str:
    """A figure that a seller wrote in a table: as it stands, with the reader's decimal sign."""
    if not PLAIN.fullmatch(cell):
        return cell
    return cell.replace(".", get_decimal_symbol(get_locale())).replace("-", money.MINUS)
