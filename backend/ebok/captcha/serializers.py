"""JSON of captchas and proofs of work."""

from typing import Annotated, TypedDict

from flask import url_for

from ebok.captcha import operations, operations_work
from ebok.captcha.operations_work import TOLD, Work
from ebok.database.iso import as_text
from ebok.values.days import Instant

_Address = Annotated[str, "format: uri-reference"]


class CaptchaJson(TypedDict):
    """A captcha's id, and the URLs of its picture and sound."""

    id: Annotated[str, "pattern: '^[A-Za-z0-9_-]{40}$'"]
    picture: _Address
    """With the path prefix."""
    sound: _Address
    """With the path prefix."""
    valid_until: Instant
    """Later answers are refused."""


def captcha(captcha_id: str) -> CaptchaJson:
    """The captcha with this id."""
    return {
        "id": captcha_id,
        "picture": url_for("captcha.picture", captcha_id=captcha_id),
        "sound": url_for("captcha.sound", captcha_id=captcha_id),
        "valid_until": as_text(operations.valid_until(captcha_id)),
    }


class WorkJson(TypedDict):
    """A proof of work for the browser, in place of the code."""

    id: Annotated[str, r"pattern: '^work\.[A-Za-z0-9_-]{40}$'"]
    target: Annotated[str, f"pattern: '^[0-9a-f]{{{TOLD}}}$'"]
    """The first hex digits of the key to find."""
    cost: int
    """Rounds of PBKDF2."""
    numbers: int
    """The number to find is below this."""
    valid_until: Instant
    """Later proofs are refused."""


def work(asked: Work) -> WorkJson:
    """The task."""
    return {
        "id": asked.id,
        "target": asked.target,
        "cost": asked.cost,
        "numbers": asked.numbers,
        "valid_until": as_text(operations_work.valid_until(asked.id)),
    }
