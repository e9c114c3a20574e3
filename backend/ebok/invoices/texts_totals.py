"""Totals below an invoice's lines: net, VAT by rate, margin scheme, rounding."""

from collections.abc import Sequence
from typing import TypedDict

from ebok.invoices.models import Invoice
from ebok.invoices.operations_vat import RateSum
from ebok.ksef.texts import rate_in_words
from ebok.languages import gettext as _
from ebok.values import money
from ebok.values.money import Money
from ebok.values.vat import MARGIN


class TotalRowJson(TypedDict):
    """A row of the totals: a VAT rate, the margin scheme, or rounding."""

    name: str
    of: str
    """Of how much, where there are several rates; may be empty."""
    amount: Money


class InvoiceTotalJson(TypedDict):
    """The totals below the lines."""

    net: Money | None
    """Null in the margin scheme, where amounts have no net."""
    rows: list[TotalRowJson]


def total(invoice: Invoice, sums: Sequence[RateSum]) -> InvoiceTotalJson:
    """The totals of an invoice."""
    margin = sum(one.net_grosze for one in sums if one.vat_rate == MARGIN)
    has_net = not margin or any(one.vat_rate != MARGIN for one in sums)
    left = invoice.gross_grosze - invoice.net_grosze - invoice.vat_grosze
    rows = [_row(one, is_one_of_several=len(sums) > 1) for one in sums]
    if left:
        rows.append({"name": _("Rounding"), "of": "", "amount": money.as_json(left)})
    return {"net": money.as_json(invoice.net_grosze - margin) if has_net else None, "rows": rows}


def _row(one: RateSum, is_one_of_several: bool) -> TotalRowJson:
    # In the margin scheme VAT must not be shown on the invoice (VAT act art. 120).
    if one.vat_rate == MARGIN:
        name = _("Margin scheme, with VAT")
        return {"name": name, "of": "", "amount": money.as_json(one.net_grosze)}
    of = _("of %(sum)s", sum=money.zloty(one.net_grosze)) if is_one_of_several else ""
    name = _("VAT %(rate)s", rate=rate_in_words(one.vat_rate)).strip()
    return {"name": name, "of": of, "amount": money.as_json(one.vat_grosze)}
