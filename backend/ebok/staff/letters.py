"""The mails to the staff: an invitation, and a warning of failed logins."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.audit import AuditRow
from ebok.mail.kinds import Letter
from ebok.settings import Settings
from ebok.staff import operations
from ebok.staff.models import StaffMember

TemplateValues = dict[str, Any]


def _write_staff_invitation(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Generate the link when its mail is written; the former one becomes invalid."""
    member = StaffMember.get_or_none(StaffMember.id == subject_id)
    if member is None or member.removed_at or (member.joined_at and member.has_factor):
        return None
    token = operations.new_invitation(member)
    return {"name": member.name, "token": token, "hours": settings.staff_invitation_hours}


staff_invitation = Letter(
    "staff_invitation",
    lazy("Invitation to work in e-BOK, for the office"),
    StaffMember,
    _write_staff_invitation,
    example={"name": "Dorota Maj", "token": "s-token", "hours": 24},
    ttl=lambda settings: timedelta(hours=settings.staff_invitation_hours),
    urgent=True,
    to_office=True,
)


def _write_staff_warning(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Tell of many failed logins, as the audit log has it: login (`?` for unknown) and network."""
    row = AuditRow.get_or_none(AuditRow.id == subject_id)
    if row is None:
        return None
    login, _, network = row.detail.partition(" ")
    wait = settings.limits.login_wait_minutes
    return {"login": login, "network": network, "at": row.at, "wait_minutes": wait}


staff_warning = Letter(
    "staff_warning",
    lazy("Warning about failed logins to the back office, for the office"),
    AuditRow,
    _write_staff_warning,
    example={
        "login": "d.maj@wodociagi.example",
        "network": "203.0.113.7",
        "at": datetime(2026, 11, 20, 9, 30),
        "wait_minutes": 15,
    },
    ttl=lambda _settings: timedelta(days=2),
    to_office=True,
)
