"""The decision about a request, with the sentence that a member writes down about it."""

from datetime import datetime, timedelta

from ebok.actor import Actor
from ebok.cases import operations_acts as acts
from ebok.database import now, transaction
from ebok.registration import operations_reviews as requests
from ebok.registration.models import Review
from ebok.staff.models import StaffMember

SHOWN = timedelta(days=30)
PER_PAGE = 25
WAITING, APPROVED, REFUSED = "", "approved", "refused"
VIEWS = (WAITING, APPROVED, REFUSED)


def approve(actor: Actor, member: StaffMember, review: Review, reached_by: str, told: str) -> None:
    """Open the account. Raises AlreadyDecided, NoSuchCustomer, NoSuchWay, HasAccount."""
    with transaction():
        _write_down(actor, member, review, told)
        requests.approve(actor, review.id, reached_by)


def refuse(actor: Actor, member: StaffMember, review: Review, reason: str, told: str) -> None:
    """Refuse; the mail leaves after a while. Raises AlreadyDecided."""
    with transaction():
        _write_down(actor, member, review, told)
        requests.refuse(actor, review.id, reason, acts.UNDO)


def _write_down(actor: Actor, member: StaffMember, review: Review, told: str) -> None:
    if told.strip():
        acts.write_note(actor, member, review.customer_code, told.strip())


def find_undoable(actor: Actor) -> Review | None:
    """The actor's last refusal, whose mail still waits to be taken back, else None."""
    mine = (Review.decided_by == actor.name) & (Review.decision == REFUSED)
    last = mine & (Review.decided_at > now() - acts.UNDO)
    return Review.select().where(last).order_by(Review.decided_at.desc()).first()


def listed(view: str, after: int) -> list[Review]:
    """A page of a view and one more: those that wait the oldest first, decided ones the newest."""
    rows = Review.select().where(_is_in(view, now()))
    if view == WAITING:
        return list(rows.where(Review.id > after).order_by(Review.id).limit(PER_PAGE + 1))
    rows = rows.where(Review.id < after) if after else rows
    return list(rows.order_by(Review.id.desc()).limit(PER_PAGE + 1))


def counts() -> dict[str, int]:
    """How many requests are in each view."""
    moment = now()
    return {view: Review.select().where(_is_in(view, moment)).count() for view in VIEWS}


def oldest_waiting() -> datetime | None:
    """Since when the oldest request waits."""
    first = Review.select().where(Review.decision == WAITING).order_by(Review.asked_at).first()
    return first.asked_at if first else None


def _is_in(view: str, moment: datetime):
    if view == WAITING:
        return Review.decision == WAITING
    return (Review.decision == view) & (Review.decided_at > moment - SHOWN)
