"""Section of the terms of a sale: contracts, orders, transports."""

from datetime import date

from flask_babel import gettext as _

from ebok.ksef import texts_figures as figures
from ebok.ksef.invoice import FaInvoice
from ebok.ksef.sale import Transport
from ebok.ksef.texts import PLACES, TRANSPORTS, load, word_for, yes
from ebok.ksef.texts_blocks import Block, Section, facts, section
from ebok.ksef.texts_parties import address


def conditions(invoice: FaInvoice) -> Section | None:
    """WarunkiTransakcji."""
    found = invoice.conditions
    pairs = facts(
        *((_("Contract"), _dated(*contract)) for contract in found.contracts),
        *((_("Order"), _dated(*order)) for order in found.orders),
        (_("Batch numbers"), ", ".join(found.batches)),
        (_("Delivery terms"), found.delivery),
        (
            _("Agreed exchange rate"),
            " ".join(filter(None, (figures.written(found.agreed_rate), found.agreed_currency))),
        ),
        (_("Delivered by an intermediary"), yes() if found.is_by_intermediary else ""),
    )
    title = _("Terms of the sale")
    return section("conditions", title, Block(facts=pairs), *map(_transport, found.transports))


def _dated(day: date | None, number: str) -> str:
    if day and number:
        return _("%(number)s of %(day)s", number=number, day=figures.day(day))
    return number or figures.day(day)


def _transport(transport: Transport) -> Block:
    carrier = transport.carrier
    who = ()
    if carrier:
        nip = f"NIP {carrier.nip}" if carrier.nip else ""
        place = address(carrier.address)
        who = (carrier.name, nip, carrier.eu_vat, carrier.foreign_id, place)
    pairs = facts(
        (_("Kind of transport"), word_for(TRANSPORTS, transport.means)),
        (_("Carrier"), ", ".join(filter(None, who))),
        (_("Transport order"), transport.order),
        (_("Cargo"), load(transport.load)),
        (_("Package"), transport.package),
        (_("Started"), figures.moment(transport.began)),
        (_("Ended"), figures.moment(transport.ended)),
        *((word_for(PLACES, name), address(place)) for name, place in transport.places),
    )
    return Block(_("Transport"), facts=pairs)
