"""What the file of an invoice says, as the API gives it: sections of facts, texts and tables."""

from ebok.ksef.operations import View
from ebok.ksef.texts_blocks import Block, Section, Table


def sections(view: View) -> list[dict]:
    """The sections, in the order of an invoice; the sums of VAT only where they say more than the
    answer's own field has."""
    has_more = any(one.vat_in_zloty_grosze is not None for one in view.invoice.vat_sums)
    shown = (one for one in view.sections if has_more or one.key != "sums")
    return [_section(one) for one in shown]


def _section(section: Section) -> dict:
    blocks = [_block(block) for block in section.blocks]
    return {"key": section.key, "title": section.title, "blocks": blocks}


def _block(block: Block) -> dict:
    return {
        "title": block.title,
        "paragraphs": block.paragraphs,
        "facts": [{"label": label, "value": value} for label, value in block.facts],
        "table": _table(block.table) if block.table else None,
    }


def _table(table: Table) -> dict:
    columns = [{"name": name, "is_figure": is_figure} for name, is_figure in table.columns]
    return {"columns": columns, "rows": table.rows, "totals": table.totals}
