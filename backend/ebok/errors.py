"""One way to fail: a Refusal, told to everybody as RFC 9457 problem+json.

Operations raise refusals; nobody else shapes an error. A page that is not there, or a fault of
ours, passes through the same door.
"""

import logging
import traceback
from collections.abc import Iterable
from http import HTTPStatus
from typing import ClassVar

from flask import Flask, Response, json, request
from flask_babel import gettext as _, lazy_gettext as lazy
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ebok.database.outages import named
from ebok.logs import request_id

log = logging.getLogger(__name__)


class Refusal(Exception):
    """Something that was asked and is not done. Subclasses give `status`, `code` and `sentence`."""

    status = 422
    code = "refused"
    sentence = lazy("This cannot be done now.")
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, faults: Iterable[tuple[str, str]] = (), **extras):
        super().__init__(self.code)
        self.faults = faults
        self.extras = extras


class InvalidForm(Refusal):
    """What was typed cannot be right in itself: each fault stands at its field."""

    code = "invalid-form"
    sentence = lazy("Please correct the fields marked below.")


class NotFound(Refusal):
    """Not there, or not yours: the same answer."""

    status = 404
    code = "not-found"
    sentence = lazy("There is nothing at this address.")


class Forbidden(Refusal):
    """The view answers nobody, or not this person."""

    status = 403
    code = "forbidden"
    sentence = lazy("You do not have access to this.")


class SignInFirst(Refusal):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "sign-in-first"
    sentence = lazy("Please log in first.")


class DoFirst(Forbidden):
    """Who is signed in has something to do before anything else, at `page`."""

    page = "/"


class TooMany(Refusal):
    """A limit of `limits.py` is used up."""

    status = 429
    code = "too-many"
    sentence = lazy("Too many attempts. Please try again later.")


class LinkSpent(Refusal):
    """A link from a mail was opened before, is too old, or a newer mail replaced it."""

    status = 410
    code = "link-spent"
    sentence = lazy("This link has already been used or is too old.")


CODES = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
    415: "not-json",
}


def register(app: Flask, error_page) -> None:
    """Answer every failure of `app`; `error_page(status)` is shown outside the API."""
    app.register_error_handler(Refusal, _answer_refusal)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, lambda e: _answer_http(e, error_page))
    app.register_error_handler(Exception, lambda e: _answer_crash(e, error_page))


def problem(status: int, code: str, detail: str, faults=(), **extras) -> Response:
    """The one shape of an error; `faults` are (field, sentence) pairs in the form's order."""
    body = {
        "type": f"urn:ebok:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "faults": [{"field": field, "message": str(message)} for field, message in faults],
        **extras,
    }
    response = Response(json.dumps(body), status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def is_api() -> bool:
    """Whether the address asked for belongs to the API."""
    return request.path.startswith("/api/")


def _answer_refusal(refusal: Refusal) -> Response:
    detail = str(refusal.sentence)
    response = problem(refusal.status, refusal.code, detail, refusal.faults, **refusal.extras)
    response.headers.update(refusal.headers)
    if "retry_after_seconds" in refusal.extras:
        response.headers["Retry-After"] = str(refusal.extras["retry_after_seconds"])
    return response


def _answer_csrf(_error: CSRFError) -> Response:
    return problem(400, "csrf", _("This page has been open for a long time. Please try again."))


def _answer_http(error: HTTPException, error_page) -> Response:
    status = error.code or 500
    if not is_api() and status in (404, 405):
        return error_page(404)
    if status < 400:
        return error.get_response()  # pyright: ignore[reportReturnType]
    code = CODES.get(status, "bad-request" if status < 500 else "our-fault")
    late = _("This took too long to arrive. Please try again.")
    detail = late if status == 408 else _("We could not understand this request.")
    response = problem(status, code, detail)
    allowed = error.get_response().headers.get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response


def place(error: BaseException) -> str:
    """What a fault is, and the lines it came through, for the log.

    Never its own words: a database's fault repeats the values it was given, and those are
    somebody's data.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = "".join(f"\n  {f.filename}:{f.lineno} {f.name}" for f in frames)
    return f"{named(error)}{lines}"


def _answer_crash(error: Exception, error_page) -> Response:
    log.error("outcome=failed endpoint=%s %s", request.endpoint, place(error))
    if not is_api():
        return error_page(500)
    sentence = _(
        "Something went wrong on our side. Please try again. If you tell us about it, "
        "quote this number: %(number)s.",
        number=request_id(),
    )
    return problem(500, "our-fault", sentence)
