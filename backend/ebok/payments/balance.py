"""What a customer owes today: one definition for the whole house (docs/decisions/0014).

The billing system's `outstanding` is the truth. What is owed is the sum of what its documents leave
to pay; what they leave to give back, and money on account, covers the oldest of it first.
"""

from dataclasses import dataclass
from datetime import date

from ebok.invoices.models import Invoice
from ebok.invoices.states import today
from ebok.payments.models import Payment


@dataclass(frozen=True)
class Debt:
    """What one document leaves to pay, after credit has covered its part."""

    due_on: date | None
    left_grosze: int


@dataclass(frozen=True)
class Balance:
    """What is owed and what is not, in whole grosze; of `owed` and `credit` one is always 0."""

    debts: tuple[Debt, ...]
    credit_grosze: int
    today: date

    @property
    def owed_grosze(self) -> int:
        """All that is left to pay, due or not yet."""
        return sum(debt.left_grosze for debt in self.debts)

    @property
    def net_grosze(self) -> int:
        """Where the ledger ends: owed, or below zero what the customer has to get."""
        return self.owed_grosze - self.credit_grosze

    @property
    def overdue(self) -> list[Debt]:
        """What should have been paid before today, oldest first."""
        return [d for d in self.debts if d.due_on and d.due_on < self.today]

    @property
    def next_due_on(self) -> date | None:
        """The first day, from today on, by which something must be paid."""
        return min((d.due_on for d in self.debts if self._is_ahead(d)), default=None)

    @property
    def next_due_grosze(self) -> int:
        """What must be paid by that day, besides what is overdue."""
        return sum(d.left_grosze for d in self.debts if d.due_on and d.due_on == self.next_due_on)

    def _is_ahead(self, debt: Debt) -> bool:
        return debt.due_on is not None and debt.due_on >= self.today


def reckon(outstanding: list[tuple[date | None, int]], on_account: int, day: date) -> Balance:
    """The balance of (due day, outstanding) pairs and money on account.

    Credit covers the oldest debt first (art. 451 § 3 of the civil code); what has no due day comes
    last, as nothing says that it must be paid yet.
    """
    credit = on_account - sum(grosze for _, grosze in outstanding if grosze < 0)
    debts = []
    for due_on, grosze in sorted(outstanding, key=lambda debt: debt[0] or date.max):
        if grosze > 0:
            covered = min(credit, grosze)
            credit -= covered
            debts.append(Debt(due_on, grosze - covered))
    return Balance(tuple(debt for debt in debts if debt.left_grosze), credit, day)


def of_customer(customer_code: str) -> Balance:
    """This customer's balance on the office's own day."""
    is_open = (Invoice.customer == customer_code) & (Invoice.outstanding_grosze != 0)
    rows = Invoice.select(Invoice.due_on, Invoice.outstanding_grosze).where(is_open).tuples()
    return reckon(list(rows), Payment.on_account(customer_code), today())
