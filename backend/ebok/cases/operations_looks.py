"""Looks at a customer: each is recorded once, and the others see who is looking now."""

from datetime import datetime, timedelta

from ebok.access import ADMINISTRATOR, CLERK, Role
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.cases.models import Look
from ebok.database import now, transaction
from ebok.profile import operations_looks as seen
from ebok.settings import Settings
from ebok.staff.models import StaffMember

DAY = timedelta(days=1)


def role_of(member: StaffMember) -> Role:
    """The member's role, as looks are recorded with it."""
    return ADMINISTRATOR if member.is_administrator else CLERK


def look(actor: Actor, member: StaffMember, code: str, purpose: str = seen.PHONE) -> Look:
    """The member's look that lasts, else a new one for this purpose, which is recorded before
    anything is shown.
    """
    moment = now()
    lasting = Look.find(member, code, moment)
    if lasting is None:
        return _begin(actor, member, code, purpose)
    lasting.change(seen_at=moment)
    return lasting


def change_purpose(actor: Actor, member: StaffMember, code: str, purpose: str) -> None:
    """Begin another look, for this purpose."""
    lasting = Look.find(member, code, now())
    if lasting is None or lasting.purpose != purpose:
        _begin(actor, member, code, purpose)


def _begin(actor: Actor, member: StaffMember, code: str, purpose: str) -> Look:
    moment = now()
    with transaction():
        Look.begin(member, code, purpose, moment)
        seen.record(actor, Event.CUSTOMER_SEEN, code, role_of(member), purpose)
    return Look(member=member, customer_code=code, purpose=purpose, since_at=moment)


def note_screen_seen(actor: Actor, member: StaffMember, code: str) -> None:
    """Record a look at the customer's own screens."""
    purpose = look(actor, member, code).purpose
    with transaction():
        seen.record(actor, Event.SCREEN_SEEN, code, role_of(member), purpose)


def stay(member: StaffMember, code: str) -> list[Look]:
    """Note that the member's page is still open; the looks of others that last now."""
    moment = now()
    lasting = Look.find(member, code, moment)
    if lasting:
        lasting.change(seen_at=moment)
    return Look.others(member, code, moment)


def forget_looks(moment: datetime, _settings: Settings) -> int:
    """Delete the looks of yesterday; the audit log keeps each."""
    return Look.delete().where(Look.seen_at < moment - DAY).execute()
