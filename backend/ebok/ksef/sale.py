"""Terms of a sale, as FA(3) has them."""

from dataclasses import dataclass
from datetime import date

from ebok.ksef.people import Address, Party


@dataclass(frozen=True, slots=True)
class Transport:
    """A transport of goods.

    `means` and `load` are FA(3)'s numbers, or words; `places` are (WysylkaZ, WysylkaPrzez or
    WysylkaDo, address).
    """

    means: str = ""
    load: str = ""
    package: str = ""
    order: str = ""
    carrier: Party | None = None
    began: str = ""
    ended: str = ""
    places: tuple[tuple[str, Address], ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """WarunkiTransakcji: contracts and orders as (day or None, number), and the rest."""

    contracts: tuple[tuple[date | None, str], ...] = ()
    orders: tuple[tuple[date | None, str], ...] = ()
    batches: tuple[str, ...] = ()
    delivery: str = ""
    agreed_rate: str = ""
    agreed_currency: str = ""
    transports: tuple[Transport, ...] = ()
    is_by_intermediary: bool = False
