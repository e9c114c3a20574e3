"""Visits: a member of the staff sees a customer's own screens, and can change nothing there.

/biuro/ekran/<visit>/faktury is /faktury as the customer of this visit sees it. Whose screens they
are follows from the address and the member's own session: there is no cookie of its own, so that
two visits, and a session of a customer in the same browser, have nothing in common.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import has_request_context, request
from flask_babel import lazy_gettext as lazy

from ebok.access.realms import STAFF, Realm, place_of
from ebok.errors import DoFirst, Forbidden

VISIT = "ebok.visit"
"""Key of the visit's id in the WSGI environment."""
PLACE = "/biuro/ekran"
ADDRESS = re.compile(rf"({PLACE}/([0-9a-f]{{32}}))(/.*)", re.ASCII | re.DOTALL)
READS = frozenset({"GET", "HEAD"})


class OnlyLooking(Forbidden):
    """A visit changes nothing, and shows nothing that is only the customer's own."""

    code = "only-looking"
    sentence = lazy(
        "You are looking at the customer's screens: nothing can be changed here, and this part is "
        "shown to the customer alone."
    )


class VisitOver(DoFirst):
    """The visit's time is over, or it was begun in another session of the member."""

    code = "visit-over"
    sentence = lazy("Your look at these screens is over. Begin it again on the customer's page.")

    def __init__(self, page: str = STAFF.home):
        super().__init__()
        self.page = page


@dataclass(frozen=True)
class Visits:
    """Registers who may see whose screens.

    `find(person, visit)` returns the customer of this visit as the person signed in, whose
    `seen_by` is the member `person`. It raises VisitOver.
    """

    by: Realm
    find: Callable[[Any, str], Any]


def mounted(wsgi_app: Any) -> Any:
    """Answer below the addresses of visits what the application has at the rest of the path."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # A stranger's header cannot make this key: those begin with HTTP_.
        if found := ADDRESS.fullmatch(environ.get("PATH_INFO", "")):
            place, environ[VISIT], environ["PATH_INFO"] = found.groups()
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + place
        return wsgi_app(environ, start_response)

    return answer


def visit_here() -> str:
    """Id of the visit that this request belongs to; "" for none."""
    return request.environ.get(VISIT, "") if has_request_context() else ""


def place_here() -> str:
    """First part of the address as it was asked for, which says whose cookie counts."""
    return STAFF.place if visit_here() else place_of(request.path)
