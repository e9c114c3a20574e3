"""Binds browsers to sessions, and finds who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, abort, current_app, g, session
from werkzeug.local import LocalProxy

from ebok.access.cookies import Cookies
from ebok.access.network import source
from ebok.access.realms import Realm, Role
from ebok.access.visits import Visits, place_here, visit_here
from ebok.actor import Actor, Kind
from ebok.errors import DoFirst, Forbidden
from ebok.tokens import hash_token

TOKEN = "_user_id"  # noqa: S105
"""Key of the session token in the cookie, which holds nothing else about the person."""
EXTENSION, VISITS = "ebok_sessions", "ebok_visits"


@dataclass(slots=True)
class Person:
    """The holder of a session of `realm`, identified by `token`.

    `id` is the actor's id, `account` the row of the person. Until they have done what `first` asks
    for, it refuses everything else. `seen_by` is the member of the staff who only looks at this
    person's screens: whatever is done, they do it.
    """

    realm: Realm | None
    token: str
    id: str
    account: Any = None
    roles: frozenset[Role] = frozenset()
    first: type[DoFirst] | None = None
    seen_by: "Person | None" = None

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is signed in."""
        return self.realm is not None

    @property
    def actor(self) -> Actor:
        """This person, or who looks at their screens, as an actor, with this request's source."""
        if self.seen_by:
            return self.seen_by.actor
        kind = self.realm.kind if self.realm else Kind.VISITOR
        return Actor(kind, self.id, source(), hash_token(self.token))


NOBODY = Person(None, "", "")


@dataclass(frozen=True)
class Sessions:
    """Registers a realm's sessions: `find(token)` returns the holder of a valid session.

    Calling `find` prolongs the session, `find(token, False)` does not. `again` refuses the request
    unless its person showed just now who they are, or shows it with this request. `admits` says
    whether the realm answers this request at all.
    """

    realm: Realm
    find: Callable[[str, bool], Person | None]
    again: Callable[[], None] | None = None
    admits: Callable[[], bool] = lambda: True


def register(app: Flask, plugged: tuple[Sessions, ...], visits: Visits | None = None) -> None:
    """Register the sessions of the realms, one of which has the `place` "", and the visits."""
    app.extensions[VISITS] = visits
    app.session_interface = Cookies(app, (each.realm for each in plugged))
    app.extensions[EXTENSION] = {each.realm.place: each for each in plugged}


def person_here(prolongs: bool = True) -> Person:
    """The holder of this request's session, in the realm of its address; looked up once."""
    person: Person | None = g.get("person")
    if person is None:
        person = g.person = _visited(_find(prolongs))
    return person


def _visited(person: Person) -> Person:
    """The customer whose screens this member sees at this address, else the person themselves."""
    visit, visits = visit_here(), cast("Visits | None", current_app.extensions[VISITS])
    if not visit or visits is None or person.realm is not visits.by or person.first:
        return NOBODY if visit else person
    return visits.find(person, visit)


def _find(prolongs: bool) -> Person:
    token = session.get(TOKEN)
    if token is None:
        return NOBODY
    return _here().find(token, prolongs) or NOBODY


def _here() -> Sessions:
    """The sessions of the realm that the request's address belongs to."""
    by_place: dict[str, Sessions] = current_app.extensions[EXTENSION]
    return by_place.get(place_here()) or by_place[""]


def require_admitted() -> None:
    """Answer as if there were no such address where the realm admits nobody from this network."""
    if not _here().admits():
        abort(404)


def ask_again() -> None:
    """Have the realm refuse the request unless its person has just shown who they are."""
    again = _here().again
    if again is None:
        raise Forbidden()
    again()


current_user = cast(Person, LocalProxy(person_here))
"""The person signed in in this browser, in the realm of the requested address."""


def has_ended() -> bool:
    """Whether this browser's cookie holds a session that is over."""
    return person_here() is NOBODY and session.get(TOKEN) is not None


def sign_in(person: Person) -> None:
    """Sign in: bind this browser to the person's session and clear the rest of the cookie."""
    session.clear()
    g.pop("csrf_token", None)
    session[TOKEN] = person.token
    g.person = person


def sign_out() -> None:
    """Sign out: clear the cookie of this browser."""
    session.clear()
    g.pop("csrf_token", None)
    g.person = NOBODY
