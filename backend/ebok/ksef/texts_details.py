"""Sections of days and places, annotations, correction, and advances."""

from flask_babel import gettext as _

from ebok.ksef import texts_figures as figures
from ebok.ksef.invoice import FaInvoice
from ebok.ksef.texts import ANNOTATIONS, EFFECTS, word_for
from ebok.ksef.texts_blocks import Block, Pair, Section, facts, section, table
from ebok.ksef.texts_parties import before_and_after

MONEY_CAME = ("ZAL", "KOR_ZAL")
"""Kinds for which P_6 is the day of the payment."""


def details(invoice: FaInvoice) -> Section | None:
    """When and where it was issued, and when goods were delivered."""
    return section("details", _("Details"), Block(facts=dates(invoice)))


def dates(invoice: FaInvoice) -> tuple[Pair, ...]:
    """Days of the invoice, place of issue, delivery notes."""
    is_money = invoice.ksef_kind in MONEY_CAME
    return facts(
        (_("Date of issue"), figures.day(invoice.issued_on)),
        (_("Place of issue"), invoice.issued_at_place),
        (
            _("Payment received on") if is_money else _("Date of supply"),
            figures.day(invoice.sold_on),
        ),
        (_("Period of supply"), _period(invoice)),
        (_("Exchange rate"), figures.written(invoice.exchange_rate)),
        *((_("Delivery note"), number) for number in invoice.delivery_notes),
    )


def _period(invoice: FaInvoice) -> str:
    first, last = invoice.period_from, invoice.period_to
    if first and last:
        return figures.period(first, last)
    if first:
        return _("from %(day)s", day=figures.day(first))
    return _("until %(day)s", day=figures.day(last)) if last else ""


def annotations(invoice: FaInvoice) -> Section | None:
    """Annotations required by the VAT act, and the ground of an exemption."""
    names = list(invoice.annotations)
    if any(name.startswith("margin: ") for name in names):
        names.remove("margin")
    ground = facts((_("Legal basis for the exemption"), invoice.exemption))
    sentences = tuple(word_for(ANNOTATIONS, name) for name in names)
    return section("annotations", _("Annotations"), Block("", sentences, ground))


def correction(invoice: FaInvoice) -> Section | None:
    """What is corrected and why; parties before and after."""
    pairs = facts(
        (_("Reason for the correction"), invoice.correction_reason),
        (_("Effect of the correction"), word_for(EFFECTS, invoice.correction_effect)),
        (_("Correct number of the corrected invoice"), invoice.right_number),
        (_("Period of the discount"), invoice.corrected_period),
        (_("Amount before the correction"), figures.zloty(invoice.gross_before_grosze)),
    )
    columns = ((_("Corrected invoice"), False), (_("Issued"), False), (_("KSeF number"), False))
    rows = [
        (one.number, figures.day(one.issued_on), one.ksef_number or _("outside KSeF"))
        for one in invoice.corrected
    ]
    blocks = (Block(facts=pairs), Block(table=table(columns, rows)))
    return section("correction", _("Correction"), *blocks, *before_and_after(invoice))


def advances(invoice: FaInvoice) -> Section | None:
    """Payments of an advance invoice, and advance invoices settled by a final one."""
    paid = ((_("Payment received on"), False), (_("Amount, zł"), True))
    parts = [
        (figures.day(p.paid_on), figures.number(p.amount_grosze)) for p in invoice.advance_parts
    ]
    numbers = (
        (_("Advance invoice"), False),
        (_("KSeF number of the advance invoice"), False),
    )
    rows = [(one.number, one.ksef_number) for one in invoice.advances]
    blocks = (Block(table=table(paid, parts)), Block(table=table(numbers, rows)))
    return section("advances", _("Advances"), *blocks)
