"""The structured attachment (Zalacznik): facts, paragraphs and tables, as utilities write them."""

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.notes import Block, Table


def attachment(branch: ElementReader) -> tuple[Block, ...]:
    """Zalacznik, in the order of the file."""
    return branch.branches("BlokDanych", _block)


def _block(branch: ElementReader) -> Block:
    return Block(
        title=branch.text("ZNaglowek"),
        facts=branch.branches("MetaDane", _fact),
        paragraphs=branch.branch("Tekst", lambda text: text.texts("Akapit")) or (),
        tables=branch.branches("Tabela", _table),
    )


def _fact(branch: ElementReader) -> tuple[str, str]:
    key = branch.text("ZKlucz") or branch.text("TKlucz")
    return key, branch.text("ZWartosc") or branch.text("TWartosc")


def _table(branch: ElementReader) -> Table:
    return Table(
        title=branch.text("Opis"),
        facts=branch.branches("TMetaDane", _fact),
        columns=branch.branch("TNaglowek", lambda header: header.branches("Kol", _column)),
        rows=branch.branches("Wiersz", lambda row: row.texts("WKom")),
        totals=branch.branch("Suma", lambda row: row.texts("SKom")) or (),
    )


def _column(branch: ElementReader) -> tuple[str, str]:
    """A column's name and type: date, datetime, dec, int, time or txt."""
    return branch.text("NKom"), branch.element.get("Typ")
