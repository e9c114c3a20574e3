"""The customer's page in the office."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ebok.access import STAFF, actor, current_user, requires
from ebok.cases import operations, operations_looks as looks, serializers
from ebok.cases.forms import PurposeForm
from ebok.forms import read_posted
from ebok.pages.rendered import go, register, render, shown_if_refused
from ebok.staff.models import StaffMember

routes = Blueprint("cases", __name__)
register(routes)
PAGE = "/biuro/klient"
opens = requires(STAFF)
stays = requires(STAFF, prolongs=False)


def me() -> StaffMember:
    """The member who is signed in."""
    return current_user.account.member


@routes.get("/biuro/klient/<code>")
@opens
def case(code: str):
    """A customer: where they stand, what can be done, all that happened."""
    return show(code)


def show(code: str, **act: object) -> Response:
    """The page, with the list of acts or the form of one; looking is recorded."""
    found = operations.get_case(code)
    look = looks.look(actor(), me(), code)
    return render("biuro/klient", **serializers.whole(found, me(), look), **act)


@routes.post("/biuro/klient/<code>/cel")
@opens
@shown_if_refused(case)
def change_purpose(code: str):
    """Why one looks, if it is no call."""
    operations.require_known(code)
    looks.change_purpose(actor(), me(), code, read_posted(PurposeForm).purpose.data)
    return go(f"{PAGE}/{code}", _("The purpose of your look is changed."))


@routes.get("/biuro/klient/<code>/obecni")
@stays
def show_others(code: str):
    """Who else is looking; asked by the open page, which thus tells that it is still open."""
    return render("biuro/obecni", others=serializers.others(looks.stay(me(), code)))
