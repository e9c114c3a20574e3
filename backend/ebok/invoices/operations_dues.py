"""What an invoice still asks for, and by when: at once, or in parts with a day each.

Nothing here asks the database: `payments/operations_balance.py` gathers a customer's invoices and
what covers them, and hands out an `Asked` for each. Every page, mail and paper asks it and nothing
else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Share:
    """A part of an invoice with one due day; mostly the whole of it. Whole grosze.

    `open` is what billing leaves to pay of it; `credited` what the customer's credit covers,
    `waiting` what was paid online and is not booked yet.
    """

    due_on: date | None
    open_grosze: int
    credited_grosze: int = 0
    waiting_grosze: int = 0

    @property
    def left_grosze(self) -> int:
        """What the customer is still asked for."""
        return self.open_grosze - self.credited_grosze - self.waiting_grosze

    def is_late(self, day: date) -> bool:
        """Whether something of it should have been paid before this day: not on its own day."""
        return bool(self.left_grosze and self.due_on and self.due_on < day)


@dataclass(frozen=True)
class Asked:
    """What one invoice still asks for.

    `is_divided` says that the document names days without sums, so that we divide it equally.
    `paid_on` is the day of the newest payment online that covers some of it and is not booked;
    `lost_on` the day of one that never came, and `lost_grosze` its sum.
    """

    shares: tuple[Share, ...] = ()
    is_divided: bool = False
    paid_on: date | None = None
    lost_on: date | None = None
    lost_grosze: int = 0

    @property
    def left_grosze(self) -> int:
        """What the customer is still asked for, due or not yet."""
        return sum(share.left_grosze for share in self.shares)

    @property
    def open_grosze(self) -> int:
        """What billing leaves to pay."""
        return sum(share.open_grosze for share in self.shares)

    @property
    def waiting_grosze(self) -> int:
        """What was paid online and waits to be booked."""
        return sum(share.waiting_grosze for share in self.shares)

    @property
    def credited_grosze(self) -> int:
        """What the customer's credit covers."""
        return sum(share.credited_grosze for share in self.shares)

    def late(self, day: date) -> list[Share]:
        """The shares that should have been paid before this day, the oldest first."""
        return [share for share in self.shares if share.is_late(day)]

    def first(self) -> Share | None:
        """The share to be paid first; None when nothing is left."""
        return next((share for share in self.shares if share.left_grosze), None)

    def at(self, due_on: date) -> Share | None:
        """The share of this due day, if something of it is left."""
        return next((s for s in self.shares if s.due_on == due_on and s.left_grosze), None)

    def now_grosze(self, day: date) -> int:
        """What is to be paid first: all that is late, and the next day's share."""
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
    """(due day, what is left of it) of an invoice that leaves `outstanding` grosze to pay.

    What has been paid covers the oldest instalment first. What the instalments do not account for
    is due on the invoice's own day.
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
    """The instalments, each with a sum: equal ones where the document names none."""
    named = [(day, grosze) for day, grosze in instalments if grosze is not None]
    if len(named) == len(instalments):
        return named
    each, rest = divmod(max(asked, 0), len(instalments))
    last = len(instalments) - 1
    return [(day, each + rest * (n == last)) for n, (day, _) in enumerate(instalments)]
