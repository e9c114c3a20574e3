"""Cookies that outlast a visit: the language, and that a browser is known. None opens anything."""

from flask import after_this_request, current_app, request

A_YEAR = 365 * 24 * 3600
SESSION = "ebok_session"


def named(name: str) -> str:
    """The name under which the browser has it: `__Host-…` over https, as the session's cookie.

    By the prefix a browser knows that nobody else, on whatever host below the same domain, has set
    it (RFC 6265bis).
    """
    return current_app.config["SESSION_COOKIE_NAME"].replace(SESSION, name)


def kept_cookie(name: str) -> str:
    """What the browser keeps under this name; empty if nothing."""
    return request.cookies.get(named(name), "")


def keep_cookie(name: str, value: str) -> None:
    """Have the browser keep this for a year; no script may read it."""

    @after_this_request
    def set_cookie(response):
        config = current_app.config
        response.set_cookie(
            named(name),
            value,
            max_age=A_YEAR,
            path=config["SESSION_COOKIE_PATH"],
            secure=config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response
