"""API of the chart of use and cost."""

from flask import Blueprint, request

from ebok.access import CUSTOMER, current_user, requires
from ebok.consumption import operations, serializers

routes = Blueprint("consumption", __name__)


@routes.get("/use")
@requires(CUSTOMER, shown_to_staff=True)
def show_use():
    """The customer's use of the last year, compared with the year before."""
    point = request.args.get("point", "")
    use = operations.show(current_user.account.customer_code, point)
    return {"use": serializers.use(use)}
