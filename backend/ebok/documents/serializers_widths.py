"""How wide the columns of a table are on a sheet, and where a table is too wide for one.

A word must not be cut in two, and a table stay whole where it can: the columns of a table whose
widths are fixed are as wide as their longest words want, and what is left goes to the long texts.
"""

from dataclasses import dataclass, replace

from ebok.ksef.texts_blocks import Block, Table

ROOM = 96
"""Characters of 8.5 pt that a sheet of A4 has room for, less what is between the columns."""
BETWEEN = 2
LONGEST_TEXT = 40
"""Characters beyond which a text breaks into lines as well."""


@dataclass(frozen=True)
class Part:
    """A table, or its columns that go on a sheet; percents of the width, one a column."""

    table: Table
    widths: tuple[float, ...]


def parts(block: Block) -> list[Part]:
    """The block's table, or parts of it for which a sheet has room, each with the first column."""
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
    """What each column needs so that no word breaks, and what it would like; in characters."""
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
    def chosen(cells: tuple) -> tuple:
        return tuple(cells[place] for place in places)

    room = max(ROOM, sum(chosen(tuple(least))))
    spare = room - sum(chosen(tuple(least)))
    wanted = sum(most[place] - least[place] for place in places)
    share = min(1, spare / wanted) if wanted else 0
    sizes = [least[place] + share * (most[place] - least[place]) for place in places]
    # Never above 100 in all, which would go beyond the margin.
    widths = tuple(int(10_000 * size / sum(sizes)) / 100 for size in sizes)
    totals = chosen(table.totals) if table.totals else ()
    columns, rows = chosen(table.columns), tuple(map(chosen, table.rows))
    return Part(replace(table, columns=columns, rows=rows, totals=totals), widths)
