"""*Kto oglądał moje dane*: what the audit log tells of the staff's looks at a customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ebok import audit
from ebok.access import Role
from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.audit import AuditRow
from ebok.audit.events import Event
from ebok.database import now

PHONE, COUNTER, WRITTEN, CHECK = "phone", "counter", "written", "check"
PURPOSES = (PHONE, COUNTER, WRITTEN, CHECK)
"""Why somebody of the staff looks: a call, somebody at the counter, what they wrote, a check."""
WHAT = {Event.CUSTOMER_SEEN: "data", Event.SCREEN_SEEN: "screen"}
"""What was seen, by event."""
SHOWN = timedelta(days=365)
MOST = 200


@dataclass(frozen=True)
class Seen:
    """One look. `what` is of WHAT, `purpose` of PURPOSES or "", `role` of `Role`."""

    at: datetime
    who: str
    role: str
    purpose: str
    what: str


def record(actor: Actor, event: Event, code: str, role: Role, purpose: str) -> None:
    """Record a look, as the last step of the caller's transaction."""
    audit.record(actor, event, code, f"{role} {purpose}")


def at_code(code: str, since: datetime, most: int) -> list[Seen]:
    """The newest looks at this customer code since then, the newest first."""
    mine = (AuditRow.whom == code) & AuditRow.did.in_([str(event) for event in WHAT])
    rows = AuditRow.select().where(mine & (AuditRow.at > since)).order_by(AuditRow.id.desc())
    return [_seen(row) for row in rows.limit(most)]


def _seen(row: AuditRow) -> Seen:
    role, _, purpose = row.detail.partition(" ")
    return Seen(row.at, row.who, role, purpose, WHAT[Event(row.did)])


def of_account(account: Account) -> list[Seen]:
    """The looks of a year since the account was opened, at most MOST: its owner may see them.

    Earlier ones may concern another person who had the customer code.
    """
    return at_code(account.customer_code, max(account.opened_at, now() - SHOWN), MOST)
