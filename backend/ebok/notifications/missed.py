"""Notices that an address did not get, sent to the one that its owner has given instead."""

from peewee import fn

from ebok.accounts.models import Account
from ebok.database import now
from ebok.mail.models import Mail
from ebok.mail.outbox import newest_id, post_many
from ebok.notifications.bills import ISSUED
from ebok.notifications.models import INVOICE, Bounce, Notification
from ebok.notifications.operations import link


def send_missed(account: Account, before: str) -> int:
    """Post the notices of invoices that `before`, the former address, missed; how many.

    Those that came back, those that were dropped since then, and those that wait still: of these
    only what no worker holds. Within the caller's transaction. Whether each is wanted is asked as
    it leaves, as always.
    """
    found = [row.id for row in Notification.select().where(_missed(account, before))]
    if not found:
        return 0
    mine = Notification.id.in_(found)
    Mail.withdraw(Notification.select(Notification.mail_id).where(mine), now())
    on_their_way = Mail.select(Mail.id).where(Mail.sent_at.is_null() & Mail.failed_at.is_null())
    mine &= Notification.mail_id.not_in(on_their_way)
    Notification.update(mail_id=None, accepted_at=None).where(mine).execute()
    newest = newest_id()
    rows = Notification.select(Notification.id).where(
        Notification.id.in_(found) & Notification.mail_id.is_null()
    )
    posted = post_many(ISSUED, [(account.email, account.language, row.id) for row in rows])
    link(ISSUED, newest)
    return posted


def _missed(account: Account, before: str):
    """What makes a notice one that this address missed; a held one, without a mail, is none."""
    lost = Bounce.of(before) & Bounce.is_final
    returned = Bounce.select(Bounce.mail_id).where(lost & Bounce.mail_id.is_null(False))
    since = Bounce.select(fn.MIN(Bounce.at)).where(lost)
    waiting = Mail.select(Mail.id).where(Mail.sent_at.is_null() & Mail.failed_at.is_null())
    mine = (Notification.account == account) & (Notification.kind == INVOICE)
    return mine & (
        Notification.mail_id.in_(returned)
        | Notification.mail_id.in_(waiting)
        | (
            Notification.mail_id.is_null(False)
            & Notification.accepted_at.is_null()
            & (Notification.created_at >= since)
        )
    )
