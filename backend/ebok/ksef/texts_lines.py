"""Sections of lines, of the order behind an advance, and of sums by VAT rate."""

from dataclasses import replace

from flask_babel import gettext as _

from ebok.ksef import texts_figures as figures
from ebok.ksef.invoice import FaInvoice, Line, VatSum
from ebok.ksef.texts import CODES, rate, word_for, yes
from ebok.ksef.texts_blocks import (
    MOST_LINES,
    Block,
    Section,
    Table,
    bounded,
    facts,
    more_in_file,
    section,
    table,
)
from ebok.values.vat import MARGIN

FIGURES = ("KwotaAkcyzy", "KursWaluty")
"""Codes of a line that are numbers."""


def notes(line: Line) -> list[str]:
    """What a line has besides its sums, a few words each."""
    pairs = (
        (_("Date of supply"), figures.day(line.sold_on)),
        (_("Gross price"), _with_currency(figures.price(line.unit_gross_microgrosze))),
        (_("Discount"), _with_currency(figures.price(line.discount_microgrosze))),
        (_("VAT"), figures.zloty(line.vat_grosze)),
        (_("VAT rate abroad"), figures.percent(line.rate_abroad)),
        *((word_for(CODES, name), _code(name, value)) for name, value in line.codes),
    )
    return [f"{label}: {value}" for label, value in pairs if value]


def _code(name: str, value: str) -> str:
    if name == "P_12_Zal_15":
        return yes()
    return figures.written(value) if name in FIGURES else value


def _with_currency(text: str) -> str:
    return f"{text}\u00a0zł" if text else ""


def groups(invoice: FaInvoice) -> list[tuple[str, list[Line]]]:
    """The lines under their headings: before and after (art. 106j ust. 2 pkt 5 and 6)."""
    return _grouped(first_lines(invoice), invoice.kind == "correction")


def first_lines(invoice: FaInvoice) -> tuple[Line, ...]:
    """The first `MOST_LINES` lines: an invoice may have ten thousand."""
    return invoice.lines[:MOST_LINES]


def beyond(invoice: FaInvoice) -> Section | None:
    """A note that the file has more lines than are shown."""
    left = (more_in_file(),) if len(invoice.lines) > MOST_LINES else ()
    return section("beyond", _("More lines"), Block(paragraphs=left))


def _grouped(lines: tuple[Line, ...], is_correction: bool) -> list[tuple[str, list[Line]]]:
    before = [line for line in lines if line.before_correction]
    after = [line for line in lines if not line.before_correction]
    if not before:
        return [(_("Changes") if is_correction else "", after)] if after else []
    return [(_("Before"), before), *([(_("Now"), after)] if after else [])]


def sums(invoice: FaInvoice) -> Section | None:
    """Net, VAT and gross by rate, as stated or else calculated."""
    columns = (
        (_("VAT rate"), False),
        (_("Net, zł"), True),
        (_("VAT, zł"), True),
        (_("Gross, zł"), True),
        (_("VAT in złoty"), True),
    )
    rows = [*map(_sum_row, invoice.vat_sums), *_rounding(invoice)]
    margin = sum(one.net_grosze for one in invoice.vat_sums if one.vat_rate == MARGIN)
    is_margin = bool(margin) and all(one.vat_rate == MARGIN for one in invoice.vat_sums)
    net, vat = (None, None) if is_margin else (invoice.net_grosze - margin, invoice.vat_grosze)
    total = (_("Total"), _or_dash(net), _or_dash(vat), figures.number(invoice.gross_grosze))
    made = table(columns, rows) or table(columns[:4], [total])
    assert made
    made = Table(made.columns, made.rows if rows else (), (*total, "")[: len(made.columns)])
    note = (_("The file states no VAT amounts: these are calculated from its lines."),)
    return section(
        "sums", _("VAT summary"), Block("", note if invoice.is_vat_calculated else (), table=made)
    )


def _sum_row(one: VatSum) -> tuple[str, ...]:
    is_margin = one.vat_rate == MARGIN
    net, vat = (None, None) if is_margin else (one.net_grosze, one.vat_grosze)
    gross = figures.number(one.net_grosze + one.vat_grosze)
    in_zloty = figures.number(one.vat_in_zloty_grosze)
    return rate(one.vat_rate), _or_dash(net), _or_dash(vat), gross, in_zloty


def _rounding(invoice: FaInvoice) -> list[tuple[str, ...]]:
    """A row for the gross beyond the sums, so that the column adds up."""
    left = invoice.rounding_grosze
    return [(_("Rounding"), "", "", figures.number(left), "")] if invoice.vat_sums and left else []


def _or_dash(grosze: int | None) -> str:
    return figures.number(grosze) or "–"


def order(invoice: FaInvoice) -> Section | None:
    """Zamowienie."""
    if not invoice.order:
        return None
    blocks = [
        Block(title, table=_order_table(lines))
        for title, lines in _grouped(invoice.order.lines, is_correction=False)
    ]
    value = facts((_("Value of the order with VAT"), figures.zloty(invoice.order.value_grosze)))
    return section("order", _("Order"), *bounded(blocks, more_in_file()), Block(facts=value))


def _order_table(lines: list[Line]) -> Table | None:
    columns = (
        (_("No."), True),
        (_("Name"), False),
        (_("Quantity"), True),
        (_("Unit"), False),
        (_("Net price, zł"), True),
        (_("VAT rate"), True),
        (_("Net, zł"), True),
        (_("VAT, zł"), True),
    )
    return table(columns, map(_order_row, lines))


def _order_row(line: Line) -> tuple[str, ...]:
    words = [line.name, *(note for note in notes(replace(line, vat_grosze=None)))]
    return (
        str(line.number),
        "; ".join(filter(None, words)),
        figures.quantity(line.quantity_millionths),
        line.unit,
        figures.price(line.unit_net_microgrosze),
        rate(line.vat_rate),
        figures.number(line.net_grosze),
        figures.number(line.vat_grosze),
    )
