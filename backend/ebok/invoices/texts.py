"""Days, periods and quantities of invoices in words, in the language of the request."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ebok.invoices.models import Invoice
from ebok.languages import gettext as _
from ebok.values import days, figures, language


def day(on: date) -> str:
    """A date such as "6 listopada 2026" with plain spaces, for text that is searched and copied."""
    return days.text(on).replace("\u00a0", " ")


def amount(quantity: Fraction) -> str:
    """A quantity with up to three decimals."""
    much = Decimal(repr(abs(round(float(quantity), 3))))
    written = figures.decimal(much, language.in_use(), most=3)
    return f"{figures.MINUS}{written}" if quantity < 0 else written


def cubic_metres(quantity: Fraction) -> str:
    """A quantity in m³, with a no-break space before the unit."""
    return f"{amount(quantity)}\u00a0m³"


def period(invoice: Invoice, beside: Invoice | None = None) -> str:
    """An invoice's period to follow "for": wrzesień, lipiec–sierpień, okres 3.09–2.10.

    The year is given unless it is that of `beside`. "" if no period is known.
    """
    first, last = invoice.period_from, invoice.period_to
    if not first or not last:
        return ""
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return _("the period %(first)s–%(last)s", first=_short(first), last=_short(last))
    months = _months(first, last)
    other = beside.period_to if beside else None
    return months if other and other.year == last.year else f"{months} {last.year}"


def _months(first: date, last: date) -> str:
    begin, end = (days.written(day, "LLLL", language.in_use()) for day in (first, last))
    if (first.year, first.month) == (last.year, last.month):
        return end
    return f"{begin}–{end}" if first.year == last.year else f"{begin} {first.year}–{end}"


def _short(on: date) -> str:
    return days.written(on, "d.MM.y", language.in_use())
