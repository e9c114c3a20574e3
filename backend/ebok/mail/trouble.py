"""Alerts about the mail server.

Mail itself may be what is broken, so alerts are also written to `alerts.txt` in the data directory,
and sent over a second relay if one is set (`alert_relay`). Further causes within an hour after a
mailed alert wait for the rest of that hour, so that a server that fails in five ways causes one
mail if it recovers meanwhile.
"""

import logging
import os
from collections.abc import Callable, Iterable
from datetime import timedelta

from flask_babel import force_locale, gettext
from peewee import fn

from ebok.database import now, transaction
from ebok.database.outages import named
from ebok.jobs import job
from ebok.mail import alerts
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.mail.outbox import sender_address
from ebok.mail.verdicts import Doubtful, NotSent, Refused, TooLarge, Unreachable
from ebok.settings import Settings

log = logging.getLogger(__name__)

REFUSED, STOPPED = "mail-refused", "mail-stopped"
HOUR = timedelta(hours=1)
CALM = timedelta(minutes=50)
"""Least duration of an alert: below an hour, after which the others are mailed."""
AWAY_SECONDS = 600
END_SECONDS = 60
FILE = "alerts.txt"


def note_rest(settings: Settings, fault: NotSent, seconds: float) -> None:
    """Open an alert because all mails wait: at once if it is our fault, else after ten minutes."""
    if isinstance(fault, Refused):
        # operations_storms has opened an alert already.
        return
    if isinstance(fault, Unreachable) and fault.is_ours:
        alert_refused(settings, fault)
    elif seconds >= AWAY_SECONDS:
        open_alert(settings, STOPPED, "", _away(fault.fault))


def alert_refused(settings: Settings, fault: NotSent) -> None:
    """Open an alert: the server refuses a mail, or all, and not because of the recipient."""
    open_alert(settings, REFUSED, fault.fault, _refused(settings, fault))


def open_alert(
    settings: Settings, cause: str, about: str, lines: Callable[[], Iterable[str]]
) -> None:
    """Open an alert, log it to the file and mail it; `lines` yields text in the report language."""
    is_open = (Alert.cause == cause) & (Alert.about == about) & Alert.ended_at.is_null()
    # Called for each refused mail: avoid taking the write lock each time.
    if Alert.select(Alert.id).where(is_open).exists():
        return
    with force_locale(alerts.language(settings)):
        text = "\n".join(lines())
    with transaction():
        is_news = alerts.open_alert(cause, about, text, _hush())
    if is_news:
        _write_down(settings, text)


def _hush() -> timedelta:
    """How long a mail about another cause waits: up to the end of the current hour."""
    mine = Alert.cause.in_((REFUSED, STOPPED)) & (Alert.told_at > now() - HOUR)
    first = Alert.select(fn.MIN(Alert.told_at)).where(mine).scalar()
    return HOUR if first else timedelta()


def _write_down(settings: Settings, text: str) -> None:
    path = settings.data_dir / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(f"{now():%Y-%m-%d %H:%M:%S} UTC\n{text}\n\n")
    except OSError as fault:
        log.error("what=alerts-file outcome=not-written %s", named(fault))


def _away(fault: str):
    def lines():
        yield gettext("No e-mails have gone out for ten minutes")
        yield gettext("The mail server cannot be reached (%(fault)s).", fault=fault)
        yield gettext("Nothing is lost: e-mails wait, and leave by themselves once it is back.")
        yield gettext("`ebok doctor` says what is wrong.")

    return lines


def _refused(settings: Settings, fault: NotSent):
    def lines():
        yield gettext("The mail server does not accept our e-mails (%(fault)s)", fault=fault.fault)
        yield _advice(settings, fault)
        yield gettext(
            "No customer was marked because of this. E-mails wait, and leave by "
            "themselves once it is fixed; those given up in the meantime are queued "
            "again by `ebok mails retry`."
        )
        yield gettext("`ebok doctor` says what is wrong.")

    return lines


def _advice(settings: Settings, fault: NotSent) -> str:
    if isinstance(fault, Doubtful):
        return gettext(
            "It closes the connection after it receives an e-mail, without saying "
            "whether it accepted it. Customers may get an e-mail more than once."
        )
    if isinstance(fault, TooLarge):
        return gettext(
            "An e-mail is too large for the mail server. Lower `attachment_kilobytes`, "
            "or raise the limit of the server."
        )
    if isinstance(fault, Unreachable) and "SMTPSenderRefused" not in fault.fault:
        return gettext("Check `mail_server` and the other settings `mail_…`: login, port, TLS.")
    return gettext(
        "The reason lies with this office, not with the recipients. The relay must "
        "accept e-mails from %(sender)s and, with `mail_bounce_tag`, from its tagged "
        "forms (%(tagged)s); SPF, DKIM and DMARC of the domain must be right.",
        sender=sender_address(settings),
        tagged=sender_address(settings).replace("@", "+b…@"),
    )


@job(every_seconds=END_SECONDS)
def end_passed_alerts(_settings: Settings) -> bool:
    """End alerts about the mail server when no mail waits for their cause any more."""
    for alert in Alert.open().where(Alert.cause.in_((REFUSED, STOPPED))):
        since = Mail.sent_at > alert.told_at
        waiting = Mail.sent_at.is_null() & Mail.failed_at.is_null() & (Mail.fault == alert.about)
        is_calm = now() - alert.told_at > CALM
        if alert.cause == STOPPED:
            has_passed = Mail.select().where(since).exists()
        else:
            has_passed = is_calm and not Mail.select().where(waiting).exists()
        if has_passed:
            with transaction():
                alerts.end(alert.cause, alert.about)
    return False
