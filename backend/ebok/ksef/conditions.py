"""On what terms goods were sold (WarunkiTransakcji): contracts, orders, transports."""

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.element_values import day
from ebok.ksef.parties import address_of, carrier
from ebok.ksef.sale import Conditions, Transport


def conditions(branch: ElementReader) -> Conditions:
    """WarunkiTransakcji."""
    return Conditions(
        contracts=branch.branches("Umowy", _contract),
        orders=branch.branches("Zamowienia", _order),
        batches=branch.texts("NrPartiiTowaru"),
        delivery=branch.text("WarunkiDostawy"),
        agreed_rate=branch.text("KursUmowny"),
        agreed_currency=branch.text("WalutaUmowna"),
        transports=branch.branches("Transport", _transport),
        is_by_intermediary=branch.flag("PodmiotPosredniczacy"),
    )


def _contract(branch: ElementReader):
    return branch.value("DataUmowy", day), branch.text("NrUmowy")


def _order(branch: ElementReader):
    return branch.value("DataZamowienia", day), branch.text("NrZamowienia")


def _transport(branch: ElementReader) -> Transport:
    branch.flag("TransportInny")
    branch.flag("LadunekInny")
    return Transport(
        means=branch.text("RodzajTransportu") or branch.text("OpisInnegoTransportu"),
        load=branch.text("OpisLadunku") or branch.text("OpisInnegoLadunku"),
        package=branch.text("JednostkaOpakowania"),
        order=branch.text("NrZleceniaTransportu"),
        carrier=branch.branch("Przewoznik", carrier),
        began=branch.text("DataGodzRozpTransportu"),
        ended=branch.text("DataGodzZakTransportu"),
        places=tuple(
            (name, address)
            for name in ("WysylkaZ", "WysylkaPrzez", "WysylkaDo")
            for address in branch.branches(name, address_of)
        ),
    )
