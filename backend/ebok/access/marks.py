"""Marks: decorators that say whom a view answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Protocol, TypeVar

from flask import current_app, g, request
from flask_babel import lazy_gettext as lazy

from ebok import limits, settings
from ebok.access.network import source
from ebok.access.realms import Realm, Role
from ebok.access.sessions import ask_again, person_here
from ebok.actor import Actor, Kind
from ebok.errors import Forbidden, Refusal, SignInFirst, TooMany

HOUR = timedelta(hours=1)
View = TypeVar("View", bound=Callable[..., Any])


class WrongKey(Refusal):
    """The key is missing, unknown or revoked: the same answer."""

    status = 401
    code = "wrong-key"
    sentence = lazy("Send a valid key: Authorization: Bearer …")
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class Mark:
    """Base class of marks: whom a view answers.

    `needs_token`: requests that change something need the CSRF token.
    """

    needs_token: ClassVar[bool] = True

    def __call__(self, view: View) -> View:
        """Put the mark on the view."""
        setattr(view, "access", self)  # noqa: B010 a function of Flask's has no such attribute
        return view

    def check(self) -> None:
        """Raise a refusal if the view does not answer this request."""
        raise Forbidden()

    def confirm(self) -> None:
        """Raise a refusal if the person has to show again who they are; after the CSRF check."""

    def actor(self) -> Actor:
        """The actor of this request.

        A view for anyone has a visitor as its actor, even if a customer is signed in: what is done
        there concerns what the request names, not the customer's own account.
        """
        return Actor(Kind.VISITOR, network=source())


@dataclass(frozen=True)
class Anyone(Mark):
    """The class of `anyone`."""

    def check(self) -> None:
        """Let every request pass."""


@dataclass(frozen=True)
class SignedItself(Anyone):
    """The class of `signed_itself`."""

    needs_token = False


@dataclass(frozen=True)
class Requires(Mark):
    """The class of `requires` and `signed_in`."""

    realm: Realm
    role: Role | None = None
    is_first_step: bool = False
    asks_again: bool = False
    prolongs: bool = True
    shown_to_staff: bool = False

    def __post_init__(self) -> None:
        if self.role and self.role not in self.realm.roles:
            raise ValueError(f"{self.realm.name} knows no {self.role}")

    def check(self) -> None:
        """Refuse requests without a session of this realm, or without the role."""
        person = person_here(self.prolongs)
        if person.realm is not self.realm:
            raise SignInFirst()
        if person.first and not self.is_first_step:
            raise person.first()
        if self.role and self.role not in person.roles:
            raise Forbidden()

    def confirm(self) -> None:
        """Have the realm ask again, where the view does something grave."""
        if self.asks_again:
            ask_again()

    def actor(self) -> Actor:
        """The person who is signed in."""
        return person_here().actor


class Key(Protocol):
    """A program's key. `name` is a str, declared as Any because type checkers see a column."""

    name: Any


@dataclass(frozen=True)
class RequiresKey(Mark):
    """Answers a program with a valid key, available as `g.key`; `find(header)` looks it up.

    Cookies do not count, so another site cannot make a browser call the view: no CSRF token is
    needed.
    """

    find: Callable[[str], Key | None]
    needs_token = False

    def check(self) -> None:
        """Raise WrongKey without a valid key, and TooMany after too many wrong ones of a source."""
        g.key = self.find(request.headers.get("Authorization", ""))
        if g.key:
            return
        most = settings.current().limits.wrong_keys_per_source_hour
        if not limits.consume("wrong_keys", source(), most, HOUR):
            left = limits.time_left("wrong_keys", source(), HOUR)
            raise TooMany(retry_after_seconds=max(int(left.total_seconds()), 1))
        raise WrongKey()

    def actor(self) -> Actor:
        """The program, named after its key."""
        return Actor(Kind.PROGRAM, g.key.name, source())


NO_MARK = Mark()
anyone = Anyone()
"""Answers everybody."""
signed_itself = SignedItself()
"""For requests by another machine, whose signature replaces the CSRF token.

The view must check the signature before anything else.
"""


def requires(
    realm: Realm,
    role: Role | None = None,
    asks_again: bool = False,
    prolongs: bool = True,
    shown_to_staff: bool = False,
) -> Requires:
    """Answers people signed in in this realm, with this role, who have nothing to do first.

    With `asks_again` they must have shown just now who they are, or do so with this request: for
    what is grave and cannot be undone. Without `prolongs` the session counts as unused: for what an
    open page asks by itself. What is `shown_to_staff` also answers who looks at the customer's
    screens (`access/visits.py`); it must read and write nothing, as the database then takes no
    writes.
    """
    return Requires(realm, role, False, asks_again, prolongs, shown_to_staff)


def signed_in(realm: Realm) -> Requires:
    """Answers people signed in in this realm, even if they must do something else first."""
    return Requires(realm, is_first_step=True)


def mark_of(view: Callable[..., Any]) -> Mark:
    """The mark of a view; a view without one answers nobody."""
    return getattr(view, "access", NO_MARK)


def actor() -> Actor:
    """The actor of this request, by the mark of its view."""
    return mark_of(current_app.view_functions[request.endpoint or ""]).actor()
