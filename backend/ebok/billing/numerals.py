"""Normalizes numbers and dates of real exports where they are unambiguous."""

import re

MINUS = "\u2212"
SPACES = "[ \u00a0\u2009\u202f]"
"""Characters that separate thousands: spaces, no-break and thin spaces."""

GROUPED = rf"\d{{1,3}}(?:{SPACES}\d{{3}})+"
_SIGNED = re.compile(rf"([-{MINUS}]?){SPACES}*(\d.*?){SPACES}*([-{MINUS}]?)", re.ASCII)
_CURRENCY = re.compile(rf"{SPACES}*(?:zł|PLN)(?=[-{MINUS}]?$)", re.IGNORECASE)

_TIME_OF_ZEROS = re.compile(r"(?:[ T]+0?0:00(?::00(?:[.,]0+)?)?Z?)?", re.ASCII)
_YEAR = r"(?P<y>(?:19|20)\d\d)"

NEVER = "(?!)"
DAYS = {
    # Before a date has shown its form none is parsed: guesses might change within a file.
    "": re.compile(NEVER),
    "iso": re.compile(rf"{_YEAR}-(?P<m>\d\d?)-(?P<d>\d\d?){_TIME_OF_ZEROS.pattern}", re.ASCII),
    "dotted": re.compile(rf"(?P<d>\d\d?)\.(?P<m>\d\d?)\.{_YEAR}{_TIME_OF_ZEROS.pattern}", re.ASCII),
    "compact": re.compile(rf"{_YEAR}(?P<m>\d\d)(?P<d>\d\d){_TIME_OF_ZEROS.pattern}", re.ASCII),
}
"""Forms of a date; a time of zeros, which databases append, may follow. `1/2/2026` is ambiguous and
has none."""


def plain(value: str) -> str:
    """A number with its minus as a leading hyphen: `100,00-` and `−100,00` become `-100,00`."""
    # Nearly all are plain, and seeing so is faster.
    if value.isascii() and value[-1:].isdigit() and value[:2] != "- ":
        return value
    match = _SIGNED.fullmatch(value)
    if not match or (match[1] and match[3]):
        return value
    return f"-{match[2]}" if match[1] or match[3] else match[2]


def plain_sum(value: str) -> str:
    """A sum without its currency: `100,00 zł`, `100,00 PLN-`."""
    return plain(value if value[-1:].isdigit() else _CURRENCY.sub("", value))


def without_zeros(decimals: str, most: int) -> str:
    """Decimals without zeros beyond the first `most`: databases write `100,5000`."""
    return decimals[:most] + decimals[most:].rstrip("0")
