"""The worker's heartbeat, and checks for missing workers and late mails."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from ebok.database import connection, now
from ebok.database.iso import as_text
from ebok.doctor import Finding, checkup, fail, fine, warn
from ebok.languages import say as _
from ebok.mail.models import BULK, ORDINARY, Mail
from ebok.operation.models import Beat
from ebok.server import heartbeat
from ebok.settings import Settings

WORKER = "worker"
MISSED = timedelta(minutes=1)
LONGEST_TURN_SECONDS = 900
"""Longer than a mail server may take for one mail (RFC 5321, 4.5.3.2)."""
LATE = {ORDINARY: timedelta(minutes=10), BULK: timedelta(hours=12)}
STUCK = timedelta(hours=1)

turned_tick = time.monotonic()


def turn(_settings: Settings) -> bool:
    """Record that the sending loop runs."""
    global turned_tick
    turned_tick = time.monotonic()
    return False


def beat(_settings: Settings, stop: threading.Event) -> None:
    """Record the heartbeat while the sending loop runs.

    In a thread of its own, because a mail server may take ten minutes for one mail.
    """
    while not stop.is_set():
        if time.monotonic() - turned_tick < LONGEST_TURN_SECONDS:
            # First: a restart of the worker would not bring the database back.
            heartbeat.beat()
            with connection():
                Beat.note(WORKER)
        stop.wait(heartbeat.BEAT_SECONDS)


@checkup(WORKER, quick=True)
def look_for_the_worker(_settings: Settings) -> Iterator[Finding]:
    """Check whether a worker was seen within a minute."""
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
    """Check for mails that nobody tried, or that are tried while none is accepted."""
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
    """Number of late mails, since when, and the mail server's words about the oldest."""
    is_open = Mail.sent_at.is_null() & Mail.failed_at.is_null()
    moment = now()
    for priority, patience in LATE.items():
        is_of = Mail.priority == BULK if priority == BULK else Mail.priority <= priority
        untried = (Mail.tries == 0) & (Mail.due_at < moment - patience)
        stuck = (Mail.tries > 0) & (Mail.created_at < moment - max(patience, STUCK))
        late = Mail.select().where(is_open & is_of & (untried | stuck)).order_by(Mail.created_at)
        oldest = late.first()
        # One recipient's server may delay its mail; others are accepted meanwhile.
        if oldest and (not oldest.tries or not _has_left_since(oldest.created_at)):
            return late.count(), oldest.created_at, oldest.fault
    return 0, None, ""


def _has_left_since(moment: datetime) -> bool:
    return Mail.select(Mail.id).where(Mail.sent_at > moment).exists()
