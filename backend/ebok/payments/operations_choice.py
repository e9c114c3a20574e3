"""Choosing what is paid: one invoice, several, those of a point of use, or everything."""

from dataclasses import dataclass

from ebok.errors import NotFound
from ebok.invoices.models import CALL, Invoice
from ebok.payments.operations_balance import Balance


@dataclass(frozen=True)
class Choice:
    """What to pay: invoices by id, or those of a point of use; else all that is owed.

    A single id pays the next instalment of that invoice.
    """

    ids: tuple[str, ...] = ()
    point: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing was chosen."""
        return not self.ids and not self.point


def find(customer_code: str, choice: Choice) -> list[Invoice]:
    """The chosen invoices, earliest due date first. Raises NotFound if one is not the customer's.

    For a point of use: its invoices with something left to pay.
    """
    mine = Invoice.customer == customer_code
    if choice.ids:
        wanted = Invoice.public_id.in_(choice.ids)
    else:
        is_owed = (Invoice.outstanding_grosze > 0) & (Invoice.kind != CALL)
        wanted = (Invoice.point_code == choice.point) & is_owed
    found = list(Invoice.select().where(mine & wanted).order_by(Invoice.due_on, Invoice.number))
    if not found or len(found) < len(set(choice.ids)):
        raise NotFound()
    return found


def parts(balance: Balance, choice: Choice, invoices: list[Invoice]) -> dict[str, int]:
    """Number -> grosze to pay; invoices with nothing left are omitted."""
    if choice.is_all:
        found = {number: asked.left_grosze for number, asked in balance.asked.items()}
    elif len(choice.ids) == 1:
        found = {i.number: balance.of(i.number).now_grosze(balance.today) for i in invoices}
    else:
        found = {i.number: balance.of(i.number).left_grosze for i in invoices}
    return {number: grosze for number, grosze in found.items() if grosze > 0}
