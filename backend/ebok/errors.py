"""Errors: every failure is a Refusal, answered as RFC 9457 problem+json.

Operations raise refusals; nothing else builds error answers. Unknown addresses and crashes get the
same shape.
"""

import logging
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask, Response, json, request
from flask_babel import gettext as _, lazy_gettext as lazy
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ebok.database.outages import named
from ebok.logs import request_id

log = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that is refused. Subclasses set `status`, `code` and `sentence`."""

    status = 422
    code = "refused"
    sentence = lazy("This cannot be done now.")
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, faults: Iterable[tuple[str, str]] = (), **extras: object):
        super().__init__(self.code)
        self.faults = faults
        self.extras = extras


class InvalidForm(Refusal):
    """A field has an invalid value; `faults` names each field."""

    code = "invalid-form"
    sentence = lazy("Please correct the fields marked below.")


class NotFound(Refusal):
    """The thing does not exist, or belongs to somebody else: the same answer."""

    status = 404
    code = "not-found"
    sentence = lazy("There is nothing at this address.")


class Forbidden(Refusal):
    """The view does not answer this person."""

    status = 403
    code = "forbidden"
    sentence = lazy("You do not have access to this.")


class SignInFirst(Refusal):
    """The view needs a session, and there is none."""

    status = 401
    code = "sign-in-first"
    sentence = lazy("Please log in first.")


class DoFirst(Forbidden):
    """The person who is signed in must first do something, on the page `page`."""

    page = "/"


class TooMany(Refusal):
    """A rate limit is used up (`limits.py`)."""

    status = 429
    code = "too-many"
    sentence = lazy("Too many attempts. Please try again later.")


class LinkSpent(Refusal):
    """A link from a mail was used, has expired, or was replaced by a newer one."""

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
    416: "no-such-part",
}


ErrorPage = Callable[[int], Any]
"""Renders the page of a status for what is outside the API."""


def register(app: Flask, error_page: ErrorPage) -> None:
    """Register the error handlers; `error_page(status)` renders failures outside the API."""
    app.register_error_handler(Refusal, _answer_refusal)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, lambda e: _answer_http(e, error_page))
    app.register_error_handler(Exception, lambda e: _answer_crash(e, error_page))


def problem(
    status: int, code: str, detail: str, faults: Iterable[tuple[str, object]] = (), **extras: Any
) -> Response:
    """The answer to an error; `faults` are (field, sentence) pairs in the form's order."""
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
    """Whether the request's address belongs to the API."""
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


def _answer_http(error: HTTPException, error_page: ErrorPage) -> Response:
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
    """Type and stack of an exception, for the log.

    Never its message: a database error quotes values, which may be personal data.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = "".join(f"\n  {f.filename}:{f.lineno} {f.name}" for f in frames)
    return f"{named(error)}{lines}"


def _answer_crash(error: Exception, error_page: ErrorPage) -> Response:
    log.error("outcome=failed endpoint=%s %s", request.endpoint, place(error))
    if not is_api():
        return error_page(500)
    sentence = _(
        "Something went wrong on our side. Please try again. If you tell us about it, "
        "quote this number: %(number)s.",
        number=request_id(),
    )
    return problem(500, "our-fault", sentence)
