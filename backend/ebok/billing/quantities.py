"""Quantities, unit prices and readings: numbers with more decimals than a sum of money has.

`1,234` is a usual quantity of cubic metres, and one thousand two hundred and thirty-four where a
comma sets thousands apart. It is read as a decimal only when another value of the file has shown
that its decimal sign is the comma (see `dialect.Evidence`): thousands are then never set apart by
one. Until that is shown, no value with a sign is read here.
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
# A grosz is a hundredth of a złoty, and prices are kept in millionths of it.
PRICE_DECIMALS = 8
LARGEST = 10**18
"""What a column of eight bytes holds, and a sum of nine such values too."""


def quantity(dialect: Dialect) -> Reader:
    """A reader of quantities, given as whole millionths; None when there is none."""
    message = _("expected a quantity like 12%(sign)s345, at most 6 decimals", sign=_sign(dialect))
    return _reader(dialect, QUANTITY_DECIMALS, message)


def unit_price(dialect: Dialect) -> Reader:
    """A reader of prices in złoty, given as whole millionths of a grosz; None for none."""
    message = _("expected a price like 4%(sign)s8235, at most 8 decimals", sign=_sign(dialect))
    return _reader(dialect, PRICE_DECIMALS, message, numerals.plain_sum)


def reading(dialect: Dialect) -> Reader:
    """A reader of what a meter shows in cubic metres, given as whole litres."""
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


SHAPES = (quantity, unit_price, reading)


def batch(shape: Callable[[Dialect], Reader], dialect: Dialect) -> BatchReader | None:
    """A reader of a batch of quantities or prices; those in the plain form need no taking apart."""
    decimals = {quantity: QUANTITY_DECIMALS, unit_price: PRICE_DECIMALS}.get(shape)
    if not decimals:
        return None
    read, sign = shape(dialect), dialect.decimal
    whole = 18 - decimals
    plain = rf"(?:-?\d{{1,{whole}}}(?:{re.escape(sign) or NEVER}\d{{1,{decimals}}})?\n)+"
    are_plain = re.compile(plain, re.ASCII).fullmatch

    def read_all(values: list[str]) -> list[int | None]:
        lines = "\n".join([*values, ""])
        # A value with a line's end in it would be two.
        if not are_plain(lines) or lines.count("\n") != len(values):
            return list(map(read, values))
        return [int(Decimal(v).scaleb(decimals)) for v in lines.replace(sign or ",", ".").split()]

    return read_all


def _sign(dialect: Dialect) -> str:
    return dialect.decimal or ","


def _reader(
    dialect: Dialect, decimals: int, message: str, plain: Callable[[str], str] = numerals.plain
) -> Reader:
    sign = dialect.decimal

    def read(value: str) -> int | None:
        if not value:
            return None
        match = len(value) <= LONGEST and NUMBER.fullmatch(plain(value))
        part = numerals.without_zeros((match[4] or "") if match else "", decimals)
        if not match or (match[3] and match[3] != sign) or len(part) > decimals:
            raise Unfit(destroyed_number() if excel.is_power(value) else message)
        minus, whole = match[1], match[2]
        digits = re.sub(r"\D", "", whole) + part.ljust(decimals, "0")
        if int(digits) >= LARGEST:
            raise Unfit(message)
        return -int(digits) if minus else int(digits)

    return read
