"""What the pages of the staff show."""

import io
from dataclasses import dataclass
from typing import Any

import segno
from markupsafe import Markup

from ebok.access import Role
from ebok.actor import Kind
from ebok.audit import AuditRow
from ebok.errors import NotFound
from ebok.languages import moment
from ebok.staff import (
    operations_codes as codes,
    operations_passkeys as passkeys,
    operations_sessions as sessions,
    texts,
)
from ebok.staff.models import RecoveryCode, StaffMember, StaffPasskey, StaffSession

NEWEST = 50
"""Acts on one page."""


@dataclass(frozen=True)
class Act:
    """One row of the audit log, in words."""

    at: str
    who: str
    what: str
    detail: str


def factors(session: StaffSession) -> dict[str, Any]:
    """What a member can show who they are with, and the question to their passkeys."""
    member: StaffMember = session.member
    keys = StaffPasskey.of(member)
    return {
        "member": member,
        "has_app": bool(member.totp_sealed),
        "codes_left": RecoveryCode.count_left(member),
        "question": passkeys.question(sessions.again_question(session), keys) if keys else None,
    }


def setup(member: StaffMember) -> dict[str, Any]:
    """What setting up an app or a passkey needs."""
    secret = codes.new_secret(member)
    return {
        "member": member,
        "app_key": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "qr": _qr(codes.address(member, secret)),
        "offer": passkeys.offer(member),
    }


def _qr(text: str) -> Markup:
    """The QR code as an SVG whose colours are the page's."""
    out = io.BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(out, kind="svg", xmldecl=False, svgns=False, border=4, omitsize=True, svgclass="qr")
    return Markup(out.getvalue().decode())  # noqa: S704 the library's own


def home(session: StaffSession) -> dict[str, Any]:
    """Who is signed in, when they were before, and what was done: by all for an administrator."""
    member: StaffMember = session.member
    done = (AuditRow.actor == str(Kind.STAFF)) | (AuditRow.did << texts.ABOUT_STAFF)
    if not member.is_administrator:
        done = (AuditRow.actor == str(Kind.STAFF)) & (AuditRow.who == member.name)
    rows = AuditRow.select().where(done).order_by(AuditRow.id.desc()).limit(NEWEST)
    return {
        "member": member,
        "role": texts.role(member.role),
        "before": moment(session.before_at) if session.before_at else "",
        "acts": [_act(row) for row in rows],
    }


def _act(row: AuditRow) -> Act:
    detail = " ".join(filter(None, [row.whom, row.detail]))
    return Act(moment(row.at), row.who, texts.did(row.did), detail)


@dataclass(frozen=True)
class Line:
    """A member in the list of staff."""

    public_id: str
    name: str
    email: str
    role: str
    factors: str
    codes_left: int
    is_invited: bool
    invited_until: str
    last: str
    sessions: int
    is_me: bool


def line(member: Any, me: StaffMember) -> Line:
    """The member as the list shows them; one of `StaffMember.listed`."""
    return Line(
        public_id=member.public_id,
        name=member.name,
        email=member.email,
        role=texts.role(member.role),
        factors=texts.factors(member.keys, bool(member.totp_sealed)),
        codes_left=member.codes_left,
        is_invited=member.joined_at is None,
        invited_until=moment(member.invited_until) if member.invited_until else "",
        last=moment(member.signed_in_at) if member.signed_in_at else "",
        sessions=member.sessions,
        is_me=member.id == me.id,
    )


def staff(me: StaffMember) -> dict[str, Any]:
    """The list of staff."""
    return {
        "members": [line(each, me) for each in StaffMember.listed(sessions.are_open())],
        "roles": [(str(role), texts.role(role), texts.role_hint(role)) for role in Role],
    }


def one(public_id: str, me: StaffMember) -> dict[str, Any]:
    """One member with their sessions. Raises NotFound."""
    found = StaffMember.listed(sessions.are_open(), public_id)
    if not found:
        raise NotFound()
    [member] = found
    return {
        "member": line(member, me),
        "role": member.role,
        "roles": [(str(role), texts.role(role), texts.role_hint(role)) for role in Role],
        "open": places(member, ""),
    }


def places(member: StaffMember, here: str) -> list[dict[str, Any]]:
    """The member's sessions; `here` is the token's hash of the one that asks."""
    return [
        {
            "public_id": each.public_id,
            "device": each.device,
            "network": each.network,
            "started": moment(each.started_at),
            "seen": moment(each.seen_at),
            "is_here": each.token_hash == here,
        }
        for each in sessions.open_ones(member)
    ]


def account(session: StaffSession) -> dict[str, Any]:
    """One's own account."""
    member: StaffMember = session.member
    return {
        "member": member,
        "role": texts.role(member.role),
        "has_app": bool(member.totp_sealed),
        "codes_left": RecoveryCode.count_left(member),
        "keys": [
            {
                "public_id": key.public_id,
                "name": key.name,
                "added": moment(key.added_at),
                "used": moment(key.used_at) if key.used_at else "",
            }
            for key in StaffPasskey.of(member)
        ],
        "open": places(member, session.token_hash),
    }
