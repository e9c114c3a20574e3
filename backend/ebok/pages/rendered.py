"""Pages of the office, rendered for each request, and how they tell that something was refused.

A page is a view; what changes something is another, at an address of its own, which names the page
that is shown again when it refuses (`shown_if_refused`), with every fault at its field and all that
was typed, but for passwords:

    @routes.post("/biuro/pracownicy")
    @requires(STAFF, ADMINISTRATOR)
    @shown_if_refused(show_staff)
    def invite(): …
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    redirect,
    request,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from ebok import settings
from ebok.access import current_user
from ebok.errors import DoFirst, Forbidden, NotFound, Refusal, SignInFirst
from ebok.languages import language, moment
from ebok.pages.composed import around, environment
from ebok.pages.frames import Frame
from ebok.pages.static import Static

EXTENSION = "ebok_static"
NO_ENTRY = (Forbidden, NotFound, SignInFirst)
NEVER_SHOWN_AGAIN = ("csrf_token", "password", "current_password", "new_password")
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Refused:
    """What was refused: the sentence, each field's fault, and what had been typed."""

    sentence: str = ""
    status: int = 200
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])
    typed: Mapping[str, str] = field(default_factory=dict[str, str])


NOTHING = Refused()


class ShowPage(Refusal):
    """A refusal that is told by a page of its own, `page`, which is shown `values`."""

    page = ""

    @property
    def values(self) -> dict[str, Any]:
        """What the page shows beside the refusal."""
        return {}


def render(name: str, **shown: Any) -> Response:
    """Respond with `frontend/pages/<name>.html` in the staff's frame, with what it shows."""
    return _rendered(f"pages/{name}.html", name, shown)


def render_part(name: str, **shown: Any) -> Response:
    """Respond with `frontend/partials/<name>.html` alone, which has a place on any page."""
    return _rendered(f"partials/{name}.html", "biuro/biuro", shown)


def _rendered(template: str, page: str, shown: dict[str, Any]) -> Response:
    chosen, lang, refused = settings.current(), language(), g.get("refused", NOTHING)
    static: Static = current_app.extensions[EXTENSION]
    whole = around(chosen, static, page, lang, Frame.STAFF, Frame.STAFF.styles(is_open=False))
    # Who gets another frame, as by logging in, is sent the whole page by the browser.
    whole["layout"] += _shown_around()
    html = (
        environment(lang)
        .get_template(template)
        .render(
            whole,
            csrf_token=generate_csrf(),
            person=current_user,
            moment=moment,
            refused=refused,
            told=[] if template.startswith("partials/") else get_flashed_messages(),
            **shown,
        )
    )
    response = Response(html, refused.status)
    response.headers["Cache-Control"] = "no-store"
    if refused.status >= 400:
        # It stands at the address of the page, not of the change that was refused.
        response.headers["HX-Push-Url"] = "false"
    return response


def _shown_around() -> str:
    """What the frame depends on: who is signed in, what they may do, and whether they may yet."""
    if not current_user.is_authenticated:
        return "-out"
    return f"-first-{current_user.id}" if current_user.first else f"-in-{current_user.id}"


def go(path: str, said: str = "") -> AnyResponse:
    """Respond with the way to this page, which then shows the sentence `said`."""
    if said:
        flash(said)
    return redirect(f"{request.script_root}{path}", 303)


def shown_if_refused(page: Callable[..., AnyResponse]) -> Callable[[View], View]:
    """Name the page that a view's refusals are shown on."""

    def mark(view: View) -> View:
        setattr(view, "page_if_refused", page)  # noqa: B010 a function has no such attribute
        return view

    return mark


def register(routes: Blueprint) -> None:
    """Have the refusals of these views told by pages."""
    routes.register_error_handler(Refusal, _show_refusal)
    routes.register_error_handler(CSRFError, _show_old_page)


def _show_refusal(refusal: Refusal) -> AnyResponse:
    if isinstance(refusal, DoFirst):
        return go(refusal.page)
    faults = {name: str(message) for name, message in reversed(list(refusal.faults))}
    response = _show(str(refusal.sentence), refusal.status, faults, refusal)
    if "retry_after_seconds" in refusal.extras:
        response.headers["Retry-After"] = str(refusal.extras["retry_after_seconds"])
    return response


def _show_old_page(_error: CSRFError) -> AnyResponse:
    return _show(_("This page has been open for a long time. Please try again."), 400, {})


def _show(
    sentence: str, status: int, wrong: dict[str, str], refusal: Refusal | None = None
) -> AnyResponse:
    typed = {name: text for name, text in request.form.items() if name not in NEVER_SHOWN_AGAIN}
    g.refused = Refused(sentence, status, wrong, typed)
    if isinstance(refusal, ShowPage):
        return render(refusal.page, **refusal.values)
    view = current_app.view_functions.get(request.endpoint or "")
    page: Callable[..., AnyResponse] | None = getattr(view, "page_if_refused", None)
    # Who may not call the view may not see its page either.
    if page is None or isinstance(refusal, NO_ENTRY):
        return render("biuro/odmowa")
    try:
        return page(**(request.view_args or {}))
    except NO_ENTRY as more:
        # Nor may they see it now: it is about somebody who is gone, or they must do another first.
        return _show_refusal(more)
