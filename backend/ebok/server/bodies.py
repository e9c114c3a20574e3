"""How long a body a view takes: said on the view, found by its address before anything is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

KILO = 1024
REFUSED = "ebok.refused"
"""The status with which a body was refused that the gate has not let in, in the environment."""
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Body:
    """What a view takes, as a decorator: at most so many bytes, or a stream it bounds itself."""

    most_bytes: int
    is_streamed: bool = False

    def __call__(self, view: View) -> View:
        """Say so on this view."""
        setattr(view, "body", self)  # noqa: B010 a function of Flask's has no such attribute
        return view


SMALL = Body(16 * KILO)
"""Where nothing is said. The longest form has 12: two passwords, each sign of them escaped."""
streamed = Body(0, is_streamed=True)
"""For more than fits into memory: the view reads it as it comes, and says how much it takes."""


def limit_body(most_bytes: int) -> Body:
    """Takes at most so many bytes, more than others or fewer."""
    return Body(most_bytes)


def body_of(view: Callable[..., Any] | None) -> Body:
    """What this view takes."""
    return getattr(view, "body", SMALL)


class Bodies:
    """What is taken at each address of an application below `prefix`."""

    def __init__(self, app: Flask, prefix: str = ""):
        self.views, self.prefix = app.view_functions, prefix
        self.addresses = app.url_map.bind("")

    def at(self, method: str, path: str) -> Body:
        """What a request of this method is taken with at this path; SMALL where nobody answers."""
        try:
            endpoint, _ = self.addresses.match(path.removeprefix(self.prefix), method)
        except HTTPException:
            return SMALL
        return body_of(self.views[endpoint])


def register(app: Flask) -> None:
    """Have `app` refuse what the gate has, and by itself what no gate has looked at."""
    app.config["MAX_CONTENT_LENGTH"] = SMALL.most_bytes

    @app.before_request
    def bound() -> None:
        if status := request.environ.get(REFUSED):
            abort(status)
        body = body_of(app.view_functions.get(request.endpoint or ""))
        if body is not SMALL:
            request.max_content_length = None if body.is_streamed else body.most_bytes
