"""NIP, the ten digits of a Polish tax number, and foreign tax numbers."""

import re

from stdnum.pl import nip

FOREIGN = re.compile(r"(?!PL)[A-Z]{2}(?=[A-Z]*\d)[0-9A-Z]{2,13}", re.ASCII)
"""With the country's letters in front, as EU VAT numbers."""
DIGITS = re.compile(r"\d{10}", re.ASCII)


def is_somebodys(digits: str) -> bool:
    """Whether ten digits can be a NIP.

    Ten equal digits pass the check digit by chance, and are refused.
    """
    return bool(DIGITS.fullmatch(digits)) and nip.is_valid(digits) and len(set(digits)) > 1
