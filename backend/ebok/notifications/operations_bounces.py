"""Bounces: how each one counts, and which accounts can no longer be reached."""

from collections.abc import Iterable

from peewee import fn

from ebok import settings
from ebok.accounts.models import Account
from ebok.accounts.operations_contacts import note_bounce
from ebok.database import now, transaction
from ebok.mail import undelivered
from ebok.mail.addresses import key
from ebok.mail.answers import DEAD, DELAYED, DOUBTED, OURS
from ebok.mail.models import Mail
from ebok.mail.undelivered import COUNTED
from ebok.notifications import operations_storms as storms
from ebok.notifications.models import Bounce
from ebok.notifications.operations_dsn import Dsn, read
from ebok.notifications.operations_unreached import alert_own_fault


def take(content: bytes) -> str:
    """Process a mail from the mailbox. Returns what `undelivered.note` did, or "unknown",
    "no-report".

    It counts only if it is about a mail that we sent to that very address: the tag is 80 random
    bits known only to us and to servers that handled the mail.
    """
    dsn = read(content)
    if dsn is None:
        return "no-report"
    mail = _find_mail(dsn)
    if mail is None:
        return "unknown"
    with transaction():
        return undelivered.note(mail, dsn.kind, dsn.status, dsn.report_id)


def _find_mail(dsn: Dsn) -> Mail | None:
    """The mail that bounced: by the tag in the envelope, else by the Message-ID in the report."""
    # The index over message_id serves a range: the tag is followed by the sender's domain.
    start = f"<{dsn.tag}@" if dsn.tag else dsn.message_id
    if not start:
        return None
    end = f"<{dsn.tag}A" if dsn.tag else dsn.message_id
    mine = (Mail.message_id >= start) & (Mail.message_id <= end)
    mail = Mail.select().where(mine).first()
    is_his = mail is not None and mail.tries and key(mail.recipient) in dsn.recipients
    return mail if is_his else None


@undelivered.when_undelivered
def note(mail: Mail, kind: str, status: str, report_id: str) -> str:
    """Store a failure, once, and apply it; returns the outcome as `undelivered.note` does.

    DEAD marks the accounts of the address, unless a storm makes it doubtful; COUNTED kinds mark
    them after several days.
    """
    if not _keep(mail, kind, status, report_id):
        return "repeated"
    if kind == DELAYED:
        return "delayed"
    if kind == OURS:
        alert_own_fault(status)
        return "told"
    chosen = settings.current()
    if kind in COUNTED and not Bounce.is_too_often(mail.recipient, chosen):
        return "counted"
    if kind == DEAD and (others := storms.find(mail)):
        storms.alert_storm(others, status)
        storms.take_back(others)
        return DOUBTED
    note_bounce(*_accounts_of(mail), kind=kind)
    return "marked"


def _keep(mail: Mail, kind: str, status: str, report_id: str) -> bool:
    if mail.sent_at is None:
        # The mail was refused again: replace the bounce that was doubted in a storm.
        doubted = (Bounce.mail_id == mail.id) & (Bounce.kind == DOUBTED)
        Bounce.delete().where(doubted & (Bounce.report_id == report_id)).execute()
    kept = Bounce.insert(
        report_id=report_id,
        mail_id=mail.id,
        recipient=mail.recipient,
        status=status,
        is_final=kind != DELAYED,
        kind=kind,
        at=now(),
    )
    before = Bounce.select().where(Bounce.report_id == report_id).exists()
    kept.on_conflict_ignore().execute()
    return not before


def _accounts_of(mail: Mail) -> Iterable[Account]:
    is_same = fn.LOWER(Account.email) == mail.recipient.lower()
    # Ordered, so that two simultaneous reports lock accounts in the same order.
    return Account.select().where(is_same & Account.closed_at.is_null()).order_by(Account.id)
