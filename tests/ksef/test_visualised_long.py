"""An attachment as long as may be shown is printed whole, and what is beyond is cut and said."""

import pytest

from documents.papers import pdf
from ebok.ksef.texts_blocks import MOST_CELLS, MOST_ROWS
from ksef.faktura import el, els, faktura
from ksef.shown import page, section

WIDE = 20
"""Columns of a table, at most."""


def attachment(rows: int, columns: int) -> str:
    """Tables of a thousand rows."""
    kinds = ("txt", *["dec"] * (columns - 1))
    head = "".join(f'<Kol Typ="{kind}">{el("NKom", f"K{n}")}</Kol>' for n, kind in enumerate(kinds))
    meta = el("MetaDane", els(ZKlucz="a", ZWartosc="b"))
    tables = []
    for begin in range(0, rows, 1000):
        made = "".join(
            el("Wiersz", el("WKom", f"Punkt-{row}"), *(el("WKom", row) for _ in kinds[1:]))
            for row in range(begin, min(begin + 1000, rows))
        )
        tables.append(el("BlokDanych", meta, el("Tabela", el("TNaglowek", head), made)))
    return el("Zalacznik", *tables)


@pytest.mark.shows("P10")
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_longest_attachment_that_is_shown_is_printed(visitor, issued):
    """Takes 16 s of a processor: nothing of it is the database's."""
    columns = MOST_CELLS // MOST_ROWS
    # The facts above the tables are rows, too.
    rows = MOST_ROWS - 2
    paper = pdf(visitor, issued(faktura(attachment=attachment(rows, columns))))
    # To read all sixty sheets takes a third as long as to make them. What was cut is said behind
    # the last row, which stands on the last but one at the earliest.
    told = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages[-2:]).split())
    assert f"Punkt-{rows - 1} " in told
    assert "Dalszy ciąg" not in told


def test_wide_table_is_cut_where_its_cells_are_too_many(visitor, issued):
    answer = page(visitor, issued(faktura(attachment=attachment(900, WIDE))))
    blocks = section(answer, "attachment")["blocks"]
    shown = [row for block in blocks for row in (block["table"] or {"rows": []})["rows"]]
    assert len(shown) == MOST_CELLS // WIDE
    assert blocks[-1]["paragraphs"][0].startswith("Dalszy ciąg jest w")
