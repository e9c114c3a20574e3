"""The customer's page in the office, and what is done there."""

from collections.abc import Callable

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ebok.access import STAFF, actor, current_user, requires
from ebok.cases import (
    operations,
    operations_acts as acts,
    operations_looks as looks,
    serializers,
    serializers_acts,
)
from ebok.cases.forms import PurposeForm
from ebok.cases.forms_acts import ACTS, UNDOING, Act, Doing
from ebok.forms import read_posted
from ebok.lookup.operations_searches import note_opened
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


def back(code: str, said: str):
    """The way to the customer's page, which says what was done."""
    return go(f"{PAGE}/{code}", said)


@routes.get("/biuro/klient/<code>")
@opens
def case(code: str):
    """A customer: where they stand, what can be done, all that happened."""
    return show(code)


def show(code: str, slug: str = "") -> Response:
    """The page, with the list of acts or the form of one; looking is recorded."""
    operations.require_known(code)
    look = looks.look(actor(), me(), code)
    note_opened(me(), code)
    found = operations.get_case(code)
    doing = serializers_acts.acts(found, me(), slug)
    return render("biuro/klient", **serializers.whole(found, me(), look), **doing)


def form_of(slug: str) -> Callable[[str], Response]:
    """The page with the form of this act, for what its view refuses."""

    def page(code: str) -> Response:
        return show(code, slug)

    return page


@routes.get("/biuro/klient/<code>/<act>")
@opens
def show_act(code: str, act: str):
    """The page with the form of an act; what cannot be done now has none."""
    return show(code, act)


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


@routes.post("/biuro/klient/<code>/cofnij")
@opens
@shown_if_refused(case)
def undo(code: str):
    """Take back what one has just done."""
    acts.undo(actor(), me(), code, UNDOING)
    return back(code, _("Taken back."))


def doing(act: Act) -> Callable[[str], Response]:
    """The view that does this act and says what was done."""

    def view(code: str) -> Response:
        operations.require_known(code)
        form, session = read_posted(act.form), current_user.account
        page, said = act.run(Doing(actor(), me(), code, form, session))
        return go(page or f"{PAGE}/{code}", said)

    marked = requires(STAFF, act.role, asks_again=act.asks_again)(view)
    return shown_if_refused(form_of(act.slug))(marked)


for each in {act.slug: act for act in ACTS}.values():
    routes.post(f"/biuro/klient/<code>/{each.slug}", endpoint=each.slug)(doing(each))
