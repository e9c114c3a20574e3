"""Publishes the head of the audit log where the database's administrator cannot change it.

That reveals rows removed at the end. The worker logs it every hour, and mails it to `alert_emails`
each week.
"""

import logging
from datetime import datetime, timedelta

from ebok import audit
from ebok.actor import SYSTEM
from ebok.audit import AuditRow
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.jobs import job, retention
from ebok.mail import alerts
from ebok.mail.outbox import post
from ebok.settings import Settings

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600
WEEK = timedelta(days=7)


@retention
def note_head(_moment: datetime, _settings: Settings) -> int:
    """Log the head."""
    last = audit.newest()
    log.info("what=audit rows=%s head=%s", last.id if last else 0, last.chain if last else "")
    return 0


@job(every_seconds=HOUR_SECONDS)
def mail_head(settings: Settings) -> bool:
    """Mail the head, a week after the last mail or the beginning."""
    if not settings.alert_addresses or not _is_due():
        return False
    with transaction():
        # Of two workers at the same moment the second finds the first one's row.
        audit.hold()
        if _is_due():
            row = audit.record(SYSTEM, Event.HEAD_NOTED, "")
            for address in settings.alert_addresses:
                post("audit_head", address, alerts.language(settings), row.id)
    return False


def _is_due() -> bool:
    noted = AuditRow.did.in_((Event.LOG_BEGUN, Event.HEAD_NOTED))
    told = (AuditRow.whom == "") & noted & (AuditRow.actor != "")
    last = AuditRow.select(AuditRow.at).where(told).order_by(AuditRow.id.desc()).first()
    return last is not None and last.at < now() - WEEK
