"""The chart of use and cost."""

from flask import Blueprint, request
from flask_login import current_user

from ebok.access import customer
from ebok.consumption import operations, texts
from ebok.database import as_text, day_as_text

routes = Blueprint("consumption", __name__)


@routes.get("/use")
@customer
def show_use():
    """The last year of one's own use, with the year before beside it."""
    point = request.args.get("point", "")
    use = operations.show(current_user.account.customer_code, point)
    return {"use": _shape(use)}


def _shape(use: operations.Use) -> dict:
    return {
        "as_of": as_text(use.as_of),
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


def _slot(slot) -> dict:
    return _period(slot.now) | {"before": _period(slot.before) if slot.before else None}


def _period(period) -> dict:
    return {
        "first_on": day_as_text(period.first),
        "last_on": day_as_text(period.last),
        "litres": period.litres,
        "cost_grosze": period.cost_grosze,
    }
