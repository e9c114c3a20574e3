"""Logs: one line an event on stderr, for systemd to keep. No line holds anything personal.

What is logged are deeds of the machine, as `key=value` (a mail's number, a view's name, a fault's
plain name and place), never values of a request, addresses or codes: those are in the audit log,
under lock. What is logged during a request bears its number, which the answer bears, too: by it the
office finds the lines of what a customer tells of.
"""

import logging

from flask import Flask, Response, g, has_request_context

from ebok.tokens import new_short_code, shown_short_code

FORMAT = "%(asctime)s %(levelname)s %(name)s %(request)s%(message)s"
HEADER = "X-Request-Id"


class Numbered(logging.Filter):
    """Gives each line the number of the request that it is of, if it is of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes."""
        number = request_id()
        record.request = f"request={number} " if number else ""
        return True


def configure() -> None:
    """Send the house's own lines to stderr, once."""
    log = logging.getLogger("ebok")
    if log.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(Numbered())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def request_id() -> str:
    """The number of this request; empty outside of one."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        # Made here, never taken over: what a stranger sends must not stand in the log.
        g.request_id = shown_short_code(new_short_code())
    return g.request_id


def register(app: Flask) -> None:
    """Tell the number of each request in its answer."""

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        return response
