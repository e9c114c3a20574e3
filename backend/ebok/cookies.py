"""Cookies that outlast a visit: the language, and that a browser is known. None opens anything."""

from flask import after_this_request, current_app

A_YEAR = 365 * 24 * 3600


def keep_cookie(name: str, value: str) -> None:
    """Have the browser keep this for a year; no script may read it."""

    @after_this_request
    def set_cookie(response):
        config = current_app.config
        response.set_cookie(
            name,
            value,
            max_age=A_YEAR,
            path=config["SESSION_COOKIE_PATH"],
            secure=config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response
