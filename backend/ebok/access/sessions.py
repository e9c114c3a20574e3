"""Who is signed in here, and what binds a browser to a session."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, g, request, session
from werkzeug.local import LocalProxy

from ebok.access.cookies import Cookies
from ebok.access.network import source
from ebok.access.realms import Realm, Role, place_of
from ebok.actor import Actor, Kind
from ebok.errors import DoFirst
from ebok.tokens import hash_token

TOKEN = "_user_id"  # noqa: S105
"""The key of the session's token in its cookie. Nothing about the person stands there."""
EXTENSION = "ebok_sessions"


@dataclass(slots=True)
class Person:
    """Who holds a session of `realm`, known by its `token`.

    `id` names them as an actor, `account` is their row. `first` refuses everything else until they
    have done what it asks for.
    """

    realm: Realm | None
    token: str
    id: str
    account: Any = None
    roles: frozenset[Role] = frozenset()
    first: type[DoFirst] | None = None

    @property
    def is_authenticated(self) -> bool:
        """Whether this is somebody."""
        return self.realm is not None

    @property
    def actor(self) -> Actor:
        """The person as who does something, from where this request comes."""
        kind = self.realm.kind if self.realm else Kind.VISITOR
        return Actor(kind, self.id, source(), hash_token(self.token))


NOBODY = Person(None, "", "")


@dataclass(frozen=True)
class Sessions:
    """What a feature plugs in for its realm: `find(token)` gives who holds a session, if it lives.

    Looking counts as a sign of life.
    """

    realm: Realm
    find: Callable[[str], Person | None]


def register(app: Flask, plugged: tuple[Sessions, ...]) -> None:
    """Have `app` know the sessions of these realms; one of them is where `place` is ""."""
    app.session_interface = Cookies(app, (each.realm for each in plugged))
    app.extensions[EXTENSION] = {each.realm.place: each for each in plugged}


def person_here() -> Person:
    """Whose session the cookie of this address' realm holds; asked for once in a request."""
    person: Person | None = g.get("person")
    if person is None:
        person = g.person = _find()
    return person


def _find() -> Person:
    token = session.get(TOKEN)
    if token is None:
        return NOBODY
    by_place: dict[str, Sessions] = current_app.extensions[EXTENSION]
    found = (by_place.get(place_of(request.path)) or by_place[""]).find(token)
    return found or NOBODY


current_user = cast(Person, LocalProxy(person_here))
"""Who is signed in in this browser, in the realm of the address that was asked for."""


def sign_in(person: Person) -> None:
    """Bind this browser to a session: nothing of what its cookie held before stays."""
    session.clear()
    g.pop("csrf_token", None)
    session[TOKEN] = person.token
    g.person = person


def sign_out() -> None:
    """Forget the session in this browser."""
    session.clear()
    g.pop("csrf_token", None)
    g.person = NOBODY
