"""Finds meter numbers and readings in notes and attachments, where FA(3) has no fields for them.

Sellers write them as they like. What is not recognised stays a note: nothing is guessed, nothing is
lost.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ebok.ksef.notes import Block, MeterReading, Note, Table

METER = r"(?:wodomierz|licznik|podlicznik|ciep[łl]omierz|przep[łl]ywomierz)\w*"
SERIAL_KEY = re.compile(
    rf"(?:(?:nr|numer|nr\.)\s+(?:\w+\s+)?{METER}|{METER}(?:\s+\w+)*?(?:\s+(?:nr|numer)\.?)?)[.:]?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"(?:nr\.?|numer)?\s*((?=\S*\d)[A-Z0-9][A-Z0-9/-]*)", re.IGNORECASE)
SERIAL_IN_TEXT = re.compile(
    rf"{METER}[^:]*?\b(?:nr|numer)\.?:?\s*([A-Z0-9][A-Z0-9/-]*)", re.IGNORECASE
)
READING_WORD = r"(?:stan|odczyt|wskazani[ea])"
PREVIOUS = re.compile(
    rf"(?=.*{READING_WORD})(?=.*(?:poprzedni|pocz[ąa]tkow|star[ey]))", re.IGNORECASE
)
CURRENT = re.compile(
    rf"(?=.*{READING_WORD})(?=.*(?:bie[żz][ąa]c|obecn|aktualn|ko[ńn]cow|now[ey]))", re.IGNORECASE
)
NOT_A_READING = re.compile(r"\b(?:dat[ay]|dzie[ńn]|spos[óo]b|rodzaj|typ)\b", re.IGNORECASE)
VALUE = re.compile(
    r"(\d{1,3}(?:[ \u00a0]\d{3})+|\d{1,9})(?:([.,])(\d{1,6}))?(?:\s*m\s?(?:3|³|sześc\.?))?",
    re.ASCII | re.IGNORECASE,
)


OTHERS = re.compile(r"\b(?:energ\w*|[kM]?Wh|[GM]J|gaz\w*|ciep[łl]omierz\w*)\b", re.IGNORECASE)
"""Words of other utilities: their meters do not measure water."""


def readings(notes: tuple[Note, ...], blocks: tuple[Block, ...]) -> tuple[MeterReading, ...]:
    """One reading for each meter, in the order of the file; from the notes, else from the
    attachment."""
    found = list(_of_pairs((note.line, note.key, note.value) for note in notes))
    if not found:
        found = [reading for block in blocks for reading in _of_block(block)]
    return tuple(dict.fromkeys(found))


def _of_block(block: Block) -> Iterator[MeterReading]:
    if OTHERS.search(" ".join(_texts(block))):
        return
    tables = [reading for table in block.tables for reading in _of_table(table)]
    yield from tables or _of_pairs((0, key, value) for key, value in block.facts)


def _texts(block: Block) -> Iterator[str]:
    yield block.title
    for pair in block.facts:
        yield from pair
    for table in block.tables:
        yield table.title
        yield from (name for name, _kind in table.columns)
        yield from (row[0] for row in table.rows)


def _of_pairs(pairs: Iterable[tuple[int, str, str]]) -> Iterator[MeterReading]:
    """A new meter begins at each new line, and at a field that the current meter has already."""
    meter: dict[str, str] = {}
    at = None
    for line, key, value in pairs:
        name, text = _parse_pair(key, value)
        if not name:
            continue
        if line != at or name in meter:
            yield from _reading_of(meter)
            meter, at = {}, line
        meter[name] = text
    yield from _reading_of(meter)


def _reading_of(meter: dict[str, str]) -> Iterator[MeterReading]:
    # A number without readings, or with one of two, is a meter, too.
    if meter:
        yield MeterReading(**meter)


def _parse_pair(key: str, value: str) -> tuple[str, str]:
    """The field that a key means, and its value; ("", "") unless both are clear."""
    name = _field_of_key(key)
    if name == "serial":
        match = SERIAL.fullmatch(value)
        return _field_or_nothing(name, match[1] if match else "")
    return _field_or_nothing(name, _number(value) if name else "")


@lru_cache(1000)
def _field_of_key(key: str) -> str:
    """The field of MeterReading that a key means, or "". A seller uses few keys."""
    if NOT_A_READING.search(key):
        return ""
    if PREVIOUS.match(key):
        return "previous"
    if CURRENT.match(key):
        return "current"
    return "serial" if SERIAL_KEY.fullmatch(key) else ""


def _field_or_nothing(name: str, text: str) -> tuple[str, str]:
    return (name, text) if text else ("", "")


def _number(text: str) -> str:
    """A reading with a decimal point; "" for `1.234`, which may be a thousand or a decimal."""
    match = VALUE.fullmatch(text)
    if not match:
        return ""
    whole, sign, part = match.groups()
    if sign == "." and len(part) == 3 and len(whole) <= 3:
        return ""
    return re.sub(r"\D", "", whole) + (f".{part}" if part else "")


def _of_table(table: Table) -> Iterator[MeterReading]:
    """Readings of a table with columns of previous and current readings.

    The meter's number is in a column of its own, or in a row above.
    """
    places = {name: _place(table, name) for name in ("previous", "current", "serial")}
    if places["previous"] is None or places["current"] is None:
        return
    serial = ""
    for row in table.rows:
        heading = SERIAL_IN_TEXT.search(row[0])
        serial = heading[1] if heading else serial
        values = {name: _cell(row, place) for name, place in places.items()}
        previous, current = _number(values["previous"]), _number(values["current"])
        if previous and current:
            own = SERIAL.fullmatch(values["serial"])
            yield MeterReading(own[1] if own else serial, previous, current)


def _place(table: Table, name: str) -> int | None:
    """Index of the table's column that means this field, or None."""
    names = [_field_of_key(column) for column, _ in table.columns]
    return names.index(name) if name in names else None


def _cell(row: tuple[str, ...], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
