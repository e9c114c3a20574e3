"""Storms: a relay that refuses many valid addresses as dead at once is not believed.

A relay that has lost its list of mailboxes answers 5.1.1 for everybody, which would mark every
account as unreachable in a night. If at least `dead_to_doubt` accounts and `dead_percent` of the
last mails are reported dead, no further account is marked, marks of this storm are undone, refused
mails wait, and the administrators get one alert.
"""

from datetime import datetime, timedelta

from flask_babel import gettext
from peewee import fn

from ebok import audit, settings
from ebok.accounts.models import Account
from ebok.actor import SYSTEM
from ebok.audit.events import Event
from ebok.database import now
from ebok.mail import retrying, trouble
from ebok.mail.answers import DEAD, DOUBTED
from ebok.mail.models import NOT_WANTED, Mail
from ebok.mail.undelivered import COUNTED
from ebok.notifications.models import Bounce, Notification

CAUSE = "addresses-called-dead"
RUN = 100
"""How many of the last day's newest mails are examined."""
DAY = timedelta(days=1)


def find(mail: Mail) -> list[Mail]:
    """The mails reported dead in the same storm as this one, which was just noted; else none."""
    chosen = settings.current()
    # Read again: the worker's copy of the row lacks the time of sending.
    until = Mail.get_by_id(mail.id).sent_at or now()
    dead = _called_dead(until)
    answered = _taken(until) | {each.id: at for each, at in dead}
    run = sorted(answered, key=answered.__getitem__, reverse=True)[:RUN]
    found = [each for each, _at in dead if each.id in run]
    is_many = _count_accounts(found) >= chosen.dead_to_doubt
    return found if is_many and len(found) * 100 >= chosen.dead_percent * len(run) else []


def _taken(until: datetime) -> dict[int, datetime]:
    """Id -> time of the last mails accepted until then."""
    of_the_day = (Mail.sent_at <= until) & (Mail.sent_at > until - DAY)
    rows = Mail.select(Mail.id, Mail.sent_at).where(of_the_day).order_by(Mail.sent_at.desc())
    return {row.id: row.sent_at for row in rows.limit(RUN) if row.sent_at}


def _called_dead(until: datetime) -> list[tuple[Mail, datetime]]:
    """(mail, time) of those refused or bounced as dead, and not accepted since."""
    kind = Bounce.kind.in_((DEAD, DOUBTED)) & Bounce.cleared_at.is_null()
    rows = Bounce.select(Bounce.mail_id, Bounce.at).where(kind & (Bounce.at > until - DAY))
    came = {row.mail_id: row.at for row in rows.order_by(Bounce.id.desc()).limit(10 * RUN)}
    mails = Mail.select().where(Mail.id.in_([*came]))
    went = [(each, each.sent_at or came[each.id]) for each in mails]
    return [(m, at) for m, at in went if at <= came[m.id] and until - DAY < at <= until]


def _count_accounts(mails: list[Mail]) -> int:
    """Number of accounts' addresses among them; unproven ones may have typing errors."""
    address = fn.LOWER(Account.email)
    return Account.select(address).where(_are_of(mails)).distinct().count()


def _are_of(mails: list[Mail]):
    addresses = [mail.recipient.lower() for mail in mails]
    return fn.LOWER(Account.email).in_(addresses) & Account.closed_at.is_null()


def take_back(mails: list[Mail]) -> None:
    """Undo the marks made for these mails, and send what was withheld since."""
    ids = [mail.id for mail in mails]
    of_it = Bounce.mail_id.in_(ids) & (Bounce.kind == DEAD)
    began = Bounce.select(fn.MIN(Bounce.at)).where(of_it).scalar()
    Bounce.update(kind=DOUBTED).where(of_it).execute()
    marked = _are_of(mails) & (Account.bounce_kind == DEAD) & (Account.bounced_at >= began)
    # Ordered, so that transactions lock accounts in the same order.
    wrongly = [a for a in Account.select().where(marked).order_by(Account.id) if _unmark(a)]
    withheld = Notification.select(Notification.mail_id).where(Notification.account.in_(wrongly))
    since = Mail.failed_at >= began
    dropped = Mail.id.in_(withheld) & (Mail.fault == NOT_WANTED)
    retrying.retry_doubted(since & (Mail.id.in_(ids) | dropped))
    for account in wrongly:
        audit.record(SYSTEM, Event.EMAIL_WORKS_AGAIN, account.customer_code)


def _unmark(account: Account) -> bool:
    """Mark an account by its remaining bounces only; returns whether there are none."""
    is_too_often = Bounce.is_too_often(account.email, settings.current())
    speaks = Bounce.kind.in_((DEAD, *COUNTED) if is_too_often else (DEAD,))
    left = Bounce.select().where(Bounce.of(account.email) & speaks)
    last = left.order_by(Bounce.at.desc()).first()
    # Paper continues until a mail has been accepted there.
    account.change(bounced_at=last and last.at, bounce_kind=last.kind if last else "")
    return last is None


def alert_storm(mails: list[Mail], status: str) -> None:
    """Open an alert for the storm."""

    def lines():
        yield gettext("The mail server says that working addresses do not exist")
        yield gettext(
            "%(count)s of the latest e-mails were refused or bounced as if the mailbox "
            "did not exist (%(status)s). So many customers do not lose their mailboxes "
            "at once.",
            count=len(mails),
            status=status or "-",
        )
        yield gettext(
            "No customer is marked because of this, and those who were marked no "
            "longer are. What the server refuses waits, and leaves by itself once the "
            "server is fixed; what it accepted and sent back is queued again by `ebok "
            "mails retry`."
        )
        yield gettext(
            "Check how the relay learns which addresses exist: its own domains, its "
            "list of recipients, the server behind it. If the mailboxes really do not "
            "exist, raise `dead_to_doubt`."
        )

    trouble.open_alert(settings.current(), CAUSE, "", lines)
