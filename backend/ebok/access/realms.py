"""The realms: who signs in at which address, with which cookie, in which roles."""

from dataclasses import dataclass
from enum import StrEnum

from ebok.actor import Kind


class Role(StrEnum):
    """What a person of a realm may do beyond being of it."""

    CLERK = "clerk"
    ADMINISTRATOR = "administrator"


CLERK, ADMINISTRATOR = Role.CLERK, Role.ADMINISTRATOR


@dataclass(frozen=True, eq=False)
class Realm:
    """People who sign in in one way. Nothing of a session in one realm counts in another.

    `place` is the first part of the realm's addresses: with "biuro" they are /biuro, /biuro/… and
    /api/biuro/…. The realm whose place is "" has all others, and visitors' registrations. At its
    addresses a realm's `cookie` is the one that is read and written, its token for changes too.
    `kind` is the actor its people are; `login` and `home` are the pages where they sign in and
    begin.
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
    """The first part of a path, or of what follows /api: "biuro" for /biuro/x and /api/biuro/x."""
    first, _, rest = path[1:].partition("/")
    return rest.partition("/")[0] if first == "api" else first
