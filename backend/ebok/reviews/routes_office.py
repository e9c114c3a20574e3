"""*Rejestracje do sprawdzenia*: the queue, one request, and the decision about it."""

from collections.abc import Callable

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ebok.access import STAFF, actor, current_user, requires
from ebok.cases import operations_looks as looks
from ebok.forms import read_posted
from ebok.pages.rendered import go, register, render, shown_if_refused
from ebok.profile.operations_looks import CHECK
from ebok.registration import operations_reviews as requests
from ebok.reviews import operations, operations_decisions as decisions, serializers
from ebok.reviews.forms import ApproveForm, RefuseForm
from ebok.reviews.operations_decisions import APPROVED, REFUSED, WAITING
from ebok.staff.models import StaffMember

routes = Blueprint("reviews", __name__)
register(routes)
PAGE = "/biuro/rejestracje"
VIEWS = {"zatwierdzone": APPROVED, "odmowy": REFUSED}
decides = requires(STAFF)


def _me() -> StaffMember:
    return current_user.account.member


def _after() -> int:
    """The last request of the page before, as the address names it."""
    after = request.args.get("po", "")
    known = after.isascii() and after.isdigit() and int(after) <= operations.LARGEST_ID
    return int(after) if known else 0


@routes.get("/biuro/rejestracje")
@decides
def show_queue():
    """The requests that wait, or those that were decided lately."""
    view = VIEWS.get(request.args.get("widok", ""), WAITING)
    return render("biuro/rejestracje", **serializers.queue(view, _after(), _me(), actor()))


@routes.get("/biuro/rejestracje/<review_id>")
@decides
def show_review(review_id: str):
    """One request; looking at it is a look at the customer, and recorded."""
    return _show(review_id, "")


def _show(review_id: str, act: str) -> Response:
    review = operations.get_review(review_id)
    look = looks.look(actor(), _me(), review.customer_code, CHECK)
    return render("biuro/rejestracja", act=act, **serializers.one(review, _me(), look))


def _with(act: str) -> Callable[[str], Response]:
    """The page with the form of this decision, for what its view refuses."""

    def page(review_id: str) -> Response:
        return _show(review_id, act)

    return page


@routes.get("/biuro/rejestracje/<review_id>/odmowa")
@decides
def show_refusal(review_id: str):
    """The form of a refusal."""
    return _show(review_id, "odmowa")


@routes.post("/biuro/rejestracje/<review_id>/zatwierdzenie")
@decides
@shown_if_refused(show_review)
def approve(review_id: str):
    """Open the account."""
    form, review = read_posted(ApproveForm), operations.get_review(review_id)
    decisions.approve(actor(), _me(), review, form.reached_by.data, form.told.data or "")
    return go(PAGE, _("Approved. The temporary password is on its way to %(to)s.", to=review.email))


@routes.post("/biuro/rejestracje/<review_id>/odmowa")
@decides
@shown_if_refused(_with("odmowa"))
def refuse(review_id: str):
    """Open no account."""
    form, review = read_posted(RefuseForm), operations.get_review(review_id)
    decisions.refuse(actor(), _me(), review, form.reason.data, form.told.data or "")
    return go(PAGE, _("Refused. An e-mail to %(email)s leaves in 15 seconds.", email=review.email))


@routes.post("/biuro/rejestracje/<review_id>/cofnij")
@decides
@shown_if_refused(show_review)
def take_back(review_id: str):
    """Take one's own refusal back before its mail leaves."""
    review = operations.get_review(review_id)
    requests.take_back(actor(), review.id)
    return go(f"{PAGE}/{review.id}", _("Taken back."))
