"""API of the chart of use and cost."""

from flask import Blueprint, request

from ebok.access import CUSTOMER, current_user, requires
from ebok.consumption import operations, texts
from ebok.consumption.operations_periods import Period, Slot
from ebok.database.iso import day_as_text
from ebok.values import days

routes = Blueprint("consumption", __name__)


@routes.get("/use")
@requires(CUSTOMER)
def show_use():
    """The customer's use of the last year, beside the year before."""
    point = request.args.get("point", "")
    use = operations.show(current_user.account.customer_code, point)
    return {"use": _shape(use)}


def _shape(use: operations.Use) -> dict:
    return {
        "as_of": days.instant_as_json(use.as_of),
        "points": [
            {"code": p.code, "street": p.street, "meters": list(p.meters)} for p in use.points
        ],
        "point": use.point or None,
        "may_sum": use.may_sum,
        "periods": [_slot(slot) for slot in use.slots],
        "findings": {
            "use": texts.of_use(use.slots),
            "cost": texts.of_cost(use.slots),
        },
    }


def _slot(slot: Slot) -> dict:
    now = slot.now
    return {
        **_period(now),
        "name": days.period(now.first, now.last),
        "labels": days.labels(now.first, now.last),
        "before": _period(slot.before) if slot.before else None,
    }


def _period(period: Period) -> dict:
    return {
        "first_on": day_as_text(period.first),
        "last_on": day_as_text(period.last),
        "use": texts.used(period.litres),
        "cost": texts.cost(period.cost_grosze),
    }
