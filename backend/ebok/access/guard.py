"""Checks the mark of each view, and the CSRF token of requests that change something."""

import re
from typing import NoReturn
from urllib.parse import urlencode

from flask import Flask, abort, current_app, redirect, request
from flask_wtf import CSRFProtect  # pyright: ignore[reportMissingTypeStubs] it has no stubs
from werkzeug.wrappers import Response

from ebok import settings
from ebok.access import sessions
from ebok.access.marks import Anyone, Mark, Requires, mark_of
from ebok.access.realms import STAFF, place_of
from ebok.access.visits import READS, OnlyLooking, Visits, visit_here
from ebok.database.lending import forbid_writes
from ebok.errors import DoFirst, NotFound, SignInFirst, is_api

OWN_PATH = re.compile(r"(?:/[\w-]+)+", re.ASCII)
OPAQUE = ("state", "year", "faktury", "zlecenie")
"""Query parameters kept in `next` through the login: choices and opaque ids.

Others, such as a searched number or a point of use, would be personal data in a URL."""
PLAIN = re.compile(r"[\w,-]+", re.ASCII)


def register(
    app: Flask, plugged: tuple[sessions.Sessions, ...], visits: Visits | None = None
) -> None:
    """Guard every view of `app`; `plugged` are the sessions of its realms."""
    sessions.register(app, plugged, visits)
    # check() below decides for which views the token is needed.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> Response | None:
        """Refuse the request, or redirect a page's visitor to the page they must see first."""
        # Postgres raises on text with a zero byte.
        if "\0" in request.path:
            raise NotFound()
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None:
            return None
        sessions.require_admitted()
        mark = mark_of(view)
        if visit_here():
            return _check_visit(mark)
        if (elsewhere := _check(mark)) is not None:
            return elsewhere
        if mark.needs_token:
            csrf.protect()
        mark.confirm()
        return None


def _check(mark: Mark) -> Response | None:
    try:
        mark.check()
    except (SignInFirst, DoFirst) as refusal:
        if is_api() or not isinstance(mark, Requires):
            raise
        page = refusal.page if isinstance(refusal, DoFirst) else _login(mark)
        return redirect(f"{request.script_root}{page}", 303)
    return None


def _check_visit(mark: Mark) -> Response | None:
    """Refuse all but reading what is shown to the staff, too, which then can write nothing.

    Pages that are open to everybody are left for their own address.
    """
    prefix = settings.current().prefix
    try:
        if not sessions.person_here().is_authenticated:
            raise SignInFirst()
    except (SignInFirst, DoFirst) as refusal:
        if is_api():
            raise
        page = refusal.page if isinstance(refusal, DoFirst) else f"{STAFF.login}?ended=yes"
        return redirect(f"{prefix}{page}", 303)
    is_read = request.method in READS
    if is_read and isinstance(mark, Anyone) and not is_api():
        return redirect(f"{prefix}{request.path}", 303)
    if not is_read or not isinstance(mark, Requires) or not mark.shown_to_staff:
        _refuse_looking()
    forbid_writes()
    return None


def _refuse_looking() -> NoReturn:
    """Nothing of the office is below a visit, and no page but the customer's own."""
    is_page = request.method in READS and not is_api()
    if is_page or place_of(request.path) == STAFF.place:
        abort(404)
    raise OnlyLooking()


def _login(mark: Requires) -> str:
    """Address of the realm's login page: the requested page as `next`, and whether a session ended.

    Only a plain path of ours is kept, so that the address cannot lead to another site, and of its
    query only what is OPAQUE.
    """
    asked = {"ended": "yes"} if sessions.has_ended() else {}
    is_plain = mark.is_first_step or request.path == mark.realm.home
    if not is_plain and OWN_PATH.fullmatch(request.path):
        asked["next"] = request.path + _opaque()
    return f"{mark.realm.login}?{urlencode(asked, safe='/')}" if asked else mark.realm.login


def _opaque() -> str:
    given = [(name, request.args.get(name, "")) for name in OPAQUE]
    kept = [f"{name}={value}" for name, value in given if PLAIN.fullmatch(value)]
    return f"?{'&'.join(kept)}" if kept else ""
