"""The mail with the head of the audit log."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.audit import AuditRow
from ebok.audit.head import WEEK
from ebok.mail.kinds import Letter
from ebok.settings import Settings


def _write_audit_head(subject_id: int, _settings: Settings) -> dict[str, Any] | None:
    """The head recorded in this row."""
    row = AuditRow.get_or_none(AuditRow.id == subject_id)
    return row and {"head": row.chain, "rows": row.id, "noted_at": row.at}


audit_head = Letter(
    "audit_head",
    lazy("State of the audit log, for the office"),
    AuditRow,
    _write_audit_head,
    example={"head": "5c0e" * 16, "rows": 2841, "noted_at": datetime(2026, 11, 20, 9, 30)},
    ttl=lambda _settings: WEEK,
    to_office=True,
)
