"""NIP: the ten digits of a Polish tax number."""

import re

from stdnum.pl import nip

DIGITS = re.compile(r"\d{10}", re.ASCII)


def is_somebodys(digits: str) -> bool:
    """Whether these ten bare digits can be somebody's.

    Ten equal digits pass the check digit by chance, and are nobody's.
    """
    return bool(DIGITS.fullmatch(digits)) and nip.is_valid(digits) and len(set(digits)) > 1
