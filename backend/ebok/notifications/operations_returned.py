"""Mails that bounced for a fault on our side: `ebok mails retry`."""

from datetime import datetime

from ebok.database import now
from ebok.mail import retrying
from ebok.mail.answers import DOUBTED, OURS
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification

RETURNED = "returned"


@retrying.before_retrying
def give_up(since: datetime | None) -> None:
    """Mark mails that bounced since then for our fault as given up, so that they can be retried."""
    ours = Bounce.kind.in_((OURS, DOUBTED)) & Bounce.is_final & Bounce.cleared_at.is_null()
    lost = Mail.id.in_(Bounce.select(Bounce.mail_id).where(ours & Bounce.mail_id.is_null(False)))
    lost &= Mail.sent_at.is_null(False)
    if since:
        lost &= Mail.created_at >= since
    if not Mail.select(Mail.id).where(lost).exists():
        return
    mine = Notification.mail_id.in_(Mail.select(Mail.id).where(lost))
    Notification.update(accepted_at=None).where(mine).execute()
    Mail.update(sent_at=None, failed_at=now(), fault=RETURNED).where(lost).execute()
    given_up = Mail.select(Mail.id).where(Mail.fault == RETURNED)
    Bounce.update(cleared_at=now()).where(ours & Bounce.mail_id.in_(given_up)).execute()
