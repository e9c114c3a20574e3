"""What is left to pay of an invoice, and when: as a whole, or in instalments.

No queries here: `payments/operations_balance.py` reads a customer's invoices, credit and payments
online, and makes an `Asked` for each invoice, which all pages, mails and PDFs use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Share:
    """The part of an invoice with one due date, usually all of it, in whole grosze.

    `open`: outstanding in billing; `credited`: covered by the customer's credit; `waiting`: paid
    online, not booked yet.
    """

    due_on: date | None
    open_grosze: int
    credited_grosze: int = 0
    waiting_grosze: int = 0

    @property
    def left_grosze(self) -> int:
        """Left for the customer to pay."""
        return self.open_grosze - self.credited_grosze - self.waiting_grosze

    def is_late(self, day: date) -> bool:
        """Whether something is left and was due before `day`."""
        return bool(self.left_grosze and self.due_on and self.due_on < day)


@dataclass(frozen=True)
class Asked:
    """What is left to pay of one invoice.

    `is_divided`: the document gives due dates without amounts, so it was divided equally.
    `paid_on`: day of the newest payment online that is not booked yet. `lost_on`, `lost_grosze`: a
    payment online that never arrived.
    """

    shares: tuple[Share, ...] = ()
    is_divided: bool = False
    paid_on: date | None = None
    lost_on: date | None = None
    lost_grosze: int = 0

    @property
    def left_grosze(self) -> int:
        """Left for the customer to pay, due or not."""
        return sum(share.left_grosze for share in self.shares)

    @property
    def open_grosze(self) -> int:
        """Outstanding in billing."""
        return sum(share.open_grosze for share in self.shares)

    @property
    def waiting_grosze(self) -> int:
        """Paid online, not booked yet."""
        return sum(share.waiting_grosze for share in self.shares)

    @property
    def credited_grosze(self) -> int:
        """Covered by the customer's credit."""
        return sum(share.credited_grosze for share in self.shares)

    def late(self, day: date) -> list[Share]:
        """Overdue shares on `day`, oldest first."""
        return [share for share in self.shares if share.is_late(day)]

    def first(self) -> Share | None:
        """The first share with something left to pay, or None."""
        return next((share for share in self.shares if share.left_grosze), None)

    def at(self, due_on: date) -> Share | None:
        """The share due on `due_on`, if something of it is left, else None."""
        return next((s for s in self.shares if s.due_on == due_on and s.left_grosze), None)

    def now_grosze(self, day: date) -> int:
        """Grosze to pay next: everything overdue, and the next share."""
        left = [share for share in self.shares if share.left_grosze]
        ahead = next((s.due_on for s in left if s.due_on and s.due_on >= day), None)
        if ahead is None:
            return self.left_grosze
        return sum(s.left_grosze for s in left if s.due_on and s.due_on <= ahead)


Instalments = Sequence[tuple[date, int | None]]
"""Due days with the sums that a file names, None where it names none; the earliest first."""
Divided = list[tuple[date | None, int]]
"""Due days, and what is left to pay by each."""


def divide(outstanding: int, asked: int, due_on: date | None, instalments: Instalments) -> Divided:
    """[(due date, grosze left)] of an invoice with `outstanding` of `asked` grosze left.

    Payments cover the oldest instalment first. An amount beyond the instalments' total is due on
    the invoice's own date.
    """
    left, found = outstanding, Divided()
    for day, grosze in reversed(_with_sums(asked, instalments)):
        part = min(left, grosze)
        left -= part
        if part:
            found.insert(0, (day, part))
    if left and found and found[0][0] == due_on:
        found[0] = (due_on, found[0][1] + left)
    elif left:
        found.insert(0, (due_on, left))
    return found


def _with_sums(asked: int, instalments: Instalments) -> list[tuple[date, int]]:
    """The instalments with amounts; equal ones where the document states none."""
    named = [(day, grosze) for day, grosze in instalments if grosze is not None]
    if len(named) == len(instalments):
        return named
    each, rest = divmod(max(asked, 0), len(instalments))
    last = len(instalments) - 1
    return [(day, each + rest * (n == last)) for n, (day, _) in enumerate(instalments)]
