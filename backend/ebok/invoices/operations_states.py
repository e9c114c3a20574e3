"""The state of an invoice today: due, overdue, paid, in credit …"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ebok import settings
from ebok.database import now
from ebok.invoices.models import CALL, Invoice
from ebok.invoices.operations_dues import Asked

STATES = ("due", "overdue", "waiting", "covered", "paid", "credit", "settled", "call")


def today() -> date:
    """Today in the utility's time zone."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day of a UTC instant in the utility's time zone."""
    zone = ZoneInfo(settings.current().timezone)
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def state_of(invoice: Invoice, asked: Asked, day: date) -> str:
    """One of `STATES`.

    "settled": a correction with nothing left, or known from JPK_FA only. "waiting": paid online,
    not booked yet. "covered": by the customer's credit.
    """
    if invoice.kind == CALL:
        return CALL
    if invoice.outstanding_grosze < 0:
        return "credit"
    if invoice.outstanding_grosze == 0:
        is_settled = invoice.kind == "correction" or invoice.is_from_jpk
        return "settled" if is_settled else "paid"
    if not asked.left_grosze:
        return "waiting" if asked.waiting_grosze else "covered"
    return "overdue" if asked.late(day) else "due"


def payable(invoice: Invoice) -> int:
    """The amount to pay on the document in grosze, usually its gross."""
    return invoice.gross_grosze if invoice.payable_grosze is None else invoice.payable_grosze
