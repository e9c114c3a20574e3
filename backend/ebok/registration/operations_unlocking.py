"""New attempts for a registration that has none left, given by a clerk who knows who is calling."""

from typing import TypedDict

from ebok import audit, settings
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.registration.errors import NothingToUnlock
from ebok.registration.models import Registration


class Before(TypedDict):
    """What a registration had before it was unlocked."""

    registration: int
    matches_left: int
    stopped_until: str


def find_open(customer_code: str) -> Registration | None:
    """The newest registration for this code, if it is under way, else None."""
    newest = next(iter(Registration.of_code(customer_code, 1)), None)
    is_open = newest and not newest.finished_at and newest.expires_at > now()
    return newest if is_open else None


def unlock(actor: Actor, customer_code: str) -> Before:
    """Give it all attempts anew, and an allowance of its own for the day; return what it had.

    Nothing is given to other registrations for the same code. Raises NothingToUnlock.
    """
    registration = find_open(customer_code)
    if registration is None:
        raise NothingToUnlock()
    stopped = registration.stopped_until
    before = Before(
        registration=registration.id,
        matches_left=registration.matches_left,
        stopped_until=stopped.isoformat() if stopped else "",
    )
    most = settings.current().limits.matches_per_registration
    with transaction():
        unlocks = registration.unlocks + 1
        registration.change(matches_left=most, stopped_until=None, unlocks=unlocks)
        audit.record(actor, Event.TRIES_UNLOCKED, customer_code)
    return before


def lock_again(before: Before) -> None:
    """Take the attempts back, within the caller's transaction."""
    columns = {
        "matches_left": before["matches_left"],
        "stopped_until": before["stopped_until"] or None,
    }
    Registration.update(**columns).where(Registration.id == before["registration"]).execute()
