"""How an invoice stands today: paid, due, overdue, or money to be given back."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ebok import settings
from ebok.database import now
from ebok.invoices.models import CALL, Invoice
from ebok.invoices.operations_dues import Asked

STATES = ("due", "overdue", "waiting", "covered", "paid", "credit", "settled", "call")


def today() -> date:
    """The day that it is in the office's time zone."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The office's day at an instant in UTC: an hour or two before midnight it is the next one."""
    zone = ZoneInfo(settings.current().timezone)
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def state_of(invoice: Invoice, asked: Asked, day: date) -> str:
    """One of `STATES`; a correction without anything left on it is "settled", and not paid;
    so is what JPK_FA alone tells of.

    "waiting" was paid online and is not booked yet; "covered" is what the customer's credit covers.
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
    """What the document asks for, in grosze: mostly its gross."""
    return invoice.gross_grosze if invoice.payable_grosze is None else invoice.payable_grosze
