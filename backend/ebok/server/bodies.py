"""Limits of request bodies: declared on each view, looked up by URL before the body is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

KILO = 1024
REFUSED = "ebok.refused"
"""Key in the WSGI environment: the status with which the gate refused a body."""
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Body:
    """Decorator: the view takes a body of at most `most_bytes`, or limits a stream itself."""

    most_bytes: int
    is_streamed: bool = False

    def __call__(self, view: View) -> View:
        """Store the limit on this view."""
        setattr(view, "body", self)  # noqa: B010 a function of Flask's has no such attribute
        return view


SMALL = Body(16 * KILO)
"""The default. The longest form has 12 kB: two passwords with every character escaped."""
streamed = Body(0, is_streamed=True)
"""For bodies too large for memory: the view reads the stream and limits its length itself."""


def limit_body(most_bytes: int) -> Body:
    """Decorator: another limit than the default, in bytes."""
    return Body(most_bytes)


def body_of(view: Callable[..., Any] | None) -> Body:
    """The limit declared on this view, else SMALL."""
    return getattr(view, "body", SMALL)


class Bodies:
    """Looks up the body limit of each URL of an application that is served below `prefix`."""

    def __init__(self, app: Flask, prefix: str = ""):
        self.views, self.prefix = app.view_functions, prefix
        self.addresses = app.url_map.bind("")

    def at(self, method: str, path: str) -> Body:
        """The limit for this method and path; SMALL where no view matches."""
        try:
            endpoint, _ = self.addresses.match(path.removeprefix(self.prefix), method)
        except HTTPException:
            return SMALL
        return body_of(self.views[endpoint])


def register(app: Flask) -> None:
    """Make `app` refuse what the gate refused, and check limits itself where no gate runs."""
    app.config["MAX_CONTENT_LENGTH"] = SMALL.most_bytes

    @app.before_request
    def bound() -> None:
        if status := request.environ.get(REFUSED):
            abort(status)
        body = body_of(app.view_functions.get(request.endpoint or ""))
        if body is not SMALL:
            request.max_content_length = None if body.is_streamed else body.most_bytes
