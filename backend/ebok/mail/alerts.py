"""What the people who run the office must learn: told once for each cause, until it has passed.

An alert is a row. It is mailed to `alert_emails`, logged, and listed by `ebok doctor` as long as it
is open:

    alerts.open_alert("import-refused", "", _("The import of tonight was refused.\\n…"))
    alerts.end("import-refused")
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from peewee import CharField, DateTimeField, TextField

from ebok import settings
from ebok.database import Table, as_text, first_row, now
from ebok.doctor import Finding, checkup, fail, warn
from ebok.jobs import retention
from ebok.languages import say as _
from ebok.mail.outbox import post
from ebok.settings import Settings

log = logging.getLogger(__name__)

KEPT = timedelta(days=365)


class Alert(Table):
    """Something that a person must see to. `ended_at` is empty while it is so.

    `cause` is its kind, `about` what tells two of one kind apart; both are logged, so neither is
    personal. The first line of `text` is the heading.
    """

    cause = CharField()
    about = CharField(default="")
    text = TextField()
    told_at = DateTimeField()
    ended_at = DateTimeField(null=True)

    @classmethod
    def open(cls):
        """Those that nobody has seen to yet, the oldest first."""
        return cls.select().where(cls.ended_at.is_null()).order_by(cls.id)


# What makes one cause one mail, whoever finds it at the same moment.
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
    """Tell the administrators, within the caller's transaction; False when they know already.

    `text` is in the language of reports; its first line becomes the subject, each other line a
    paragraph. It goes by mail, when it is still so `after` that time: nothing personal belongs in
    it.
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
    """It is no longer so: should it come again, it is told anew. Whether it was open."""
    mine = (Alert.cause == cause) & (Alert.about == about) & Alert.ended_at.is_null()
    # An UPDATE that finds nothing would still take SQLite's write lock.
    if not Alert.select(Alert.id).where(mine).exists():
        return False
    log.info("alert=%s about=%r outcome=ended", cause, about)
    return bool(Alert.update(ended_at=now()).where(mine).execute())


def language(settings: Settings) -> str:
    """The language that operators are written to."""
    return settings.report_language


@checkup("alert", own_alert=True)
def list_open(_settings: Settings) -> Iterator[Finding]:
    """Every alert that is open, with its heading."""
    for each in Alert.open():
        heading, *lines = each.text.splitlines()
        yield fail(f"{each.cause} since {as_text(each.told_at)}: {heading}", " ".join(lines))


@checkup("alert_emails", own_alert=True)
def look_for_readers(settings: Settings) -> Iterator[Finding]:
    """Whether anybody gets what is told here."""
    if not settings.alert_addresses and not settings.demo:
        yield warn(
            _("alert_emails is empty: nobody is told by e-mail about what needs attention"),
            _("Set it to the addresses of the people who run e-BOK."),
        )


@retention
def forget_alerts(moment: datetime, _settings: Settings) -> int:
    """What has passed, a year after."""
    return Alert.delete().where(Alert.ended_at < moment - KEPT).execute()
