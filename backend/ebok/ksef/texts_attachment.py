"""Sections of notes, attachment and footer."""

from collections.abc import Iterator

from flask_babel import gettext as _

from ebok.ksef import texts_figures as figures
from ebok.ksef.invoice import FaInvoice
from ebok.ksef.notes import Block as Part, Table as Written
from ebok.ksef.texts_blocks import Block, Section, Table, bounded, more_in_file, section, table

FIGURES = ("dec", "int")
REGISTERS = {"KRS": "KRS", "REGON": "REGON", "BDO": "BDO"}


def notes(invoice: FaInvoice) -> Section | None:
    """DodatkowyOpis."""
    columns = ((_("Line"), True), (_("Kind of information"), False), (_("Note"), False))
    rows = [(str(note.line or ""), note.key, note.value) for note in invoice.notes]
    blocks = bounded([Block(table=table(columns, rows))] if rows else [], more_in_file())
    return section("notes", _("Additional description"), *blocks)


def attachment(invoice: FaInvoice) -> Section | None:
    """Zalacznik: facts, paragraphs and tables, in the order of the file."""
    parts = (block for part in invoice.attachment for block in _blocks(part))
    return section("attachment", _("Attachment"), *bounded(parts, more_in_file()))


def footer(invoice: FaInvoice) -> Section | None:
    """Stopka."""
    names = REGISTERS | {"PelnaNazwa": _("Full name")}
    registers = tuple((names[name], value) for name, value in invoice.registers)
    return section("footer", _("Footer"), Block("", invoice.footer, registers))


def _blocks(part: Part) -> Iterator[Block]:
    yield Block(part.title, part.paragraphs, part.facts)
    yield from map(_table, part.tables)


def _table(written: Written) -> Block:
    columns = tuple((name, kind in FIGURES) for name, kind in written.columns)
    rows = tuple(_cells(row, columns) for row in written.rows)
    totals = _cells(written.totals, columns) if written.totals else ()
    return Block(
        "", (written.title,) if written.title else (), written.facts, Table(columns, rows, totals)
    )


def _cells(cells: tuple[str, ...], columns: tuple[tuple[str, bool], ...]) -> tuple[str, ...]:
    """A row for these columns, with the current language's decimal sign."""
    wide = _wide(cells, len(columns))
    return tuple(
        figures.written(cell) if is_figure else cell
        for cell, (_name, is_figure) in zip(wide, columns, strict=True)
    )


def _wide(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A row with a cell for every column; surplus cells are joined in the last."""
    if len(cells) > width:
        return (*cells[: width - 1], " ".join(cells[width - 1 :]))
    return (*cells, *[""] * (width - len(cells)))
