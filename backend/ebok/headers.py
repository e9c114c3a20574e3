"""The headers and lasting cookies of answers. The application sets them, not the proxy."""

from functools import partial

from flask import Flask, Response, after_this_request, current_app, request

from ebok import settings
from ebok.settings import Settings


def content_security_policy(form_action: str = "") -> str:
    """The policy of every page; `form_action` is the one other origin that forms are sent to."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "font-src 'self'",
            "media-src 'self'",
            "manifest-src 'self'",
            # Already so by default-src; ASVS 5.0 3.4.3 wants it said.
            "object-src 'none'",
            f"form-action 'self' {form_action}".strip(),
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types htmx",
        )
    )


CONTENT_SECURITY_POLICY = content_security_policy()
DENIED = ("camera", "display-capture", "fullscreen", "geolocation", "microphone", "payment", "usb")
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not no-referrer: the CSRF check wants a Referer over https.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in DENIED),
}
HSTS = "max-age=63072000"
# An answer of the API, a sound or a drawing that is opened by its address is no page of ours: no
# script runs in it, and it is of no origin.
APART = ALWAYS | {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; sandbox"}


def hsts(settings: Settings) -> str:
    """What binds browsers to https. Other services of the town may live at hosts below ours, and
    under a path the host is not ours to speak for: they are bound only where a setting says so."""
    return f"{HSTS}; includeSubDomains" if settings.hsts_subdomains else HSTS


def outside(settings: Settings) -> list[tuple[str, str]]:
    """The headers of an answer that the application does not give itself."""
    strict = {"Strict-Transport-Security": hsts(settings)} if settings.is_https else {}
    return list({**APART, **strict}.items())


def register(app: Flask, form_action: str = "") -> None:
    """Add the headers to every answer of `app`; pages may send a form to `form_action`."""
    page = ALWAYS | {"Content-Security-Policy": content_security_policy(form_action)}
    app.after_request(partial(_add, page))


def _add(page: dict[str, str], response: Response) -> Response:
    response.headers.extend(page if response.mimetype == "text/html" else APART)
    chosen = settings.current()
    # By the setting too: behind a proxy that is not named, every request looks plain.
    if request.is_secure or chosen.is_https:
        response.headers["Strict-Transport-Security"] = hsts(chosen)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


A_YEAR = 365 * 24 * 3600
SESSION = "ebok_session"


def named(name: str) -> str:
    """The name under which the browser has it: `__Host-…` over https, as the session's cookie.

    By the prefix a browser knows that nobody else, on whatever host below the same domain, has set
    it (RFC 6265bis).
    """
    return str(current_app.config["SESSION_COOKIE_NAME"]).replace(SESSION, name)


def kept_cookie(name: str) -> str:
    """What the browser keeps under this name; empty if nothing."""
    return request.cookies.get(named(name), "")


def keep_cookie(name: str, value: str) -> None:
    """Have the browser keep this for a year; no script may read it."""

    @after_this_request
    def set_cookie(response: Response) -> Response:
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
