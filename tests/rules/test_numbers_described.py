"""docs/openapi.yaml types no number that a setting holds: it names the setting."""

import re
from collections.abc import Iterator

from described import description
from ebok.captcha import operations as captcha, operations_work
from ebok.data_export.operations import TICKET
from ebok.payments.routes import receive_notification
from ebok.server.bodies import KILO, SMALL
from ebok.settings.model import Limits, Settings

NUMBER = r"\d+|an|ones?|twice|two|three|four|five|six|seven|ten|twelve|fifteen|twenty|thirty|sixty"
UNIT = r"seconds?|minutes?|hours?|days?|weeks?|months?|times?|tries|failed|requests?|KiB|MB"
TOLD = re.compile(rf"\b({NUMBER})( \w+)? ({UNIT})\b", re.IGNORECASE)
NAMED = re.compile(r"(?:setting|limit)s? (`\w+`(?: and `\w+`)?)")
CONSTANT = {
    f"Bodies are limited to {SMALL.most_bytes // KILO} KiB.",
    f"The body has more than {SMALL.most_bytes // KILO} KiB.",
    f"At most {receive_notification.body.most_bytes // KILO} KiB.",
    # Of a CSRF token.
    "It lives for an hour and is bound to the browser's cookie; logging in or out makes a new one, "
    "which the answer to a login carries.",
    "The `csrf_token` of `GET /api/session`, not older than an hour.",
    # Of a captcha, a proof of work, and the download of one's own data.
    f"Good for one registration, within {operations_work.MINUTES} minutes.",
    f"Good for one answer, right or wrong, within {captcha.MINUTES} minutes.",
    f"Good for {TICKET.seconds // 60} minutes, for this account only.",
    # Over which time a limit counts is in its name.
    "Too many payments were begun with this account within an hour.",
    "Too much that was not true came from this source within an hour.",
    "This source has shown too many wrong keys within an hour.",
    "This source, or everybody together, has asked too often within an hour.",
    "Use and cost of the last twelve months, with the year before beside it",
}
"""Sentences whose number stands in the code, and no operator changes it."""


def prose(node, name: str = "") -> Iterator[str]:
    """Every sentence of the description."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from prose(inner, key)
    elif isinstance(node, list):
        for inner in node:
            yield from prose(inner)
    elif name in ("description", "summary"):
        yield from re.split(r"(?<=\.) ", " ".join(str(node).split()))


def test_numbers_of_time_and_times_are_constants():
    assert {told for told in prose(description()) if TOLD.search(told)} == CONSTANT


def test_settings_that_are_named_exist():
    told = " ".join(prose(description()))
    named = {name for found in NAMED.findall(told) for name in re.findall(r"\w+", found)} - {"and"}
    assert len(named) > 8
    for name in named:
        assert hasattr(Settings, name) or hasattr(Limits, name), name
