"""What has no end is cut, and it is said."""

from documents.papers import pdf, text_of
from ebok.ksef.texts_blocks import MOST_LINES, MOST_ROWS
from ksef.faktura import el, els, faktura, line
from ksef.shown import on_one_database, page, section


@on_one_database
def test_attachment_without_end_is_cut_and_says_so(visitor, issued):
    rows = "".join(el("Wiersz", el("WKom", n)) for n in range(900))
    head = el("TNaglowek", f'<Kol Typ="int">{el("NKom", "Lp")}</Kol>')
    block = el(
        "BlokDanych", el("MetaDane", els(ZKlucz="a", ZWartosc="b")), el("Tabela", head, rows)
    )
    answer = page(visitor, issued(faktura(attachment=el("Zalacznik", block * 3))))
    blocks = section(answer, "attachment")["blocks"]
    [left] = blocks[-1]["paragraphs"]
    assert left.startswith("Dalszy ciąg jest w")
    count = sum(len(b["facts"]) + len((b["table"] or {"rows": []})["rows"]) for b in blocks)
    assert count == MOST_ROWS


@on_one_database
def test_lines_without_end_are_cut_on_both_and_it_is_said(visitor, issued):
    lines = "".join(
        line(n, P_7=f"Pozycja {n}", P_11="1", P_12="8") for n in range(1, MOST_LINES + 3)
    )
    invoice = issued(faktura(lines=lines))
    answer = page(visitor, invoice)
    assert len(answer["lines"]) == MOST_LINES
    [left] = section(answer, "beyond")["blocks"][0]["paragraphs"]
    assert left.startswith("Dalszy ciąg jest w")
    told = text_of(pdf(visitor, invoice))
    assert " ".join(left.split()) in told
    assert f"Pozycja {MOST_LINES} " in told
    assert f"Pozycja {MOST_LINES + 1} " not in told
