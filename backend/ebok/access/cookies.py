"""The cookie behind Flask's `session`: each realm has its own, signed separately."""

from collections.abc import Iterable

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from ebok.access.realms import Realm
from ebok.access.visits import place_here
from ebok.headers import SESSION, named


class Cookie(SecureCookieSessionInterface):
    """The session cookie of one realm; another realm's signature is not valid for it.

    The serializer is made once instead of twice per request.
    """

    def __init__(self, app: Flask, realm: Realm):
        if realm.cookie != SESSION:
            self.salt = realm.cookie
        with app.app_context():
            self.name = named(realm.cookie)
        self.signing = super().get_signing_serializer(app)

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002 Flask's own signature
        """Name of the cookie in the browser."""
        return self.name

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002
        """The serializer that signs the cookie."""
        return self.signing


class Cookies(SessionInterface):
    """Delegates to the cookie of the realm that the request's address belongs to."""

    def __init__(self, app: Flask, realms: Iterable[Realm]):
        self.by_place = {realm.place: Cookie(app, realm) for realm in realms}

    def _here(self) -> Cookie:
        return self.by_place.get(place_here()) or self.by_place[""]

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Read the session from the realm's cookie."""
        return self._here().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write a changed session to the realm's cookie."""
        self._here().save_session(app, session, response)
