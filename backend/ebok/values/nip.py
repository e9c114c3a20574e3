"""NIP: the ten digits of a Polish tax number; and the numbers of other countries."""

import re

from stdnum.pl import nip

FOREIGN = re.compile(r"(?!PL)[A-Z]{2}(?=[A-Z]*\d)[0-9A-Z]{2,13}", re.ASCII)
"""With the letters of the country in front, as the VAT numbers of the EU."""
DIGITS = re.compile(r"\d{10}", re.ASCII)


def is_somebodys(digits: str) -> bool:
    """Whether these ten bare digits can be somebody's.

    Ten equal digits pass the check digit by chance, and are nobody's.
    """
    return bool(DIGITS.fullmatch(digits)) and nip.is_valid(digits) and len(set(digits)) > 1
