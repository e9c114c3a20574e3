"""Creates the Flask application from the features."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ebok import access, database, errors, features, headers, languages, logs, parts, settings
from ebok.database import lending
from ebok.features import FEATURES, Feature
from ebok.operation import operations_rounds as rounds
from ebok.pages import composed, rendered
from ebok.payments import operations_operators as operators
from ebok.server import bodies
from ebok.settings import LOOPBACK, Settings, load


class Application(Flask):
    """Flask without a per-request check that is never needed here."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return `func`: no view is async, and Flask would check each call."""
        return func


def create_core(given: Settings | None = None) -> Flask:
    """The application without views, for commands and the worker: settings, database, languages,
    letters.

    It answers no request; composing all pages takes longer than most commands.
    """
    logs.configure()
    features.register_parts()
    chosen = given or load()
    app = Application("ebok", static_folder=None, template_folder=None)
    configure(app, chosen)
    # One for each thread that may need it: web, mail, and the watches of jobs.py.
    connections = chosen.web_threads + chosen.mail_connections + 4
    database.connect(chosen.database, connections=connections)
    languages.keep_in(chosen.data_dir)
    languages.register(app, chosen.timezone)
    return app


def create_app(given: Settings | None = None, plugged: tuple[Feature, ...] = FEATURES) -> Flask:
    """The WSGI application with these settings; by default those of the environment."""
    app = create_core(given)
    chosen = settings.of(app)
    logs.register(app)
    # First, so that incomplete bodies are not read any further.
    bodies.register(app)
    lending.register(app)
    sessions = tuple(each.find(each.sessions) for each in plugged if each.sessions)
    visits = [each.find(each.visits) for each in plugged if each.visits]
    access.register(app, sessions, *visits)
    headers.register(app, operators.origin(chosen))
    composed_pages = composed.compose(
        chosen, [page for each in plugged if each.pages for page in each.find(each.pages)]
    )
    errors.register(app, composed_pages.error_page)
    app.extensions["ebok_page"] = composed_pages.page
    app.extensions[rendered.EXTENSION] = composed_pages.static

    for feature in plugged:
        if feature.routes:
            app.register_blueprint(feature.find(feature.routes), url_prefix=feature.prefix)
    if chosen.demo and chosen.is_local:
        # Imported only here, because it brings a mail server along.
        app.register_blueprint(features.find("demo.routes:routes"), url_prefix="/api")
    app.register_blueprint(composed_pages.routes)
    rounds.register(app)
    # Before the server forks its processes from this one.
    parts.load()
    app.wsgi_app = _behind(access.mounted(app.wsgi_app), chosen)
    return app


@contextmanager
def open_core():
    """A context with the core application and a database connection, for commands."""
    app = create_core()
    with app.app_context(), database.connection():
        yield app


def configure(app: Flask, settings: Settings) -> None:
    """Derive Flask's own configuration from the settings."""
    # A cookie with the __Host- prefix must have the path "/"; under a path prefix it would be
    # shared with whatever else the host serves, so there the weaker __Secure- is the safer name.
    name = "ebok_session"
    if settings.is_https:
        name = f"__Secure-{name}" if settings.prefix else f"__Host-{name}"
    app.config.update(
        EBOK=settings,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=name,
        SESSION_COOKIE_PATH=f"{settings.prefix}/",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=365),
        # DNS rebinding: a page at a foreign name that resolves to our address must not read
        # answers.
        TRUSTED_HOSTS=[urlsplit(settings.base_url).hostname, *LOOPBACK],
        WTF_CSRF_TIME_LIMIT=3600,
    )
    # Each page has one address: a doubled slash is not merged.
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # pyright: ignore[reportAttributeAccessIssue]
    app.json.sort_keys = False  # pyright: ignore[reportAttributeAccessIssue]


def _behind(wsgi_app: Any, settings: Settings):
    """Wrap the application for its path prefix and for the trusted proxies."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        wsgi_app = ProxyFix(wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_prefix=0)
    return _under(wsgi_app, settings) if settings.prefix else wsgi_app


def _under(wsgi_app: Any, settings: Settings):
    prefix = settings.prefix
    refusal = [("Content-Type", "text/plain"), ("Content-Length", "0")]
    refusal += headers.outside(settings)

    def mounted(environ: dict[str, Any], start_response: Any):
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["SCRIPT_NAME"] = prefix
            environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
            return wsgi_app(environ, start_response)
        start_response("404 Not Found", refusal)
        return [b""]

    return mounted
