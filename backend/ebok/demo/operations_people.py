"""The demo town's three hundred made-up customers and their meters.

Everything is derived from a customer's place in the list, so the town is always the same.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from stdnum.pl import nip as nip_rules

from ebok.demo import texts_names as names
from ebok.demo.operations_papers import Tap
from ebok.settings import Utility
from ebok.values import nrb

CUSTOMERS = 300
COMPANY_EVERY = 6
DOUBLE_SURNAME_EVERY = 7
FIRST_CODE = 29001
HOUSES = 3
"""Points of use of each housing co-operative; everybody else has one."""


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

    @property
    def place(self) -> int:
        """The numeric part of the customer code."""
        return int(self.customer_code.rsplit("-")[-1])

    @property
    def has_houses(self) -> bool:
        """Whether it is a housing co-operative."""
        return self.name.startswith("Spółdzielnia")

    def taps(self) -> list[Tap]:
        """One for each meter."""
        suffixes = [f"/{n}" for n in range(1, HOUSES + 1)] if self.has_houses else [""]
        return [
            Tap(self.customer_code, self.place, self.kind, f"PP{self.place}{suffix}", suffix)
            for suffix in suffixes
        ]


def inhabitants(utility: Utility) -> Iterator[Inhabitant]:
    """All customers, always the same and in the same order."""
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
            # Every third customer has no e-mail address in billing.
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
    """A NIP with a valid check digit; nine digits for which there is none are skipped."""
    while True:
        digits = f"{chance.randrange(100, 999)}{chance.randrange(10**6):06}"
        if nip_rules.is_valid(number := f"{digits}{_check_digit(digits)}"):
            return number


def _check_digit(digits: str) -> int:
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    return sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11


def _account(utility_account: str, place: int) -> str:
    """An individual account (NRB) under the utility's account mask, ending in `place`."""
    shared = nrb.bare(utility_account)[2:14]
    rest = f"{shared}{place + 1:012}"
    check = 98 - int(f"{rest}252100") % 97
    return f"{check:02}{rest}"
