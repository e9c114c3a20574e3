"""Asks the mark of each view whether it answers, and for the token that changes want."""

import re

from flask import Flask, current_app, redirect, request
from flask_wtf import CSRFProtect  # pyright: ignore[reportMissingTypeStubs] it has no stubs
from werkzeug.wrappers import Response

from ebok.access import sessions
from ebok.access.marks import Mark, Requires, mark_of
from ebok.errors import DoFirst, NotFound, SignInFirst, is_api

OWN_PATH = re.compile(r"(?:/[\w-]+)+", re.ASCII)


def register(app: Flask, plugged: tuple[sessions.Sessions, ...]) -> None:
    """Guard every view of `app`, whose realms have these sessions."""
    sessions.register(app, plugged)
    # Our own check, below, knows which views need none.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> Response | None:
        """Refuse the request, or send a page's visitor where they can go on."""
        # No text of the database has a zero byte: Postgres would fail instead of finding nothing.
        if "\0" in request.path:
            raise NotFound()
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None:
            return None
        mark = mark_of(view)
        if (elsewhere := _check(mark)) is not None:
            return elsewhere
        if mark.needs_token:
            csrf.protect()
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


def _login(mark: Requires) -> str:
    """The realm's login, with the page that was asked for: one of ours, by its path.

    Whatever else stood in the address is dropped: nothing in it can lead anywhere else.
    """
    is_plain = mark.is_first_step or request.path == mark.realm.home
    asked = "" if is_plain or not OWN_PATH.fullmatch(request.path) else f"?next={request.path}"
    return f"{mark.realm.login}{asked}"
