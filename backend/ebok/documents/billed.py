"""Where and by which meters the water was used that an invoice bills."""

from ebok.invoices.models import Invoice
from ebok.meters.models import PointOfUse
from ebok.meters.readings import Measured, Readings
from ebok.meters.tenancy import is_theirs


def points_of(customer_code: str) -> list[PointOfUse]:
    """The customer's points of use, by street."""
    mine = PointOfUse.select().where(PointOfUse.customer == customer_code)
    return list(mine.order_by(PointOfUse.street, PointOfUse.code))


def point_of(invoice: Invoice, points: list[PointOfUse]) -> PointOfUse | None:
    """The point that the invoice names; where it names none, the customer's only one, if it was
    theirs then."""
    if not invoice.point_code:
        only = points[0] if len(points) == 1 else None
        return only if only and is_theirs(only, invoice.period_from) else None
    return next((point for point in points if point.code == invoice.point_code), None)


def measured(invoice: Invoice, point: PointOfUse | None) -> list[Measured]:
    """The point's meters in the invoice's period, each with its readings; there may be two."""
    if not point or not invoice.period_from or not invoice.period_to:
        return []
    first, last = invoice.period_from, invoice.period_to
    return Readings([point.code], first, last).measured([point.code], first, last)
