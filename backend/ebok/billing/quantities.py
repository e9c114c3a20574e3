"""Parsers of quantities, unit prices and readings: numbers with more decimals than money.

`1,234` is a usual quantity of cubic metres, but 1234 where commas separate thousands. It is read as
a decimal only if another value of the file has shown that the decimal sign is the comma (see
`dialect.DialectDetector`). Until then no value with a sign is accepted.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from ebok.billing import excel, numerals
from ebok.billing.columns_text import BatchReader, Reader, Unfit, destroyed_number
from ebok.billing.dialect import Dialect
from ebok.billing.numerals import NEVER
from ebok.languages import say as _

NUMBER = re.compile(rf"(-?)({numerals.GROUPED}|\d{{1,12}})(?:([.,])(\d+))?", re.ASCII)
LONGEST = 40
QUANTITY_DECIMALS = 6
# A grosz is a hundredth of a złoty, and prices are stored in millionths of a grosz.
PRICE_DECIMALS = 8
NumberReader = Callable[[str], int | None]
LARGEST = 10**18
"""Fits into a column of eight bytes, as does the sum of nine such values."""


def quantity(dialect: Dialect) -> NumberReader:
    """A parser of quantities; returns millionths, or None if empty."""
    message = _("expected a quantity like 12%(sign)s345, at most 6 decimals", sign=_sign(dialect))
    return _reader(dialect, QUANTITY_DECIMALS, message)


def unit_price(dialect: Dialect) -> NumberReader:
    """A parser of prices in złoty; returns millionths of a grosz, or None if empty."""
    message = _("expected a price like 4%(sign)s8235, at most 8 decimals", sign=_sign(dialect))
    return _reader(dialect, PRICE_DECIMALS, message, numerals.plain_sum)


def reading(dialect: Dialect) -> Reader:
    """A parser of meter readings in cubic metres; returns litres."""
    sign = _sign(dialect)
    message = _("expected a reading like 1234 or 1234%(sign)s567", sign=sign)
    read = _reader(dialect, QUANTITY_DECIMALS, message)
    message = _(
        "expected a reading like 1234 or 1234%(sign)s567, in whole litres, not negative", sign=sign
    )

    def read_litres(value: str) -> int:
        millionths = read(value)
        if millionths is None or millionths < 0 or millionths % 1000:
            raise Unfit(message)
        return millionths // 1000

    return read_litres


BY_DIALECT = (quantity, unit_price, reading)


def batch(by_dialect: Callable[[Dialect], Reader], dialect: Dialect) -> BatchReader | None:
    """A parser of a batch of quantities or prices: those in the plain form are converted
    together."""
    if by_dialect is quantity:
        read, decimals = quantity(dialect), QUANTITY_DECIMALS
    elif by_dialect is unit_price:
        read, decimals = unit_price(dialect), PRICE_DECIMALS
    else:
        return None
    sign = dialect.decimal
    whole = 18 - decimals
    plain = rf"(?:-?\d{{1,{whole}}}(?:{re.escape(sign) or NEVER}\d{{1,{decimals}}})?\n)+"
    are_plain = re.compile(plain, re.ASCII).fullmatch

    def read_all(values: list[str]) -> list[int | None]:
        lines = "\n".join([*values, ""])
        # A value with a line end in it would become two.
        if not are_plain(lines) or lines.count("\n") != len(values):
            return list(map(read, values))
        return [int(Decimal(v).scaleb(decimals)) for v in lines.replace(sign or ",", ".").split()]

    return read_all


def _sign(dialect: Dialect) -> str:
    return dialect.decimal or ","


def _reader(
    dialect: Dialect, decimals: int, message: str, plain: Callable[[str], str] = numerals.plain
) -> NumberReader:
    sign = dialect.decimal

    def read(value: str) -> int | None:
        if not value:
            return None
        match = len(value) <= LONGEST and NUMBER.fullmatch(plain(value))
        part = numerals.without_zeros((match[4] or "") if match else "", decimals)
        if not match or (match[3] and match[3] != sign) or len(part) > decimals:
            raise Unfit(destroyed_number() if excel.is_scientific(value) else message)
        minus, whole = match[1], match[2]
        digits = re.sub(r"\D", "", whole) + part.ljust(decimals, "0")
        if int(digits) >= LARGEST:
            raise Unfit(message)
        return -int(digits) if minus else int(digits)

    return read
