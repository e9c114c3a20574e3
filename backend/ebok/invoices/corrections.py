"""Which invoice a correction corrects, and which corrections an invoice has."""

from dataclasses import dataclass

from ebok.invoices.models import Invoice


@dataclass(frozen=True)
class Links:
    """Both ways. `corrects` is the number as the document gives it, "" for none; `corrected` the
    invoice, where we have it."""

    corrects: str
    corrected: Invoice | None
    corrected_by: list[Invoice]


def links(invoice: Invoice) -> Links:
    """What this customer's invoices say of each other; another's are not looked at."""
    mine = Invoice.customer == invoice.customer_code
    corrected = None
    if invoice.corrects:
        corrected = Invoice.get_or_none(mine & (Invoice.number == invoice.corrects))
    later = Invoice.select().where(mine & (Invoice.corrects == invoice.number))
    by_day = later.order_by(Invoice.issued_on, Invoice.number)
    return Links(invoice.corrects, corrected, list(by_day))
