"""Column widths of tables on a page, and splitting of tables that are too wide.

No word may be cut, and a table stays whole if possible: columns are as wide as their longest word,
and the rest goes to long texts.
"""

from dataclasses import dataclass, replace
from typing import Any

from ebok.ksef.texts_blocks import Block, Table

ROOM = 96
"""Characters of 8.5 pt across an A4 page, without space between columns."""
BETWEEN = 2
LONGEST_TEXT = 40
"""Characters after which a text is wrapped anyway."""


@dataclass(frozen=True)
class Part:
    """A table, or the columns of one that fit a page, with widths in percent."""

    table: Table
    widths: tuple[float, ...]


def parts(block: Block) -> list[Part]:
    """The block's table, or parts that fit a page, each with the first column."""
    if not block.table:
        return []
    least, most = _sizes(block.table)
    found = _split(least)
    return [_part(block.table, places, least, most) for places in found]


def _split(least: list[int]) -> list[tuple[int, ...]]:
    found, at = [], 1
    while at < len(least) or not found:
        places, used = [0], least[0]
        while at < len(least) and (len(places) == 1 or used + least[at] <= ROOM):
            places.append(at)
            used += least[at]
            at += 1
        found.append(tuple(places))
    return found


def _sizes(table: Table) -> tuple[list[int], list[int]]:
    """Minimum width of each column so that no word breaks, and preferred width; in characters."""
    rows = [row for row in (*table.rows, table.totals) if any(row[1:])] or list(table.rows)
    least, most = [], []
    for place, (name, is_figure) in enumerate(table.columns):
        cells = [row[place] for row in rows if row]
        # Figures never break; of texts the longest word counts.
        words = name.split() + [
            word for cell in cells for word in ([cell] if is_figure else cell.split())
        ]
        least.append(min(max(map(len, words), default=1), LONGEST_TEXT) + BETWEEN)
        longest = max(map(len, [*cells, ""])) + BETWEEN
        most.append(max(least[-1], min(longest, LONGEST_TEXT)))
    return least, most


def _part(table: Table, places: tuple[int, ...], least: list[int], most: list[int]) -> Part:
    def chosen(cells: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(cells[place] for place in places)

    room = max(ROOM, sum(chosen(tuple(least))))
    spare = room - sum(chosen(tuple(least)))
    wanted = sum(most[place] - least[place] for place in places)
    share = min(1, spare / wanted) if wanted else 0
    sizes = [least[place] + share * (most[place] - least[place]) for place in places]
    # Rounded down, so that the sum never exceeds 100 %.
    widths = tuple(int(10_000 * size / sum(sizes)) / 100 for size in sizes)
    totals = chosen(table.totals) if table.totals else ()
    columns, rows = chosen(table.columns), tuple(map(chosen, table.rows))
    return Part(replace(table, columns=columns, rows=rows, totals=totals), widths)
