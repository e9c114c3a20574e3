"""Which cookie Flask's `session` is: each realm has its own, with its own signature."""

from collections.abc import Iterable

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from ebok.access.realms import Realm, place_of
from ebok.headers import SESSION, named


class Cookie(SecureCookieSessionInterface):
    """The cookie of one realm, which no other realm's signature makes valid.

    What signs it is made once, and not twice for each request.
    """

    def __init__(self, app: Flask, realm: Realm):
        if realm.cookie != SESSION:
            self.salt = realm.cookie
        with app.app_context():
            self.name = named(realm.cookie)
        self.signing = super().get_signing_serializer(app)

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002 Flask's own signature
        """What the browser calls it."""
        return self.name

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002
        """What signs it."""
        return self.signing


class Cookies(SessionInterface):
    """The cookie of the realm at whose address a request is."""

    def __init__(self, app: Flask, realms: Iterable[Realm]):
        self.by_place = {realm.place: Cookie(app, realm) for realm in realms}

    def _here(self) -> Cookie:
        return self.by_place.get(place_of(request.path)) or self.by_place[""]

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """What the realm's cookie holds."""
        return self._here().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write into the realm's cookie what has changed."""
        self._here().save_session(app, session, response)
