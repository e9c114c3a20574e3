"""Terms of a sale (WarunkiTransakcji): contracts, orders, transports."""

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.element_values import day
from ebok.ksef.parties import address_of, carrier
from ebok.ksef.sale import Conditions, Transport


def conditions(reader: ElementReader) -> Conditions:
    """Parse WarunkiTransakcji."""
    return Conditions(
        contracts=reader.each_child("Umowy", _contract),
        orders=reader.each_child("Zamowienia", _order),
        batches=reader.texts("NrPartiiTowaru"),
        delivery=reader.text("WarunkiDostawy"),
        agreed_rate=reader.text("KursUmowny"),
        agreed_currency=reader.text("WalutaUmowna"),
        transports=reader.each_child("Transport", _transport),
        is_by_intermediary=reader.flag("PodmiotPosredniczacy"),
    )


def _contract(reader: ElementReader):
    return reader.value("DataUmowy", day), reader.text("NrUmowy")


def _order(reader: ElementReader):
    return reader.value("DataZamowienia", day), reader.text("NrZamowienia")


def _transport(reader: ElementReader) -> Transport:
    reader.flag("TransportInny")
    reader.flag("LadunekInny")
    return Transport(
        means=reader.text("RodzajTransportu") or reader.text("OpisInnegoTransportu"),
        load=reader.text("OpisLadunku") or reader.text("OpisInnegoLadunku"),
        package=reader.text("JednostkaOpakowania"),
        order=reader.text("NrZleceniaTransportu"),
        carrier=reader.child("Przewoznik", carrier),
        began=reader.text("DataGodzRozpTransportu"),
        ended=reader.text("DataGodzZakTransportu"),
        places=tuple(
            (name, address)
            for name in ("WysylkaZ", "WysylkaPrzez", "WysylkaDo")
            for address in reader.each_child(name, address_of)
        ),
    )
