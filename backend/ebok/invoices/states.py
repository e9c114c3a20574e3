"""How an invoice stands today: paid, due, overdue, or money to be given back."""

from datetime import date, datetime

from flask_babel import get_timezone

from ebok.invoices.models import Invoice

STATES = ("due", "overdue", "paid", "credit", "settled")


def today() -> date:
    """The day that it is in the office's time zone."""
    return datetime.now(get_timezone()).date()


def state_of(invoice: Invoice, day: date) -> str:
    """One of `STATES`; a correction without anything left on it is "settled", and not paid."""
    if invoice.outstanding_grosze < 0:
        return "credit"
    if invoice.outstanding_grosze == 0:
        return "settled" if invoice.kind == "correction" else "paid"
    is_late = invoice.due_on is not None and invoice.due_on < day
    return "overdue" if is_late else "due"


def payable(invoice: Invoice) -> int:
    """What the document asks for, in grosze: mostly its gross."""
    return invoice.gross_grosze if invoice.payable_grosze is None else invoice.payable_grosze
