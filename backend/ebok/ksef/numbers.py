"""KSeF numbers: their checksum, and how the number of a file is found.

An FA(3) file does not contain its own number: KSeF assigns it after receiving the file. Source:
CIRFMF/ksef-docs, numer KSeF.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO

from ebok.ksef.errors import Fault, Refused
from ebok.languages import say as _

NUMBER = re.compile(r"\d{10}-\d{8}-[0-9A-F]{12}-[0-9A-F]{2}", re.ASCII)
KSEF_1 = re.compile(r"\d{10}-(\d{8})-[0-9A-F]{6}-?[0-9A-F]{6}-[0-9A-F]{2}", re.ASCII)
"""A number of KSeF 1: 36 characters, or 35 with another checksum.

How that was calculated is not published: the maintainers call it intended (CIRFMF/ksef-docs, issue
55), and no CRC-8, sum or hash of any form of the published numbers yields it.
"""

KSEF_1_DAYS = ("20220101", "20260131")
"""First and last day of KSeF 1's numbers; KSeF 2 began the day after."""

IN_A_NAME = re.compile(rf"(?<![0-9A-Z])(?:{KSEF_1.pattern})(?![0-9A-Z])", re.ASCII | re.IGNORECASE)
LONGEST_LINE = 10_000
MOST_NUMBERS = 200_000
COLUMNS = ("file", "ksef_number")


def _crc8_of(byte: int) -> int:
    for _bit in range(8):
        byte = (byte << 1 ^ 0x07) & 0xFF if byte & 0x80 else byte << 1
    return byte


CRC8 = tuple(map(_crc8_of, range(256)))


def crc8(characters: str) -> int:
    """CRC-8 with polynomial 0x07 and initial value 0, the checksum of KSeF numbers."""
    crc = 0
    for byte in characters.encode("ascii"):
        crc = CRC8[crc ^ byte]
    return crc


def is_valid(number: str) -> bool:
    """Whether it is a KSeF 2 number, in capital letters, with a correct checksum."""
    return bool(NUMBER.fullmatch(number)) and int(number[-2:], 16) == crc8(number[:32])


def is_from_ksef_1(number: str) -> bool:
    """Whether it is a number of KSeF 1, whose checksum cannot be verified.

    It is stored as text: KSeF 2's verification link works for its own numbers only.
    """
    match = KSEF_1.fullmatch(number)
    first, last = KSEF_1_DAYS
    return bool(match) and first <= match[1] <= last and not is_valid(number)


def is_known(number: str) -> bool:
    """Whether it is a number of KSeF 2 or KSeF 1."""
    return is_valid(number) or is_from_ksef_1(number)


def may_belong(number: str, issued_on: str) -> bool:
    """Whether an invoice issued on this day (YYYY-MM-DD) may have this number, or none.

    KSeF 1 numbered invoices until its last day. Without this check a KSeF 2 number with two wrong
    characters, one in its day, would pass for one of KSeF 1.
    """
    return not number or is_valid(number) or issued_on.replace("-", "") <= KSEF_1_DAYS[1]


def day_of(number: str) -> date:
    """The day in a number; date.max if it is invalid."""
    try:
        return date.fromisoformat(number[11:19])
    except ValueError:
        return date.max


def expected_for_day() -> str:
    """What is expected in place of a number that KSeF 1 cannot have assigned."""
    return _(
        "expected a KSeF number with a right checksum: only invoices issued until 31 January 2026 "
        "have one of KSeF 1"
    )


def find(file_name: str, companion: dict[str, str], seller_nip: str) -> str:
    """The KSeF number of a file, from its name or from ksef.csv; "" if neither has one.

    Raises Refused if they differ, a checksum is wrong, or the number is another seller's.
    """
    named = [match[0].upper() for match in IN_A_NAME.finditer(file_name)]
    listed = companion.get(file_name.lower(), "")
    found = sorted({*named, listed} - {""})
    if len(found) > 1:
        expected = _("expected one KSeF number, but those in the file's name and ksef.csv differ")
        raise Refused(Fault(value=" ".join(found), expected=expected))
    return _checked(found[0], seller_nip) if found else ""


def _expected() -> str:
    return _("expected a KSeF number of 35 characters with a right checksum")


def _checked(number: str, seller_nip: str) -> str:
    if not is_known(number):
        raise Refused(Fault(value=number, expected=_expected()))
    if number[:10] != seller_nip:
        expected = _(
            "expected a KSeF number that begins with the seller's NIP %(nip)s", nip=seller_nip
        )
        raise Refused(Fault(value=number, expected=expected))
    return number


def read_companion(opened: Callable[[], BinaryIO]) -> dict[str, str]:
    """Read ksef.csv: KSeF numbers by file name in lower case.

    Columns `file` and `ksef_number` in any order, others are ignored. Raises Refused with the line.
    """
    try:
        return _read_text(io.TextIOWrapper(opened(), "utf-8-sig", newline=""))
    except UnicodeDecodeError:
        # Not UTF-8, so CP1250: only file names can contain non-ASCII characters.
        return _read_text(io.TextIOWrapper(opened(), "cp1250", "replace", newline=""))


def _read_text(text: io.TextIOWrapper) -> dict[str, str]:
    with text:
        first = text.readline(LONGEST_LINE)
        rows = csv.reader(_lines(first, text), delimiter=_separator(first), strict=True)
        return _read_rows(rows)


def _read_rows(rows: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        places = _column_indexes(next(rows, []))
        for row in rows:
            if any(map(str.strip, row)):
                _add_row(found, row, places, rows.line_num)
                if len(found) > MOST_NUMBERS:
                    expected = _("expected at most %(most)s lines", most=MOST_NUMBERS)
                    raise Refused(Fault(expected=expected))
    except csv.Error:
        expected = _("cannot be read as CSV: a quote is missing, or a line is too long")
        raise Refused(Fault(rows.line_num, expected=expected)) from None
    return found


def _lines(first: str, text: io.TextIOWrapper) -> Iterator[str]:
    line, number = first, 1
    while line:
        if len(line) >= LONGEST_LINE:
            expected = _("cannot be read as CSV: a quote is missing, or a line is too long")
            raise Refused(Fault(number, expected=expected))
        yield line
        line, number = text.readline(LONGEST_LINE), number + 1


def _separator(header: str) -> str:
    return max(";,\t", key=header.count)


def _column_indexes(header: list[str]) -> tuple[int, int]:
    names = [name.strip().lower() for name in header]
    if any(names.count(column) != 1 for column in COLUMNS):
        found = ";".join(header)
        expected = _("expected the columns %(columns)s", columns=", ".join(COLUMNS))
        raise Refused(Fault(1, value=found, expected=expected))
    return names.index(COLUMNS[0]), names.index(COLUMNS[1])


def _add_row(found: dict[str, str], row: list[str], places: tuple[int, int], line: int) -> None:
    if len(row) <= max(places):
        raise Refused(Fault(line, expected=_("expected a file and its KSeF number")))
    file, number = (row[place].strip() for place in places)
    # Folders are dropped: a bundle identifies its files by name only.
    file, number = re.split(r"[/\\]", file.lower())[-1], number.upper()
    if not is_known(number):
        raise Refused(Fault(line, "ksef_number", number, _expected()))
    if found.setdefault(file, number) != number:
        expected = _("expected each file once, or the same number")
        raise Refused(Fault(line, "file", file, expected))
