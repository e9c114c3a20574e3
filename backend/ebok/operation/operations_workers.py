"""The mail worker's sign of life, and the mails that wait for it."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from ebok.database import as_text, connection, now
from ebok.doctor import Finding, checkup, fail, fine, warn
from ebok.languages import say as _
from ebok.mail.models import BULK, ORDINARY, Mail
from ebok.operation.models import Beat
from ebok.server import life
from ebok.settings import Settings

WORKER = "worker"
MISSED = timedelta(minutes=1)
LONGEST_TURN_SECONDS = 900
"""Longer than a mail server may take for one mail (RFC 5321, 4.5.3.2)."""
LATE = {ORDINARY: timedelta(minutes=10), BULK: timedelta(hours=12)}
STUCK = timedelta(hours=1)

turned_at = time.monotonic()


def turn(_settings: Settings) -> bool:
    """The loop that sends mails goes round."""
    global turned_at
    turned_at = time.monotonic()
    return False


def beat(_settings: Settings, stop: threading.Event) -> None:
    """Tell that this worker lives, as long as its mails go on.

    In a thread: a mail server may take ten minutes for one mail, in which the worker is well.
    """
    while not stop.is_set():
        if time.monotonic() - turned_at < LONGEST_TURN_SECONDS:
            # First: that the database is away does not pass when the worker is started anew.
            life.sign()
            with connection():
                Beat.note(WORKER)
        stop.wait(life.SIGN_SECONDS)


@checkup(WORKER, quick=True)
def look_for_the_worker(_settings: Settings) -> Iterator[Finding]:
    """Whether one was seen within a minute."""
    seen_at = Beat.seen(WORKER)
    todo = _("Start `ebok serve` or `ebok worker`; if it is running, check its log and restart it.")
    if not seen_at:
        yield warn(_("No mail worker has been seen yet: no e-mails are being sent."), todo)
    elif now() - seen_at > MISSED:
        what = _(
            "No mail worker since %(moment)s: no e-mails are being sent.", moment=as_text(seen_at)
        )
        yield fail(what, todo)
    else:
        yield fine(_("a mail worker was seen within a minute"))


@checkup("mails", quick=True)
def look_for_late_mails(_settings: Settings) -> Iterator[Finding]:
    """Whether mails wait that nobody has tried, or are tried while none leaves."""
    count, oldest_at, fault = _late()
    if not count:
        yield fine(_("none has been waiting too long"))
        return
    what = _(
        "%(count)s e-mails are waiting, the oldest since %(moment)s.",
        count=count,
        moment=as_text(oldest_at),
    )
    if fault:
        what += " " + _("The mail server last said: %(fault)s.", fault=fault)
    yield fail(
        what, _("Check whether the worker is running, and what `ebok doctor` says about e-mail.")
    )


def _late() -> tuple[int, datetime | None, str]:
    """How many are late, since when, and what the mail server said of the oldest."""
    is_open = Mail.sent_at.is_null() & Mail.failed_at.is_null()
    moment = now()
    for priority, patience in LATE.items():
        is_of = Mail.priority == BULK if priority == BULK else Mail.priority <= priority
        untried = (Mail.tries == 0) & (Mail.due_at < moment - patience)
        stuck = (Mail.tries > 0) & (Mail.created_at < moment - max(patience, STUCK))
        late = Mail.select().where(is_open & is_of & (untried | stuck)).order_by(Mail.created_at)
        oldest = late.first()
        # What one recipient's server puts off is no fault of ours, while others take their mail.
        if oldest and (not oldest.tries or not _has_left_since(oldest.created_at)):
            return late.count(), oldest.created_at, oldest.fault
    return 0, None, ""


def _has_left_since(moment: datetime) -> bool:
    return Mail.select(Mail.id).where(Mail.sent_at > moment).exists()
