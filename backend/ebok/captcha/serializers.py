"""A puzzle as the API has it."""

from typing import Annotated, TypedDict

from flask import url_for

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
