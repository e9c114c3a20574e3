"""Logs: one line per event on stderr, kept by systemd. No line holds personal data.

Lines are `key=value` facts about the software (number of a mail, name of a view, name and place of
a fault), never values from a request, addresses or codes: those belong to the audit log. Lines
written during a request carry its number, which the response carries too, so that the office can
find them when a customer quotes it.
"""

import logging

from flask import Flask, Response, g, has_request_context

from ebok.tokens import new_short_code, shown_short_code

FORMAT = "%(asctime)s %(levelname)s %(name)s %(request)s%(message)s"
HEADER = "X-Request-Id"


class Numbered(logging.Filter):
    """Puts the number of the current request, if any, into each line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `record.request`; every line passes."""
        number = request_id()
        record.request = f"request={number} " if number else ""
        return True


def configure() -> None:
    """Send the lines of the logger `ebok` to stderr; safe to call again."""
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
    """Number of the current request; "" outside a request."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        # Generated here, never taken from a header: strangers must not write into the log.
        g.request_id = shown_short_code(new_short_code())
    return g.request_id


def register(app: Flask) -> None:
    """Add the request number to the headers of each response."""

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        return response
