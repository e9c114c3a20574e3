"""A puzzle as the API has it."""

from typing import Annotated, TypedDict

from flask import url_for

from ebok.captcha.operations_work import TOLD, Work

_Address = Annotated[str, "format: uri-reference"]


class CaptchaJson(TypedDict):
    """The puzzle's id, and where to see and to hear it."""

    id: Annotated[str, "pattern: '^[A-Za-z0-9_-]{40}$'"]
    picture: _Address
    """With the path prefix."""
    sound: _Address
    """With the path prefix."""


def captcha(captcha_id: str) -> CaptchaJson:
    """Where the puzzle of this id is seen and heard."""
    return {
        "id": captcha_id,
        "picture": url_for("captcha.picture", captcha_id=captcha_id),
        "sound": url_for("captcha.sound", captcha_id=captcha_id),
    }


class WorkJson(TypedDict):
    """What a browser has to do in place of the code."""

    id: Annotated[str, r"pattern: '^work\.[A-Za-z0-9_-]{40}$'"]
    target: Annotated[str, f"pattern: '^[0-9a-f]{{{TOLD}}}$'"]
    """How the key that is looked for begins, in hex."""
    cost: int
    """Rounds of PBKDF2."""
    numbers: int
    """So many numbers, from 0 on, may be the one."""


def work(asked: Work) -> WorkJson:
    """The task as it is asked."""
    return {
        "id": asked.id,
        "target": asked.target,
        "cost": asked.cost,
        "numbers": asked.numbers,
    }
