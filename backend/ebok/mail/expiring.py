"""Gives up mails that expired unsent, and opens an alert for those that matter."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from ebok.database import now, transaction
from ebok.jobs import job
from ebok.mail import alerts, trouble, undelivered
from ebok.mail.alerts import Alert
from ebok.mail.answers import FULL
from ebok.mail.kinds import letters
from ebok.mail.models import EXPIRED, Mail
from ebok.settings import Settings

CAUSE = "mails-expired"
CHECK_SECONDS = 60
RETRIED = timedelta(days=30)
"""The default period of `ebok mails retry`."""
FULL_BOX = ("4.2.2", "5.2.2")


def expire(moment: datetime) -> int:
    """Give up expired mails; returns their number."""
    full = [mail for mail in Mail.find_late(moment) if is_of_a_full_box(mail.fault)]
    for mail in full:
        note_full(mail, mail.fault, mail.tries)
    return len(full) + Mail.expire(moment)


def is_of_a_full_box(fault: str) -> bool:
    """Whether this fault is a full mailbox, which only the recipient can mend."""
    return any(status in fault.split() for status in FULL_BOX)


def note_full(mail: Mail, fault: str, tries: int) -> None:
    """Give up the mail and count its full mailbox as a failure of the address."""
    status = next(status for status in FULL_BOX if status in fault.split())
    with transaction():
        mail.give_up(now(), fault, tries)
        undelivered.note(mail, FULL, status, f"session-{mail.tag}")


@job(every_seconds=CHECK_SECONDS)
def alert_expired(settings: Settings) -> bool:
    """Open an alert for expired mails that are still worth sending, and end it afterwards."""
    lost = [mail.letter for mail in Mail.select(Mail.letter).where(_lost())]
    if lost:
        trouble.open_alert(settings, CAUSE, "", lambda: _lines(lost))
    elif Alert.open().where(Alert.cause == CAUSE).exists():
        with transaction():
            alerts.end(CAUSE)
    return False


def _lost():
    """SQL condition: given up, but still worth sending. Alerts are not: they are outdated."""
    lasting = [name for name, each in letters().items() if not each.urgent and name != "alert"]
    recent = Mail.failed_at > now() - RETRIED
    return Mail.is_given_up() & recent & (Mail.fault == EXPIRED) & Mail.letter.in_(lasting)


def _lines(lost: list[str]) -> Iterable[str]:
    notifications = sum(letters()[name].is_bulk for name in lost)
    yield ngettext(
        "%(num)s e-mail was not sent in time", "%(num)s e-mails were not sent in time", len(lost)
    )
    yield gettext(
        "The mail server did not accept them for as long as we try to send. "
        "Notifications about invoices among them: %(count)s.",
        count=notifications,
    )
    yield gettext(
        "Fix what `ebok doctor` finds with the mail server; then `ebok mails retry` "
        "queues them again."
    )
