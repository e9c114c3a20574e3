"""Who may call what: marks on views, closed by default; sessions; CSRF.

Every view says aloud whom it answers. A view without a mark answers nobody.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import ClassVar

from flask import Flask, current_app, g, redirect, request, session
from flask_babel import lazy_gettext as lazy
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from ebok import limits, settings
from ebok.actor import Actor, Kind
from ebok.database import now
from ebok.errors import Forbidden, NotFound, Refusal, SignInFirst, TooMany, is_api
from ebok.headers import keep_cookie, kept_cookie
from ebok.tokens import hash_token, same, sign

ANYONE, SIGNED_IN, CUSTOMER, BUNDLE_KEY = "anyone", "signed_in", "customer", "bundle_key"
MACHINE = "machine"


HOUR = timedelta(hours=1)
KNOWN_COOKIE = "ebok_known"
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+")
"""Some proxies add the port, which is another one for every connection."""
OWN_PATH = re.compile(r"(?:/[\w-]+)+", re.ASCII)
NETWORK_BITS = 64
"""What a provider gives to one line at the least (RFC 6177)."""


class MustChangePassword(Refusal):
    """A temporary password is good for one thing: setting an own one."""

    status = 403
    code = "must-change-password"
    sentence = lazy("Please set your own password first.")


class WrongKey(Refusal):
    """No key, an unknown one, or one that was revoked: the same answer."""

    status = 401
    code = "wrong-key"
    sentence = lazy("Send a valid key: Authorization: Bearer …")
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


def anyone(view: Callable) -> Callable:
    """Answers everybody."""
    view.access = ANYONE
    return view


def signed_in(view: Callable) -> Callable:
    """Answers a customer who is logged in, be it with a temporary password."""
    view.access = SIGNED_IN
    return view


def customer(view: Callable) -> Callable:
    """Answers a customer who is logged in with a password of their own."""
    view.access = CUSTOMER
    return view


def bundle_key(view: Callable) -> Callable:
    """Answers a program that shows a key for bundles, which is then `g.bundle_key`.

    Cookies never open it, so that no other site can have a browser call it: it needs no token.
    """
    view.access = BUNDLE_KEY
    view.is_signed_itself = True
    return view


def machine(view: Callable) -> Callable:
    """Answers a machine that watches the office: it shows `health_token`, or is this very one.

    To everybody else there is nothing. Where a proxy stands in front all requests come from
    loopback, so that is believed only of an office that no other machine can reach.
    """
    view.access = MACHINE
    view.needs_database = False
    return view


def signed_itself(view: Callable) -> Callable:
    """Told by another machine, which has no cookie: its signature stands for the CSRF token.

    The view must check that signature before it believes anything.
    """
    view.is_signed_itself = True
    return view


class Person(UserMixin):
    """Who is signed in, for Flask-Login: a session, known by its token."""

    def __init__(self, token: str, account):
        self.token = token
        self.account = account

    def get_id(self) -> str:
        """What goes into the browser's cookie: the opaque token, nothing about the person."""
        return self.token


def register(app: Flask, find_account: Callable, find_key: Callable) -> None:
    """Guard every view of `app`; `find_account(token)` knows who holds a session's token.

    `find_key(header)` knows whose key an Authorization header shows.
    """
    app.extensions["ebok_find_key"] = find_key
    logins = LoginManager(app)
    # Phones change their address all day: a session is not bound to one.
    logins.session_protection = None
    logins.user_loader(lambda token: _person(token, find_account(token)))
    app.before_request(check_access)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf = CSRFProtect(app)
    app.before_request(lambda: _require_token(csrf))


def _person(token: str, account) -> Person | None:
    return Person(token, account) if account else None


def check_access() -> BaseResponse | None:
    """Refuse the request, or send a page's visitor where they can go on."""
    # No text of the database has a zero byte: Postgres would fail instead of finding nothing.
    if "\0" in request.path:
        raise NotFound()
    view = current_app.view_functions.get(request.endpoint)
    if view is None:
        return None
    try:
        _require(getattr(view, "access", None))
    except SignInFirst:
        if is_api():
            raise
        return redirect(f"{base()}/logowanie{_wanted()}", 303)
    except MustChangePassword:
        if is_api():
            raise
        return redirect(f"{base()}/zmiana-hasla", 303)
    return None


def _wanted() -> str:
    """The page that was asked for, for the login's address: one of ours, by its path.

    Whatever else stood in the address is dropped: nothing in it can lead anywhere else.
    """
    view = current_app.view_functions[request.endpoint]
    is_page = view.access == CUSTOMER and OWN_PATH.fullmatch(request.path)
    return f"?next={request.path}" if is_page and request.path != "/start" else ""


def _require_token(csrf: CSRFProtect) -> None:
    """Refuse a change without this browser's token, unless the view knows a signature."""
    view = current_app.view_functions.get(request.endpoint)
    if view and not getattr(view, "is_signed_itself", False):
        csrf.protect()


def _require(access: str | None) -> None:
    if access == ANYONE:
        return
    if access == BUNDLE_KEY:
        _require_key()
        return
    if access == MACHINE:
        _require_machine()
        return
    if access not in (SIGNED_IN, CUSTOMER):
        raise Forbidden()
    if not current_user.is_authenticated:
        raise SignInFirst()
    if access == CUSTOMER and current_user.account.must_change_password:
        raise MustChangePassword()


def _require_key() -> None:
    """Refuse who shows no valid key; wrong ones are counted, by where they come from."""
    find_key = current_app.extensions["ebok_find_key"]
    g.bundle_key = find_key(request.headers.get("Authorization", ""))
    if g.bundle_key:
        return
    most = settings.current().limits.wrong_keys_per_source_hour
    if not limits.consume("wrong_keys", source(), most, HOUR):
        left = limits.time_left("wrong_keys", source(), HOUR)
        raise TooMany(retry_after_seconds=max(int(left.total_seconds()), 1))
    raise WrongKey()


def _require_machine() -> None:
    """Refuse whoever may not know how the office is."""
    chosen = settings.current()
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = [chosen.health_token, own_token()]
    if not chosen.is_local and not any(key and same(shown, key) for key in wanted):
        raise NotFound()


def own_token() -> str:
    """What `ebok doctor` shows to the office of its own key, at whose port it asks."""
    return sign("doctor", f"{now():%Y-%m-%d %H}").hex()


def sign_in(token: str, account) -> None:
    """Bind this browser to a session: nothing of what it held before stays."""
    session.clear()
    g.pop("csrf_token", None)
    login_user(Person(token, account))
    # A hash of address and browser, which nobody looks at: see `session_protection`.
    session.pop("_id", None)


def sign_out() -> None:
    """Forget the session in this browser."""
    session.clear()
    g.pop("csrf_token", None)
    g._login_user = None


def browser_tokens() -> str:
    """What this browser was marked with when it logged in before."""
    return kept_cookie(KNOWN_COOKIE)


def remember_browser(marks: str) -> None:
    """Let this browser be known again for a year, after it has logged out too."""
    keep_cookie(KNOWN_COOKIE, marks)


def actor() -> Actor:
    """Who makes this request, as the mark of its view has it.

    At a view that answers anyone it is a visitor, whoever is signed in: what they do there they do
    to whatever they name, and not to what is theirs.
    """
    access = current_app.view_functions[request.endpoint].access
    if access in (SIGNED_IN, CUSTOMER):
        return customer_actor()
    if access == BUNDLE_KEY:
        return Actor(Kind.PROGRAM, g.bundle_key.name, source())
    return Actor(Kind.VISITOR, network=source())


def customer_actor() -> Actor:
    """The customer who is signed in in this browser."""
    session = hash_token(current_user.token)
    return Actor(Kind.CUSTOMER, str(current_user.account.id), source(), session)


def source() -> str:
    """Where the request came from, as far as the configured proxies can be trusted.

    Of an IPv6 address the network alone: a line has 2^64 addresses, and all are one source.
    """
    given = request.remote_addr or ""
    found = WITH_PORT.fullmatch(given)
    try:
        address = ip_address((found[1] or found[2]) if found else given)
    except ValueError:
        return given
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, NETWORK_BITS), strict=False))


def base() -> str:
    """The path the application lives under: "" or "/Tarnobrzeg"."""
    return request.script_root
