"""Polish first, then English and Ukrainian: which one this person reads."""

from pathlib import Path

from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import Babel

LANGUAGES = ("pl", "en", "uk")
CATALOGUES = Path(__file__).parent / "locale"
COOKIE = "ebok_language"
A_YEAR = 365 * 24 * 3600


def register(app: Flask, timezone: str) -> None:
    """Answer each request in its language, and keep the choice that `?lang=` makes."""
    Babel(app, default_locale="pl", default_timezone=timezone, locale_selector=language)
    app.after_request(_keep_choice)


def language() -> str:
    """The language chosen, else the one kept, else the browser's; Polish wins where it is listed."""
    if not has_request_context():
        return "pl"
    for choice in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if choice in LANGUAGES:
            return choice
    return _preferred(request.accept_languages.values())


def _preferred(wanted) -> str:
    heads = [tag.split("-")[0].lower() for tag in wanted]
    if "pl" in heads:
        return "pl"
    return next((head for head in heads if head in LANGUAGES), "pl")


def _keep_choice(response: Response) -> Response:
    choice = request.args.get("lang")
    if choice in LANGUAGES:
        config = current_app.config
        response.set_cookie(
            COOKIE,
            choice,
            max_age=A_YEAR,
            path=config["SESSION_COOKIE_PATH"],
            secure=config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response
