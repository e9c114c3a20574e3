"""The structured attachment (Zalacznik): facts, paragraphs and tables."""

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.notes import Block, Table


def attachment(reader: ElementReader) -> tuple[Block, ...]:
    """The blocks of Zalacznik, in the order of the file."""
    return reader.each_child("BlokDanych", _block)


def _block(reader: ElementReader) -> Block:
    return Block(
        title=reader.text("ZNaglowek"),
        facts=reader.each_child("MetaDane", _fact),
        paragraphs=reader.child("Tekst", lambda text: text.texts("Akapit")) or (),
        tables=reader.each_child("Tabela", _table),
    )


def _fact(reader: ElementReader) -> tuple[str, str]:
    key = reader.text("ZKlucz") or reader.text("TKlucz")
    return key, reader.text("ZWartosc") or reader.text("TWartosc")


def _table(reader: ElementReader) -> Table:
    return Table(
        title=reader.text("Opis"),
        facts=reader.each_child("TMetaDane", _fact),
        columns=reader.required_child("TNaglowek", lambda head: head.each_child("Kol", _column)),
        rows=reader.each_child("Wiersz", lambda row: row.texts("WKom")),
        totals=reader.child("Suma", lambda row: row.texts("SKom")) or (),
    )


def _column(reader: ElementReader) -> tuple[str, str]:
    """A column's name and type: date, datetime, dec, int, time or txt."""
    return reader.text("NKom"), reader.element.get("Typ", "")
