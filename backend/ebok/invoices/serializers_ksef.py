"""JSON of an invoice's XML file: sections of facts, texts and tables."""

from typing import Annotated, TypedDict

from ebok.ksef.operations import View
from ebok.ksef.texts_blocks import Block, Section, Table


class SectionFactJson(TypedDict):
    """A fact with its label."""

    label: str
    value: str


class SectionColumnJson(TypedDict):
    """The head of a column."""

    name: str
    is_figure: bool


class SectionTableJson(TypedDict):
    """Each row has a cell for every column; totals may be none."""

    columns: Annotated[list[SectionColumnJson], "minItems: 1"]
    rows: list[list[str]]
    totals: list[str]


class SectionBlockJson(TypedDict):
    """A part of a section."""

    title: str
    """May be empty."""
    paragraphs: list[str]
    facts: list[SectionFactJson]
    table: SectionTableJson | None


class InvoiceSectionJson(TypedDict):
    """A part of an invoice's XML, in the reader's language and ready to be shown."""

    key: Annotated[
        str,
        "enum: [parties, correction, details, advances, beyond, order, sums, annotations,"
        " settlement, payment, notes, attachment, conditions, footer]",
    ]
    title: str
    blocks: Annotated[list[SectionBlockJson], "minItems: 1"]


def sections(view: View) -> list[InvoiceSectionJson]:
    """The sections in the order of an invoice; VAT sums only if they say more than `vat_sums`."""
    has_more = any(one.vat_in_zloty_grosze is not None for one in view.invoice.vat_sums)
    shown = (one for one in view.sections if has_more or one.key != "sums")
    return [_section(one) for one in shown]


def _section(section: Section) -> InvoiceSectionJson:
    blocks = [_block(block) for block in section.blocks]
    return {"key": section.key, "title": section.title, "blocks": blocks}


def _block(block: Block) -> SectionBlockJson:
    return {
        "title": block.title,
        "paragraphs": list(block.paragraphs),
        "facts": [{"label": label, "value": value} for label, value in block.facts],
        "table": _table(block.table) if block.table else None,
    }


def _table(table: Table) -> SectionTableJson:
    return {
        "columns": [{"name": name, "is_figure": is_figure} for name, is_figure in table.columns],
        "rows": [list(row) for row in table.rows],
        "totals": list(table.totals),
    }
