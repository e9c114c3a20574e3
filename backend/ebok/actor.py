"""Actors: who performs an operation. Passed to operations that are audited or rate-limited."""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """Kind of an actor; the values are stored in the audit log."""

    VISITOR = "visitor"
    """Not identified; a link from a mail does not change that."""
    CUSTOMER = "customer"
    STAFF = "clerk"
    """An employee of the utility. Stored as "clerk", as in older rows of the log."""
    SYSTEM = "system"
    """The software itself, on nobody's request."""
    OPERATOR = "operator"
    """The payment operator."""
    PROGRAM = "program"
    """A program with a key, such as billing. Not SYSTEM, because its name is not ours."""


NAMED = (Kind.STAFF, Kind.PROGRAM)


@dataclass(frozen=True)
class Actor:
    """`id`: account id of a customer, name of an employee, key or operator; "" if there is none.

    `network` is the source of the request (`access.source`), "" for commands and the worker.
    `session` is the hash of the session token if somebody is signed in.
    """

    kind: Kind
    id: str = ""
    network: str = ""
    session: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """Name stored in the audit log. "" for a customer, whom the row's subject identifies."""
        return self.id if self.kind in NAMED else ""

    def as_customer(self, account_id: int) -> "Actor":
        """The same person after proving ownership of this account."""
        return replace(self, kind=Kind.CUSTOMER, id=str(account_id))

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


SYSTEM = Actor(Kind.SYSTEM)


def customer(account_id: int) -> Actor:
    """The owner of this account as an actor, over any channel."""
    return Actor(Kind.CUSTOMER, str(account_id))


def staff(name: str) -> Actor:
    """The employee of this name as an actor."""
    return Actor(Kind.STAFF, name)
