"""Headers and long-lived cookies of responses, set by the application, not by the proxy."""

from functools import partial

from flask import Flask, Response, after_this_request, current_app, request

from ebok import settings
from ebok.settings import Settings


def content_security_policy(form_action: str = "") -> str:
    """The Content-Security-Policy; `form_action` is another origin that forms may be sent to."""
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
            # Implied by default-src; ASVS 5.0 3.4.3 wants it explicit.
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
# API answers, sounds and pictures opened by their address: `sandbox` runs no script in them and
# gives them no origin.
APART = ALWAYS | {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; sandbox"}


def hsts(settings: Settings) -> str:
    """The Strict-Transport-Security header. Subdomains are included only if a setting says so:
    they may serve other things, and below a path the host is not ours."""
    return f"{HSTS}; includeSubDomains" if settings.hsts_subdomains else HSTS


def outside(settings: Settings) -> list[tuple[str, str]]:
    """Headers for responses made outside Flask."""
    strict = {"Strict-Transport-Security": hsts(settings)} if settings.is_https else {}
    return list({**APART, **strict}.items())


def register(app: Flask, form_action: str = "") -> None:
    """Add the headers to all responses of `app`; pages may send forms to `form_action`."""
    page = ALWAYS | {"Content-Security-Policy": content_security_policy(form_action)}
    app.after_request(partial(_add, page))


def _add(page: dict[str, str], response: Response) -> Response:
    response.headers.extend(page if response.mimetype == "text/html" else APART)
    chosen = settings.current()
    # A proxy that is not configured as trusted makes every request look like plain http.
    if request.is_secure or chosen.is_https:
        response.headers["Strict-Transport-Security"] = hsts(chosen)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


A_YEAR = 365 * 24 * 3600
SESSION = "ebok_session"


def named(name: str) -> str:
    """The cookie's name in the browser: `__Host-…` over https, as the session cookie.

    The prefix guarantees that no other host below the same domain has set it (RFC 6265bis).
    """
    return str(current_app.config["SESSION_COOKIE_NAME"]).replace(SESSION, name)


def kept_cookie(name: str) -> str:
    """Value of the cookie `name`; "" if there is none."""
    return request.cookies.get(named(name), "")


def keep_cookie(name: str, value: str) -> None:
    """Set the cookie `name` for a year, hidden from scripts."""

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
