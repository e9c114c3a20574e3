"""Free texts of sellers: notes, attachment, and readings found in them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A key and a value of DodatkowyOpis; `line` is the number of the line it is about, or 0."""

    key: str
    value: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class MeterReading:
    """Readings of one meter from notes or attachment, as written, with a decimal point."""

    serial: str = ""
    previous: str = ""
    current: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the attachment. A row may have fewer cells than there are columns."""

    title: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the attachment: facts, paragraphs, tables."""

    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
