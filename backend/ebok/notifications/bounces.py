"""Mails that came back: which account is no longer reached, and what the office sees of it.

Reports lie in a maildir, which the mail server on this machine, or a fetching program, fills. No
password of a mailbox is needed, and nothing is lost when we are away.
"""

import logging
import os
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from flask_babel import force_locale, gettext, ngettext
from peewee import fn

from ebok import alerts
from ebok.accounts.contacts import note_bounce
from ebok.accounts.models import Account
from ebok.alerts import Alert
from ebok.database import now, transaction
from ebok.errands import errand
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification
from ebok.notifications.reports import LONGEST, Report, read

log = logging.getLogger(__name__)

READ_SECONDS = 60
TELL_SECONDS = 300
DAY = timedelta(days=1)
UNREACHED = "mails-come-back"
READ_AT_ONCE = 20
LONGEST_SECONDS = 0.3
"""After so long one-time codes come first; a single report, whatever it is, takes a second."""
SEEN, UNSEEN = ":2,S", ":2,"


class Unreached(NamedTuple):
    """An account whose address sends mails back; `not_sent` are the invoices it was not told of."""

    account: Account
    status: str
    temporary: int
    not_sent: int


@errand(every_seconds=READ_SECONDS)
def read_reports(settings) -> bool:
    """Read what lies in the mailbox; whether there is more.

    A report is marked as seen. Any other mail is left unseen, for a person to read.
    """
    if not settings.bounce_maildir:
        return False
    maildir = Path(settings.bounce_maildir)
    waiting = sorted((maildir / "new").iterdir())
    until, taken = time.monotonic() + LONGEST_SECONDS, 0
    for path in waiting[:READ_AT_ONCE]:
        _take_file(path, maildir)
        taken += 1
        if time.monotonic() > until:
            break
    return len(waiting) > taken


def _take_file(path: Path, maildir: Path) -> None:
    try:
        content = _content(path)
        outcome = "no-report" if content is None else take(content)
        mark = UNSEEN if outcome == "no-report" else SEEN
        # Moved last: a death before it reads the report again, which counts once all the same.
        os.rename(path, maildir / "cur" / f"{path.name}{mark}")
    except FileNotFoundError:
        # Another worker was faster.
        return
    log.info("what=report outcome=%s", outcome)


def _content(path: Path) -> bytes | None:
    """What can be read of a mail; None for what is none: a link, a pipe, a folder.

    Such a thing must not keep the reports behind it from being read.
    """
    try:
        # A pipe that nobody writes to would be waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        return None
    try:
        is_mail = stat.S_ISREG(os.fstat(handle).st_mode)
        return os.read(handle, LONGEST) if is_mail else None
    finally:
        os.close(handle)


def take(content: bytes) -> str:
    """Note one mail from the mailbox; what it was: noted, temporary, repeated, unknown, no-report.

    Only what is about a mail that we sent to that very address counts: the tag is 80 random bits
    that nobody knows but us and whoever handled the mail.
    """
    report = read(content)
    if report is None:
        return "no-report"
    mail = _find_mail(report)
    if mail is None:
        return "unknown"
    with transaction():
        if not _note(report, mail):
            return "repeated"
        if not report.is_final:
            return "temporary"
        note_bounce(*_accounts_of(mail))
    return "noted"


def _find_mail(report: Report) -> Mail | None:
    """The mail that came back: by the tag in the envelope, else by the Message-ID in the report."""
    # The index over message_id serves a range: the tag is followed by the sender's domain.
    start = f"<{report.tag}@" if report.tag else report.message_id
    if not start:
        return None
    end = f"<{report.tag}A" if report.tag else report.message_id
    mine = (Mail.message_id >= start) & (Mail.message_id <= end)
    mail = Mail.select().where(mine).first()
    is_his = mail is not None and mail.tries and mail.recipient.lower() in report.recipients
    return mail if is_his else None


def _note(report: Report, mail: Mail) -> bool:
    noted = Bounce.insert(
        report_id=report.report_id,
        mail_id=mail.id,
        recipient=mail.recipient,
        status=report.status,
        is_final=report.is_final,
        at=now(),
    ).on_conflict_ignore()
    before = Bounce.select().where(Bounce.report_id == report.report_id).exists()
    noted.execute()
    return not before


def _accounts_of(mail: Mail) -> Iterator[Account]:
    is_same = fn.LOWER(Account.email) == mail.recipient.lower()
    # In one order, for two reports at once lock the same accounts.
    return Account.select().where(is_same & Account.closed_at.is_null()).order_by(Account.id)


@errand(every_seconds=TELL_SECONDS)
def tell_office(_settings) -> bool:
    """Tell the administrators of addresses that send mails back: the first at once, more of them
    together a day later; nothing when nobody is unreached any more."""
    unreached = (Account.bounced_at.is_null(False)) & Account.closed_at.is_null()
    newest = Account.select(fn.MAX(Account.bounced_at)).where(unreached).scalar()
    told = Alert.select(fn.MAX(Alert.told_at)).where(Alert.cause == UNREACHED).scalar()
    is_news = newest and (told is None or (newest > told and now() - told > DAY))
    if newest and not is_news:
        return False
    with transaction():
        alerts.ended(UNREACHED)
        if is_news:
            alerts.tell(UNREACHED, "", _in_words(Account.select().where(unreached).count()))
    return False


def _in_words(count: int) -> str:
    with force_locale(alerts.language(current_app.config["EBOK"])):
        heading = ngettext(
            "Mails to %(num)s customer come back",
            "Mails to %(num)s customers come back",
            count,
        )
        advice = gettext(
            "They are told of no invoice by mail until they give another address; billing was told"
            " to send paper. Who they are is listed by `ebok bounces`."
        )
    return f"{heading}\n{advice}"


def find_unreached() -> Iterator[Unreached]:
    """The accounts that mails do not reach, the longest ago first."""
    lost = Account.bounced_at.is_null(False) & Account.closed_at.is_null()
    for account in Account.select().where(lost).order_by(Account.bounced_at):
        mine = Bounce.recipient == account.email
        newest = Bounce.select(Bounce.status).where(mine & Bounce.is_final)
        since = (Notification.account == account) & (Notification.created_at >= account.bounced_at)
        yield Unreached(
            account,
            newest.order_by(Bounce.at.desc()).limit(1).scalar() or "",
            Bounce.select().where(mine & ~Bounce.is_final).count(),
            Notification.select().where(since & Notification.accepted_at.is_null()).count(),
        )
