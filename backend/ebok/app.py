"""The table of contents of the application."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ebok import access, database, errors, features, headers, languages, logs, parts, settings
from ebok.features import FEATURES, Feature
from ebok.operation import operations_rounds as rounds
from ebok.pages import composed
from ebok.payments import operations_operators as operators
from ebok.server import bodies
from ebok.settings import LOOPBACK, Settings, load


class Application(Flask):
    """Flask without what is asked for at every request and never needed here."""

    def ensure_sync(self, func: Callable) -> Callable:
        """The function itself: none of ours is async, and Flask would look at each of them."""
        return func


def create_core(given: Settings | None = None) -> Flask:
    """What commands and the mail worker need: settings, database, languages, every letter.

    It answers no request. To put all pages together takes longer than most commands do.
    """
    logs.configure()
    features.register_parts()
    chosen = given or load()
    app = Application("ebok", static_folder=None, template_folder=None)
    configure(app, chosen)
    # Each thread may hold one: those of the web, of the mails, and of who watches beside them.
    connections = chosen.web_threads + chosen.mail_connections + 4
    database.connect(chosen.database, connections=connections)
    languages.keep_in(chosen.data_dir)
    languages.register(app, chosen.timezone)
    return app


def create_app(given: Settings | None = None, plugged: tuple[Feature, ...] = FEATURES) -> Flask:
    """The WSGI application for these settings; without any, for the environment's."""
    app = create_core(given)
    chosen = settings.of(app)
    logs.register(app)
    # First of all: what did not come whole is not looked at.
    bodies.register(app)
    database.register(app)
    access.register(app, tuple(each.find(each.sessions) for each in plugged if each.sessions))
    headers.register(app, operators.origin(chosen))
    composed_pages = composed.compose(
        chosen, [page for each in plugged if each.pages for page in each.find(each.pages)]
    )
    errors.register(app, composed_pages.error_page)
    app.extensions["ebok_page"] = composed_pages.page

    for feature in plugged:
        if feature.routes:
            app.register_blueprint(feature.find(feature.routes), url_prefix=feature.prefix)
    if chosen.demo and chosen.is_local:
        # It brings a mail server along, which nobody else has a use for.
        app.register_blueprint(features.find("demo.routes:routes"), url_prefix="/api")
    app.register_blueprint(composed_pages.routes)
    rounds.register(app)
    # The server's processes are forks of this one.
    parts.load()
    app.wsgi_app = _behind(app.wsgi_app, chosen)
    return app


@contextmanager
def open_core():
    """The application's context, with a connection: what a command works in."""
    app = create_core()
    with app.app_context(), database.connection():
        yield app


def configure(app: Flask, settings: Settings) -> None:
    """Flask's own settings, from ours."""
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
        # A page of somebody else's, whose name suddenly points here, must not read our answers.
        TRUSTED_HOSTS=[urlsplit(settings.base_url).hostname, *LOOPBACK],
        WTF_CSRF_TIME_LIMIT=3600,
    )
    # An address has one spelling: a doubled slash is no way to another page.
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # pyright: ignore[reportAttributeAccessIssue]
    app.json.sort_keys = False  # pyright: ignore[reportAttributeAccessIssue]


def _behind(wsgi_app, settings: Settings):
    """The application below its path prefix, behind as many proxies as are trusted."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        wsgi_app = ProxyFix(wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_prefix=0)
    return _under(wsgi_app, settings) if settings.prefix else wsgi_app


def _under(wsgi_app, settings: Settings):
    prefix = settings.prefix
    refusal = [("Content-Type", "text/plain"), ("Content-Length", "0")]
    refusal += headers.outside(settings)

    def mounted(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["SCRIPT_NAME"] = prefix
            environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
            return wsgi_app(environ, start_response)
        start_response("404 Not Found", refusal)
        return [b""]

    return mounted
