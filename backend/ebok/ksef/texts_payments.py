"""Sections of charges, and of how and when to pay."""

from flask_babel import gettext as _

from ebok.ksef import texts_figures as figures
from ebok.ksef.invoice import Bank, FaInvoice, Term
from ebok.ksef.texts import MEANS, OWN_ACCOUNTS, word_for
from ebok.ksef.texts_blocks import Block, Pair, Section, Table, facts, section, table


def settlement(invoice: FaInvoice) -> Section | None:
    """Charges and deductions with their reasons, and the amount left to pay."""
    found = invoice.settlement
    columns = ((_("Charge or deduction"), False), (_("Amount, zł"), True))
    rows = [(charge.reason, figures.number(charge.amount_grosze)) for charge in found.charges]
    overpaid = found.overpaid_grosze
    is_settled = bool(rows or found.stated_grosze is not None)
    left = facts(
        (_("To pay"), figures.zloty(found.payable_grosze) if is_settled and not overpaid else ""),
        (_("To be refunded or set off"), figures.zloty(overpaid) if overpaid else ""),
    )
    made = Block(table=table(columns, rows))
    return section("settlement", _("Settlement"), made, Block(facts=left))


def payment(invoice: FaInvoice) -> Section | None:
    """Platnosc."""
    found = invoice.payment
    pairs = facts(
        *_state(invoice),
        *((_("Due date"), term(one)) for one in found.terms),
        (_("Payment method"), word_for(MEANS, found.means)),
        *(_account(bank) for bank in found.banks),
        (_("Discount for early payment"), found.discount),
        (_("Link for payment"), found.link),
        (_("Payment identifier of KSeF"), found.link_id),
    )
    return section("payment", _("Payment terms"), Block(facts=pairs, table=_parts(invoice)))


def term(one: Term) -> str:
    """A day, words, or both."""
    return ", ".join(filter(None, (figures.day(one.due_on), one.words)))


def _state(invoice: FaInvoice) -> list[Pair]:
    found = invoice.payment
    if found.paid_in_parts == 1:
        return [(_("Status"), _("paid in part"))]
    if found.paid_in_parts == 2:
        return [(_("Status"), _("paid in full, in parts"))]
    if not found.is_paid:
        return []
    return [(_("Status"), _("paid in full")), (_("Paid on"), figures.day(found.paid_on))]


def _account(bank: Bank) -> Pair:
    label = _("Factor's account") if bank.is_factors else _("Bank account")
    swift = f"SWIFT {bank.swift}" if bank.swift else ""
    own = word_for(OWN_ACCOUNTS, bank.own)
    parts = (figures.account(bank.number), bank.name, swift, bank.note, own)
    return label, ", ".join(filter(None, parts))


def _parts(invoice: FaInvoice) -> Table | None:
    columns = ((_("Paid on"), False), (_("Amount, zł"), True), (_("Payment method"), False))
    rows = [
        (figures.day(part.paid_on), figures.number(part.amount_grosze), word_for(MEANS, part.means))
        for part in invoice.payment.parts
    ]
    return table(columns, rows)
