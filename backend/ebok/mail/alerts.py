"""Alerts: problems that the administrators must solve, reported once per cause until they end.

An alert is a row. It is mailed to `alert_emails`, logged, and listed by `ebok doctor` while it is
open:

    alerts.open_alert("import-refused", "", _("The import of tonight was refused.\\n…"))
    alerts.end("import-refused")
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from peewee import CharField, DateTimeField, TextField

from ebok import settings
from ebok.database import Table, first_row, is_ahead, now, transaction
from ebok.database.iso import as_text
from ebok.doctor import Finding, checkup, fail, warn
from ebok.jobs import job, retention
from ebok.languages import say as _
from ebok.mail.outbox import post
from ebok.settings import Settings

log = logging.getLogger(__name__)

KEPT = timedelta(days=365)


class Alert(Table):
    """A problem that a person must solve. `ended_at` is empty while it lasts.

    `about` distinguishes alerts of one `cause`; both are logged, so neither holds personal data.
    The first line of `text` is the heading.
    """

    cause = CharField()
    about = CharField(default="")
    text = TextField()
    told_at = DateTimeField()
    ended_at = DateTimeField(null=True)

    @classmethod
    def open(cls):
        """Query of the open alerts, oldest first."""
        return cls.select().where(cls.ended_at.is_null()).order_by(cls.id)


# Two processes that find the same problem at once open one alert.
Alert.add_index(
    Alert.index(
        Alert.cause, Alert.about, unique=True, where=Alert.ended_at.is_null(), name="alert_open"
    )
)

OPEN = """
INSERT INTO alert (cause, about, text, told_at) VALUES ({0}, {0}, {0}, {0})
ON CONFLICT DO NOTHING RETURNING id
"""


def open_alert(cause: str, about: str, text: str, after: timedelta = timedelta()) -> bool:
    """Open an alert within the caller's transaction; False if it is open already.

    `text` is in the language of reports, without personal data; its first line becomes the subject,
    each other line a paragraph. It is mailed `after` that time, if the alert is still open then.
    """
    row = first_row(OPEN, cause, about, text, str(now()))
    if not row:
        return False
    chosen = settings.current()
    for address in chosen.alert_addresses:
        mail = post("alert", address, language(chosen), row[0])
        if after:
            mail.change(due_at=mail.due_at + after)
    log.warning("alert=%s about=%r", cause, about)
    return True


def end(cause: str, about: str = "") -> bool:
    """End the alert, so that a recurrence opens a new one; False if none was open."""
    mine = (Alert.cause == cause) & (Alert.about == about) & Alert.ended_at.is_null()
    # An UPDATE that finds nothing would still take SQLite's write lock.
    if not Alert.select(Alert.id).where(mine).exists():
        return False
    log.info("alert=%s about=%r outcome=ended", cause, about)
    return bool(Alert.update(ended_at=now()).where(mine).execute())


def language(settings: Settings) -> str:
    """Language of messages to administrators."""
    return settings.report_language


@checkup("alert", own_alert=True)
def list_open(_settings: Settings) -> Iterator[Finding]:
    """List the open alerts with their headings."""
    for each in Alert.open():
        heading, *lines = each.text.splitlines()
        yield fail(f"{each.cause} since {as_text(each.told_at)}: {heading}", " ".join(lines))


@checkup("alert_emails", own_alert=True)
def look_for_readers(settings: Settings) -> Iterator[Finding]:
    """Check whether alerts have recipients."""
    if not settings.alert_addresses and not settings.demo:
        yield warn(
            _("alert_emails is empty: nobody is told by e-mail about what needs attention"),
            _("Set it to the addresses of the people who run e-BOK."),
        )


@job(every_seconds=60)
def correct_times(_settings: Settings) -> bool:
    """Move times of a clock that was ahead to now: later alerts wait for a while after them."""
    ahead = is_ahead(Alert.told_at, now())
    if Alert.select(Alert.id).where(ahead).exists():
        with transaction():
            Alert.update(told_at=now()).where(ahead).execute()
    return False


@retention
def forget_alerts(moment: datetime, _settings: Settings) -> int:
    """Delete alerts a year after they ended."""
    return Alert.delete().where(Alert.ended_at < moment - KEPT).execute()
