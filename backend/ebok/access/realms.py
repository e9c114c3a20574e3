"""Realms: groups of people with their own login, cookie and roles."""

from dataclasses import dataclass
from enum import StrEnum

from ebok.actor import Kind


class Role(StrEnum):
    """Rights of a person in a realm, beyond belonging to it."""

    CLERK = "clerk"
    ADMINISTRATOR = "administrator"


CLERK, ADMINISTRATOR = Role.CLERK, Role.ADMINISTRATOR


@dataclass(frozen=True, eq=False)
class Realm:
    """A group of people with a common way to sign in. Sessions of one realm are void in others.

    `place` is the first part of the realm's addresses: with "biuro" they are /biuro, /biuro/… and
    /api/biuro/…. The realm with place "" has all other addresses. Requests to the realm's addresses
    use its `cookie`, whose CSRF token they need. `kind` is the kind of its people as actors;
    `login` and `home` are its login and start pages.
    """

    name: str
    kind: Kind
    cookie: str
    login: str
    home: str
    place: str = ""
    roles: frozenset[Role] = frozenset()


CUSTOMER = Realm("customer", Kind.CUSTOMER, "ebok_session", "/logowanie", "/start")
STAFF = Realm(
    "staff",
    Kind.STAFF,
    "ebok_staff",
    "/biuro/logowanie",
    "/biuro",
    place="biuro",
    roles=frozenset(Role),
)


def place_of(path: str) -> str:
    """First segment of a path, or of the part after /api: "biuro" for /biuro/x and /api/biuro/x."""
    first, _, rest = path[1:].partition("/")
    return rest.partition("/")[0] if first == "api" else first
