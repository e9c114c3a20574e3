"""Who does something: given to every operation that records it, or that limits how often."""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What sort of actor; the values are what the audit log holds."""

    VISITOR = "visitor"
    """Nobody knows who; a link from a mail does not change that."""
    CUSTOMER = "customer"
    STAFF = "clerk"
    """A person of the utility. The log has called them so since it has kept kinds apart."""
    SYSTEM = "system"
    """The software itself, without anybody's doing."""
    OPERATOR = "operator"
    """Who takes payments for us."""
    PROGRAM = "program"
    """A program that shows a key, such as billing. Not SYSTEM: a key may be called anything."""


NAMED = (Kind.STAFF, Kind.PROGRAM)


@dataclass(frozen=True)
class Actor:
    """`id`: a customer's account id, a key's or person's name, an operator's; "" if there is one.

    `network` is where a request came from (`access.source`), "" for commands and the worker.
    `session` is the hash of the token of the session, of who is signed in.
    """

    kind: Kind
    id: str = ""
    network: str = ""
    session: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What the audit log keeps beside the kind: of a customer, its subject says who it was."""
        return self.id if self.kind in NAMED else ""

    def as_customer(self, account_id: int) -> "Actor":
        """The same person, who has just proved to be the owner of this account."""
        return replace(self, kind=Kind.CUSTOMER, id=str(account_id))

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


SYSTEM = Actor(Kind.SYSTEM)


def customer(account_id: int) -> Actor:
    """The owner of this account, wherever they did it."""
    return Actor(Kind.CUSTOMER, str(account_id))


def staff(name: str) -> Actor:
    """The person of the utility who has this name."""
    return Actor(Kind.STAFF, name)
