"""Parts of a visualisation: texts in the current language, ready to show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

MOST_ROWS = 2000
"""Rows of an order, notes and attachment that are shown: forty pages of a PDF. A file may have
10,000 notes; the rest is in the file."""

MOST_CELLS = 12_000
"""Cells of their tables: so many take 16 s and 400 MB to render."""

MOST_LINES = 500
"""Invoice lines that are shown. 2,000 took longer to render than a PDF may; a file may have
10,000."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """Columns are (name, whether it holds figures); each row has a cell for every column."""

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A part of a section; facts are (label, value). Any of its parts may be missing."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Pair, ...] = ()
    table: Table | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it has no content."""
        return not (self.paragraphs or self.facts or self.table)


@dataclass(frozen=True)
class Section:
    """A part of the invoice with a heading; `key` is its name for templates."""

    key: str
    title: str
    blocks: tuple[Block, ...]


def section(key: str, title: str, *blocks: Block | None) -> Section | None:
    """A section of the blocks that are not empty; None if all are."""
    kept = tuple(block for block in blocks if block and not block.is_empty)
    return Section(key, title, kept) if kept else None


def facts(*pairs: Pair) -> tuple[Pair, ...]:
    """The pairs that have a value."""
    return tuple(pair for pair in pairs if pair[1])


def table(columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> Table | None:
    """A table of these rows without empty columns; None without rows."""
    found = [tuple(row) for row in rows]
    if not found:
        return None
    kept = [place for place, _ in enumerate(columns) if any(row[place] for row in found)]
    return Table(
        tuple(columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in found),
    )


def more_in_file() -> str:
    """The sentence shown in place of omitted rows."""
    return _("There is more in the XML file of this invoice, which you can download.")


def bounded(blocks: Iterable[Block], left: str) -> Iterator[Block]:
    """The blocks up to `MOST_ROWS` rows and `MOST_CELLS` cells in all, then one with the sentence
    `left`."""
    rows, cells = MOST_ROWS, MOST_CELLS
    for block in blocks:
        room = min(rows, cells // _width(block) + _text_rows(block))
        size = _text_rows(block) + (len(block.table.rows) if block.table else 0)
        if size > room:
            yield _cut(block, room)
            yield Block(paragraphs=(left,))
            return
        rows -= size
        cells -= (size - _text_rows(block)) * _width(block)
        yield block


def _text_rows(block: Block) -> int:
    return len(block.facts) + len(block.paragraphs)


def _width(block: Block) -> int:
    return len(block.table.columns) if block.table and block.table.columns else 1


def _cut(block: Block, room: int) -> Block:
    kept = replace(block, facts=block.facts[:room], paragraphs=block.paragraphs[:room])
    room -= len(kept.facts) + len(kept.paragraphs)
    if not block.table or room <= 0:
        return replace(kept, table=None)
    return replace(kept, table=replace(block.table, rows=block.table.rows[:room], totals=()))
