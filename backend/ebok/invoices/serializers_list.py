"""JSON of the list, and what of it is in that of a single invoice, too."""

from ebok.billing.models import Import
from ebok.invoices import operations_list
from ebok.invoices.models import Invoice
from ebok.invoices.operations_states import state_of
from ebok.invoices.serializers_json import (
    InvoiceCountsJson,
    InvoiceItemJson,
    InvoiceListJson,
    PointOfUseJson,
    ShownPeriod,
)
from ebok.meters.models import PointOfUse
from ebok.meters.operations import points_of
from ebok.payments import operations_balance as balance
from ebok.payments.operations_balance import Balance
from ebok.values import days, language, money


def listed(customer_code: str, wanted: operations_list.Wanted) -> InvoiceListJson:
    """A page of the list, with the values to filter by."""
    owed = balance.asked_of(customer_code)
    page = operations_list.page(customer_code, wanted, owed.asked, owed.today)
    return {
        "as_of": days.instant_as_json(Import.as_of()),
        "total": page.total,
        "counts": InvoiceCountsJson(**page.counts),
        "by_year": [{"year": year, "count": count} for year, count in page.by_year],
        "items": [item(invoice, owed) for invoice in page.invoices],
        "next": page.next,
        "years": operations_list.years(customer_code),
        "points": [point_json(point) for point in points_of(customer_code)],
    }


def item(invoice: Invoice, owed: Balance) -> InvoiceItemJson:
    """An invoice as the list shows it."""
    asked = owed.of(invoice.number)
    first = asked.first()
    lang = language.in_use()
    return {
        "id": invoice.public_id,
        "number": invoice.number,
        "kind": invoice.kind,
        "period": _period(invoice),
        "state": state_of(invoice, asked, owed.today),
        "issued": days.as_json(invoice.issued_on, lang),
        "due": days.as_json(first.due_on if first else invoice.due_on, lang),
        "gross": money.as_json(invoice.gross_grosze, lang),
        "outstanding": money.as_json(invoice.outstanding_grosze, lang),
        "left": money.as_json(asked.left_grosze, lang),
        "paid_online": days.as_json(asked.paid_on, lang) if asked.waiting_grosze else None,
    }


def _period(invoice: Invoice) -> ShownPeriod | None:
    first, last = invoice.period_from, invoice.period_to
    if not first or not last:
        return None
    name, text = days.period(first, last), days.span(first, last)
    return {"from": first.isoformat(), "to": last.isoformat(), "name": name, "text": text}


def point_json(point: PointOfUse) -> PointOfUseJson:
    """A point of use with its address."""
    return {
        "code": point.code,
        "street": point.street,
        "postal_code": point.postal_code,
        "city": point.city,
    }
