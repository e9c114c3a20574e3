"""What a visualisation is built of. Everything is text in the reader's language, ready to show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

MOST_ROWS = 2000
"""Rows of an order, of notes and of attachments that are shown: forty pages of a PDF. The file may
have 10000 of notes alone; who needs the rest has the file."""

MOST_CELLS = 12_000
"""Of their tables, for what a sheet costs is its cells: so many take 16 s and 400 MB."""

MOST_LINES = 500
"""Lines that are shown. A PDF of 2000 took longer than a sheet may on a busy machine, and none came
of it; a file may have 10000."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """Columns are a name and whether they hold figures; each row has a cell for every column."""

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A part of a section: facts are a label and a value; each part of it may be missing."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Pair, ...] = ()
    table: Table | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not (self.paragraphs or self.facts or self.table)


@dataclass(frozen=True)
class Section:
    """A part of the invoice with a heading; `key` names it for a template."""

    key: str
    title: str
    blocks: tuple[Block, ...]


def section(key: str, title: str, *blocks: Block | None) -> Section | None:
    """A section of the blocks that say something; None where none does."""
    kept = tuple(block for block in blocks if block and not block.is_empty)
    return Section(key, title, kept) if kept else None


def facts(*pairs: Pair) -> tuple[Pair, ...]:
    """The pairs that have a value."""
    return tuple(pair for pair in pairs if pair[1])


def table(columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> Table | None:
    """A table of these rows, without the columns that are empty in all; None without a row."""
    found = [tuple(row) for row in rows]
    if not found:
        return None
    kept = [place for place, _ in enumerate(columns) if any(row[place] for row in found)]
    return Table(
        tuple(columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in found),
    )


def said_left() -> str:
    """What stands where rows are left out."""
    return _("There is more in the XML file of this invoice, which you can download.")


def bounded(blocks: Iterable[Block], left: str) -> Iterator[Block]:
    """The blocks up to `MOST_ROWS` rows and `MOST_CELLS` cells in all; then one that says what was
    `left` out."""
    rows, cells = MOST_ROWS, MOST_CELLS
    for block in blocks:
        room = min(rows, cells // _width(block) + _said(block))
        size = _said(block) + (len(block.table.rows) if block.table else 0)
        if size > room:
            yield _cut(block, room)
            yield Block(paragraphs=(left,))
            return
        rows -= size
        cells -= (size - _said(block)) * _width(block)
        yield block


def _said(block: Block) -> int:
    return len(block.facts) + len(block.paragraphs)


def _width(block: Block) -> int:
    return len(block.table.columns) if block.table and block.table.columns else 1


def _cut(block: Block, room: int) -> Block:
    shown = replace(block, facts=block.facts[:room], paragraphs=block.paragraphs[:room])
    room -= len(shown.facts) + len(shown.paragraphs)
    if not block.table or room <= 0:
        return replace(shown, table=None)
    return replace(shown, table=replace(block.table, rows=block.table.rows[:room], totals=()))
