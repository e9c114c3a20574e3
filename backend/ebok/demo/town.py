"""The demo town: three hundred customers who do not exist, written as a billing bundle.

Everything follows from a customer's place in the list and from the month, so the same town comes
back every time, and a month later it has one invoice more for everybody.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from random import Random

from stdnum.pl import nip as nip_rules

from ebok.billing.layouts import Layout, layouts
from ebok.demo import names
from ebok.demo.papers import papers
from ebok.settings import Settings, Utility

CUSTOMERS = 300
COMPANY_EVERY = 6
DOUBLE_SURNAME_EVERY = 7
FIRST_CODE = 29001


@dataclass(frozen=True)
class Inhabitant:
    """A customer of the demo town, as customers.csv has it."""

    customer_code: str
    name: str
    kind: str
    nip: str
    email: str
    phone: str
    street: str
    postal_code: str
    city: str
    bank_account: str


def write_bundle(folder: Path, settings: Settings, today: date) -> None:
    """Write customers.csv and invoices.csv of the town as they stand on that day."""
    customers, invoices = layouts(settings)
    people = list(inhabitants(settings.utility))
    _write(folder / customers.name, customers, map(asdict, people))
    seller = settings.utility.nip
    rows = (p for who in people for p in papers(who.customer_code, who.kind, seller, today))
    _write(folder / invoices.name, invoices, rows)


def _write(path: Path, layout: Layout, rows: Iterable[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        header = [column.name for column in layout.columns]
        writer = csv.DictWriter(file, header, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)


def inhabitants(utility: Utility) -> Iterator[Inhabitant]:
    """Everybody, always in the same order and always the same."""
    for place in range(CUSTOMERS):
        code = f"39-{FIRST_CODE + place}"
        chance = Random(code)
        is_company = place % COMPANY_EVERY == COMPANY_EVERY - 1
        name = _company(place // COMPANY_EVERY) if is_company else _person(place, chance)
        yield Inhabitant(
            customer_code=code,
            name=name,
            kind="company" if is_company else "person",
            nip=_nip(chance) if is_company else "",
            # Every third customer never told the office an address.
            email=f"{_mailbox(name)}.{place}@poczta.example" if place % 3 else "",
            phone=f"+48 500 {place:03} {chance.randrange(1000):03}" if place % 2 else "",
            street=f"{chance.choice(names.STREETS)} {chance.randrange(1, 90)}",
            postal_code=utility.postal_code,
            city=utility.city,
            bank_account=_account(utility.bank_account, place),
        )


def _person(place: int, chance: Random) -> str:
    first, surname = chance.choice(names.FIRST_NAMES), chance.choice(names.SURNAMES)
    if place % DOUBLE_SURNAME_EVERY == 1:
        surname = f"{surname}-{chance.choice([s for s in names.SURNAMES if s != surname])}"
    return f"{first} {surname}"


def _company(number: int) -> str:
    branch, place = divmod(number, len(names.COMPANIES))
    return f"{names.COMPANIES[place]} {names.ROMAN[branch]}".strip()


def _mailbox(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    words = "".join(c for c in folded if c.isascii() and (c.isalpha() or c == " ")).split()
    return ".".join(words[:2])


def _nip(chance: Random) -> str:
    """A NIP with a right check digit; the few without any possible one are passed over."""
    while True:
        digits = f"{chance.randrange(100, 999)}{chance.randrange(10**6):06}"
        if nip_rules.is_valid(number := f"{digits}{_check_digit(digits)}"):
            return number


def _check_digit(digits: str) -> int:
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    return sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11


def _account(utility_account: str, place: int) -> str:
    """An account of the utility's bank and mask, and the customer's place behind them."""
    shared = utility_account.replace(" ", "").removeprefix("PL")[2:14]
    rest = f"{shared}{place + 1:012}"
    check = 98 - int(f"{rest}252100") % 97
    return f"{check:02}{rest}"
