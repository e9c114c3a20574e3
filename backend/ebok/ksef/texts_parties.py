"""Section of the parties of an invoice."""

from flask_babel import gettext as _

from ebok.ksef import texts_figures as figures
from ebok.ksef.invoice import FaInvoice
from ebok.ksef.people import Address, Party
from ebok.ksef.texts import ROLES, STATUSES, country, word_for, yes
from ebok.ksef.texts_blocks import Block, Pair, Section, Table, facts, section

AUTHORISED = ("PU 1", "PU 2", "PU 3")
"""The roles of PodmiotUpowazniony."""


def parties(invoice: FaInvoice) -> Section | None:
    """Seller, buyer, and all others with their roles."""
    title = _("Seller and buyer")
    return section("parties", title, seller(invoice), buyer(invoice), *others(invoice))


def seller(invoice: FaInvoice) -> Block:
    """Podmiot1."""
    return _block(_("Seller"), invoice.seller)


def buyer(invoice: FaInvoice) -> Block:
    """Podmiot2."""
    return _block(_("Buyer"), invoice.buyer)


def others(invoice: FaInvoice) -> list[Block]:
    """Podmiot3 and PodmiotUpowazniony, each with its role."""
    return [_block(_title(party), party) for party in invoice.others]


def _title(party: Party) -> str:
    role = word_for(ROLES, party.role)
    if party.role in AUTHORISED:
        return _("Authorised entity: %(role)s", role=role)
    return _("Other entity: %(role)s", role=role)


def before_and_after(invoice: FaInvoice) -> list[Block]:
    """Seller and buyers before a correction of their data, beside their data now."""
    return [_change(party, _now(invoice, party)) for party in invoice.parties_before]


def _now(invoice: FaInvoice, before: Party) -> Party:
    """The party's data now. Further buyers are found by IDNabywcy; else it is Podmiot2."""
    if before.role == "Podmiot1K":
        return invoice.seller
    buyers = (invoice.buyer, *(party for party in invoice.others if party.role == "4"))
    return next(
        (party for party in buyers if before.key and party.key == before.key), invoice.buyer
    )


def _change(before: Party, after: Party) -> Block:
    was, now = dict(_all(before)), dict(_all(after))
    labels = [label for label in now if label in was or label in _compared()]
    rows = [(label, was.get(label, "–"), now[label]) for label in labels]
    rows += [(label, text, "–") for label, text in was.items() if label not in now]
    columns = ((_("Field"), False), (_("Before"), False), (_("Now"), False))
    title = _("Seller") if before.role == "Podmiot1K" else _("Buyer")
    return Block(title, table=Table(columns, tuple(rows)))


def _compared() -> tuple[str, ...]:
    """Labels of both sides. Contacts and customer codes are only in the new data."""
    return (_("Name"), _("Address"), "NIP", _("EU VAT number"), _("Tax number"))


def _block(title: str, party: Party) -> Block:
    head = (party.name, address(party.address))
    return Block(title, tuple(filter(None, head)), facts(*_numbers(party), *_rest(party)))


def _all(party: Party) -> tuple[Pair, ...]:
    head = ((_("Name"), party.name), (_("Address"), address(party.address)))
    return facts(*head, *_numbers(party))


def _numbers(party: Party) -> list[Pair]:
    return [
        ("NIP", party.nip),
        (_("EU VAT number"), party.eu_vat),
        (_("Tax number"), party.foreign_id),
        (_("Internal identifier"), party.internal_id),
    ]


def _rest(party: Party) -> list[Pair]:
    return [
        (_("Customer code"), party.customer_code),
        (_("Buyer's identifier"), party.key),
        (_("Share"), figures.percent(party.share)),
        (_("Correspondence address"), address(party.post)),
        *((_("E-mail"), email) for email in party.emails),
        *((_("Phone"), phone) for phone in party.phones),
        ("EORI", party.eori),
        (_("Status"), word_for(STATUSES, party.status)),
        (_("Subordinate local government unit"), yes() if party.is_local_government_unit else ""),
        (_("Member of a VAT group"), yes() if party.is_vat_group_member else ""),
    ]


def address(of: Address) -> str:
    """An address on one line."""
    gln = f"GLN {of.gln}" if of.gln else ""
    return ", ".join(filter(None, (*of.lines, country(of.country), gln)))
