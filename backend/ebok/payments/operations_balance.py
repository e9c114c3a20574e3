"""A customer's balance, and what is left to pay of each invoice; the only definition of both
(docs/decisions/0014).

Billing's `outstanding` is authoritative. The amount owed is the sum of positive outstanding
amounts; negative ones and money on account are credit, which covers the oldest debt first. Payments
online that are not booked yet still count as owed, but the customer is not asked to pay them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from peewee import JOIN, fn

from ebok.database import now
from ebok.database.prepared import prepared
from ebok.invoices.models import CALL, Instalment, Invoice
from ebok.invoices.operations_dues import Asked, Divided, Share, divide
from ebok.invoices.operations_states import day_of, today
from ebok.payments import operations_unbooked
from ebok.payments.models import Payment, PaymentOrder
from ebok.payments.operations_unbooked import Unbooked

NOTHING = Asked()


class Paper(NamedTuple):
    """An invoice with something left to pay or, if negative, to refund."""

    number: str
    due_on: date | None
    outstanding_grosze: int
    asked_grosze: int = 0
    instalments: tuple[tuple[date, int | None], ...] = ()


@dataclass(frozen=True)
class Balance:
    """Amounts owed and in credit, in grosze; one of `owed` and `credit` is always 0.

    `asked` is what each unpaid invoice still asks for, by its number.
    """

    asked: dict[str, Asked]
    credit_grosze: int
    today: date
    unbooked: list[Unbooked] = field(default_factory=list)

    def of(self, number: str) -> Asked:
        """What is left to pay of this invoice, possibly nothing."""
        return self.asked.get(number, NOTHING)

    @property
    def shares(self) -> list[Share]:
        """All shares by due date; those without one come last."""
        found = (share for asked in self.asked.values() for share in asked.shares)
        return sorted(found, key=lambda share: share.due_on or date.max)

    @property
    def owed_grosze(self) -> int:
        """Owed according to billing, due or not, less credit."""
        return sum(share.open_grosze - share.credited_grosze for share in self.shares)

    @property
    def left_grosze(self) -> int:
        """Left for the customer to pay."""
        return sum(share.left_grosze for share in self.shares)

    @property
    def net_grosze(self) -> int:
        """The closing balance of the ledger: positive if owed, negative if the customer is in
        credit.
        """
        return self.owed_grosze - self.credit_grosze

    @property
    def waiting(self) -> list[PaymentOrder]:
        """Orders paid online that billing has not booked yet."""
        return [each.order for each in self.unbooked if not each.is_lost]

    @property
    def lost(self) -> list[PaymentOrder]:
        """Orders paid online whose money never arrived, while their debt is unpaid."""
        return [
            each.order
            for each in self.unbooked
            if each.is_lost
            and (
                any(self.of(n).left_grosze for n in each.parts)
                or (each.rest_grosze and self.left_grosze)
            )
        ]

    @property
    def overdue(self) -> list[Share]:
        """Overdue shares, oldest first."""
        return [share for share in self.shares if share.is_late(self.today)]

    @property
    def next_due_on(self) -> date | None:
        """The next due date, today included; None if nothing is due."""
        left = (share.due_on for share in self.shares if share.left_grosze)
        return min((day for day in left if day and day >= self.today), default=None)

    @property
    def next_due_grosze(self) -> int:
        """Grosze due on that date, without overdue ones."""
        return sum(s.left_grosze for s in self.shares if s.due_on and s.due_on == self.next_due_on)


def reckon(
    papers: Iterable[Paper], on_account: int, day: date, unbooked: Iterable[Unbooked] = ()
) -> Balance:
    """Compute a customer's balance from documents, money on account and online payments.

    Credit covers the oldest debt first (art. 451 § 3 of the civil code); amounts without a due date
    come last. An online payment covers its own invoices first, then the oldest.
    """
    papers, unbooked = list(papers), list(unbooked)
    cover = _Cover(papers)
    credit = on_account - sum(min(p.outstanding_grosze, 0) for p in papers)
    credit = cover.spend(credit, "credited_grosze")
    for each in (one for one in unbooked if not one.is_lost):
        left = each.rest_grosze
        for number, grosze in each.parts.items():
            left += cover.spend(grosze, "waiting_grosze", number)
            cover.paid_on[number] = day_of(each.order.told_at)
        cover.spend(left, "waiting_grosze")
    for each in (one for one in unbooked if one.is_lost):
        lost = day_of(each.order.told_at), each.order.amount_grosze
        cover.lost |= dict.fromkeys(each.parts, lost)
    return Balance(cover.asked(), credit, day, unbooked)


class _Cover:
    """Shares of a customer's documents while credit and payments are assigned to them."""

    def __init__(self, papers: list[Paper]):
        self.papers = [paper for paper in papers if paper.outstanding_grosze > 0]
        self.shares = [(p.number, Share(*share)) for p in self.papers for share in _divided(p)]
        self.shares.sort(key=lambda each: (each[1].due_on or date.max, each[0]))
        self.paid_on: dict[str, date] = {}
        self.lost: dict[str, tuple[date, int]] = {}

    def spend(self, grosze: int, kind: str, number: str = "") -> int:
        """Assign grosze to shares, of one invoice or all, oldest first; returns the unused rest."""
        for n, (owner, share) in enumerate(self.shares):
            part = min(grosze, share.left_grosze)
            if part > 0 and number in ("", owner):
                grosze -= part
                covered = replace(share, **{kind: getattr(share, kind) + part})
                self.shares[n] = owner, covered
        return grosze

    def asked(self) -> dict[str, Asked]:
        """Number -> what is left to pay."""
        shares: dict[str, list[Share]] = {paper.number: [] for paper in self.papers}
        for number, share in self.shares:
            shares[number].append(share)
        return {
            paper.number: Asked(
                tuple(shares[paper.number]),
                any(grosze is None for _, grosze in paper.instalments),
                self.paid_on.get(paper.number),
                *self.lost.get(paper.number, (None, 0)),
            )
            for paper in self.papers
        }


def _divided(paper: Paper) -> Divided:
    if not paper.instalments:
        return [(paper.due_on, paper.outstanding_grosze)]
    return divide(paper.outstanding_grosze, paper.asked_grosze, paper.due_on, paper.instalments)


def of_customer(customer_code: str) -> Balance:
    """This customer's balance today."""
    return of_customers([customer_code])[customer_code]


def asked_of(customer_code: str) -> Balance:
    """Like `of_customer`, but skips the sum of credit if nothing is outstanding."""
    return of_customers([customer_code], is_credit_asked=False)[customer_code]


def of_customers(codes: Collection[str], is_credit_asked: bool = True) -> dict[str, Balance]:
    """Balances of these customers, by a few queries for all.

    `is_credit_asked=False` skips the costly sum of payments for customers who owe nothing.
    """
    codes = list(dict.fromkeys(codes))
    papers = papers_of(codes)
    outstanding = {
        (code, paper.number): paper.outstanding_grosze
        for code, found in papers.items()
        for paper in found
        if paper.outstanding_grosze > 0
    }
    # Summing all payments is the most expensive query: only for customers it can matter to.
    reckoned = codes if is_credit_asked else list(dict.fromkeys(code for code, _ in outstanding))
    on_account = Payment.on_account(reckoned) if reckoned else {}
    unbooked = operations_unbooked.of_customers(codes, outstanding, now()) if outstanding else {}
    day = today()
    return {
        code: reckon(papers[code], on_account.get(code, 0), day, unbooked.get(code, ()))
        for code in codes
    }


def papers_of(codes: list[str]) -> dict[str, list[Paper]]:
    """Documents of these customers with something left to pay or to refund."""
    found: dict[str, list[Paper]] = {code: [] for code in codes}
    if not codes:
        return found
    for (code, *facts), rows in groupby(_open.all(codes), key=lambda row: row[:5]):
        instalments = tuple(row[5:] for row in rows if row[5])
        found[code].append(Paper(*facts, instalments=instalments))
    return found


@prepared
def _open(codes: list[str]):
    """Each unpaid document, once per instalment."""
    is_owed = (Instalment.invoice == Invoice.number) & (Invoice.outstanding_grosze > 0)
    return (
        Invoice.select(
            Invoice.customer,
            Invoice.number,
            Invoice.due_on,
            Invoice.outstanding_grosze,
            fn.COALESCE(Invoice.payable_grosze, Invoice.gross_grosze),
            Instalment.due_on,
            Instalment.amount_grosze,
        )
        .join(Instalment, JOIN.LEFT_OUTER, on=is_owed)
        .where(Invoice.customer.in_(codes) & (Invoice.outstanding_grosze != 0))
        .where(Invoice.kind != CALL)
        .order_by(Invoice.customer, Invoice.number, Instalment.due_on)
    )
