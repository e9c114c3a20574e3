"""Marks: whom a view answers, said on the view."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Protocol, TypeVar

from flask import current_app, g, request
from flask_babel import lazy_gettext as lazy

from ebok import limits, settings
from ebok.access.network import source
from ebok.access.realms import Realm, Role
from ebok.access.sessions import person_here
from ebok.actor import Actor, Kind
from ebok.errors import Forbidden, Refusal, SignInFirst, TooMany

HOUR = timedelta(hours=1)
View = TypeVar("View", bound=Callable[..., Any])


class WrongKey(Refusal):
    """No key, an unknown one, or one that was revoked: the same answer."""

    status = 401
    code = "wrong-key"
    sentence = lazy("Send a valid key: Authorization: Bearer …")
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class Mark:
    """Whom a view answers: the decorator of that view.

    `needs_token`: changes want the token of this browser's cookie.
    """

    needs_token: ClassVar[bool] = True

    def __call__(self, view: View) -> View:
        """Put the mark on this view."""
        setattr(view, "access", self)  # noqa: B010 a function of Flask's has no such attribute
        return view

    def check(self) -> None:
        """Refuse whom the view does not answer."""
        raise Forbidden()

    def actor(self) -> Actor:
        """Who makes this request.

        Where a view answers anyone it is a visitor, whoever is signed in: what they do there they
        do to whatever they name, and not to what is theirs.
        """
        return Actor(Kind.VISITOR, network=source())


@dataclass(frozen=True)
class Anyone(Mark):
    """See `anyone`."""

    def check(self) -> None:
        """Refuse nobody."""


@dataclass(frozen=True)
class SignedItself(Anyone):
    """See `signed_itself`."""

    needs_token = False


@dataclass(frozen=True)
class Requires(Mark):
    """See `requires` and `signed_in`."""

    realm: Realm
    role: Role | None = None
    is_first_step: bool = False

    def __post_init__(self) -> None:
        if self.role and self.role not in self.realm.roles:
            raise ValueError(f"{self.realm.name} knows no {self.role}")

    def check(self) -> None:
        """Refuse whoever is not signed in in this very realm, in this role."""
        person = person_here()
        if person.realm is not self.realm:
            raise SignInFirst()
        if person.first and not self.is_first_step:
            raise person.first()
        if self.role and self.role not in person.roles:
            raise Forbidden()

    def actor(self) -> Actor:
        """Who is signed in."""
        return person_here().actor


class Key(Protocol):
    """A key that a program shows. `name` is a text, and a column to who checks types."""

    name: Any


@dataclass(frozen=True)
class RequiresKey(Mark):
    """Answers a program that shows a key, which is then `g.key`; `find(header)` knows it.

    Cookies never open it, so that no other site can have a browser call it: it needs no token.
    """

    find: Callable[[str], Key | None]
    needs_token = False

    def check(self) -> None:
        """Refuse who shows no valid key; wrong ones are counted, by where they come from."""
        g.key = self.find(request.headers.get("Authorization", ""))
        if g.key:
            return
        most = settings.current().limits.wrong_keys_per_source_hour
        if not limits.consume("wrong_keys", source(), most, HOUR):
            left = limits.time_left("wrong_keys", source(), HOUR)
            raise TooMany(retry_after_seconds=max(int(left.total_seconds()), 1))
        raise WrongKey()

    def actor(self) -> Actor:
        """The program, by its key's name."""
        return Actor(Kind.PROGRAM, g.key.name, source())


NO_MARK = Mark()
anyone = Anyone()
"""Answers everybody."""
signed_itself = SignedItself()
"""Told by another machine, which has no cookie: its signature stands for the CSRF token.

The view must check that signature before it believes anything.
"""


def requires(realm: Realm, role: Role | None = None) -> Requires:
    """Answers who is signed in in this realm, has this role, and has nothing to do first."""
    return Requires(realm, role)


def signed_in(realm: Realm) -> Requires:
    """Answers who is signed in in this realm, be it with something to do first."""
    return Requires(realm, is_first_step=True)


def mark_of(view: Callable[..., Any]) -> Mark:
    """The mark of a view; one without answers nobody."""
    return getattr(view, "access", NO_MARK)


def actor() -> Actor:
    """Who makes this request, as the mark of its view has it."""
    return mark_of(current_app.view_functions[request.endpoint or ""]).actor()
