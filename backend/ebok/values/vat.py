"""Rates of VAT as FA(3) writes them (TStawkaPodatku): "8", "zw", "np I"; "OSS 21.5" abroad."""

import re
from fractions import Fraction
from functools import cache

TAXED = ("23", "22", "8", "7", "5", "4", "3")
FREE = ("0 KR", "0 WDT", "0 EX", "zw", "oo", "np I", "np II")
"""Rates without VAT."""
MARGIN = "marża"
"""The invoice states no VAT: the seller taxes the margin (VAT act, art. 106e ust. 2 and 3)."""
ABROAD = "OSS "


@cache
def percent(rate: str) -> Fraction | None:
    """A rate as a number: 8 for "8", 0 for "zw" or "0 KR", 43/2 for "OSS 21.5"; None for ""."""
    if not rate:
        return None
    digits = re.match(r"\d+(?:[.,]\d+)?", rate.removeprefix(ABROAD))
    return Fraction(digits[0].replace(",", ".")) if digits else Fraction(0)
