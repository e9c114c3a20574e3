"""The search box of the office, its page, and the caller whom a telephone system opens."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from ebok.access import STAFF, actor, current_user, requires
from ebok.forms import read_posted
from ebok.lookup import operations as lookup, operations_searches as searches, serializers
from ebok.lookup.forms import SearchForm
from ebok.lookup.models import Search
from ebok.lookup.operations import Results
from ebok.pages.rendered import go, register, render, render_part, shown_if_refused
from ebok.staff.models import StaffMember

routes = Blueprint("lookup", __name__)
register(routes)
IN_BOX, ON_PAGE = 8, 50
"""Most hits of each kind."""
own = requires(STAFF)


def _me() -> StaffMember:
    return current_user.account.member


@routes.get("/biuro/szukaj")
@own
def show_searching():
    """*Szukaj*: the box, and whom one opened last."""
    return render("biuro/szukaj", **serializers.recents(_me()))


@routes.post("/biuro/szukaj")
@own
@shown_if_refused(show_searching)
def search():
    """Search; an identifier leads to its customer, words to a page that stays."""
    query = read_posted(SearchForm).q.data or ""
    if not query.strip():
        return go("/biuro/szukaj")
    return _lead_on(*searches.search(actor(), _me(), query, ON_PAGE))


def _lead_on(search: Search, results: Results) -> Response:
    if results.jump:
        return go(f"/biuro/klient/{results.jump.code}")
    return go(f"/biuro/szukaj/{search.public_id}")


@routes.get("/biuro/szukaj/<search_id>")
@own
def show_found(search_id: str):
    """What one's own search finds."""
    return render(
        "biuro/znalezione",
        **serializers.found(*searches.show_again(actor(), _me(), search_id, ON_PAGE)),
    )


def show_box():
    """The box with nothing found: why is said in it."""
    return render_part("found", groups=[], recents=[])


@routes.post("/biuro/szukaj/lista")
@own
@shown_if_refused(show_box)
def list_found():
    """What is found by what stands in the box now; whom one opened last, if nothing does."""
    query = read_posted(SearchForm).q.data or ""
    if not query.strip():
        return render_part("found", groups=[], **serializers.recents(_me()))
    found = serializers.found(*searches.search(actor(), _me(), query, IN_BOX))
    return render_part("found", recents=[], **found)


@routes.get("/biuro/dzwoni")
@own
def open_caller():
    """The customer who calls, as a telephone system asks: `?tel=…`; all whom it may be."""
    number = request.args.get("tel", "")[: lookup.LONGEST_QUERY]
    if not lookup.find_caller(number):
        return render("biuro/szukaj", caller=number, **serializers.recents(_me()))
    return _lead_on(*searches.search(actor(), _me(), number, ON_PAGE))


@routes.get("/biuro/klawiatura")
@own
def show_keys():
    """The map of the keys."""
    return render("biuro/klawiatura")
