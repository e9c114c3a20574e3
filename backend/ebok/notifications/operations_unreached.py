"""Lists and alerts of accounts whose mails bounce, and of bounces that are our own fault."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from flask_babel import force_locale, gettext, ngettext
from peewee import fn

from ebok import settings
from ebok.accounts.models import Account
from ebok.database import now, transaction
from ebok.mail import alerts
from ebok.mail.alerts import Alert
from ebok.mail.answers import DOUBTED, OURS
from ebok.mail.undelivered import COUNTED
from ebok.notifications import operations_storms as storms
from ebok.notifications.models import Bounce, Notification
from ebok.settings import Settings

CHECK_SECONDS = 300
DAY, WEEK = timedelta(days=1), timedelta(days=7)
UNREACHED, BLAMED = "mails-come-back", "mails-refused-as-ours"


class Unreached(NamedTuple):
    """An account whose mails bounce; `counted`: DSNs that are no proof, `not_sent`: notifications
    withheld since."""

    account: Account
    status: str
    counted: int
    not_sent: int


def alert_unreached(_settings: Settings) -> bool:
    """Alert administrators of bouncing addresses: the first at once, further ones together a day
    later; end the alert when none are left."""
    unreached = (Account.bounced_at.is_null(False)) & Account.closed_at.is_null()
    newest = Account.select(fn.MAX(Account.bounced_at)).where(unreached).scalar()
    told = Alert.select(fn.MAX(Alert.told_at)).where(Alert.cause == UNREACHED).scalar()
    is_news = newest and (told is None or (newest > told and now() - told > DAY))
    if newest and not is_news:
        return False
    with transaction():
        alerts.end(UNREACHED)
        if is_news:
            alerts.open_alert(UNREACHED, "", _in_words(Account.select().where(unreached).count()))
    return False


def _in_words(count: int) -> str:
    with force_locale(alerts.language(settings.current())):
        heading = ngettext(
            "E-mails to %(num)s customer bounce",
            "E-mails to %(num)s customers bounce",
            count,
        )
        advice = gettext(
            "They are not told about invoices by e-mail until they give another "
            "address; billing was told to send paper. `ebok bounces` lists who they "
            "are."
        )
    return f"{heading}\n{advice}"


def alert_own_fault(status: str) -> None:
    """Alert administrators that mails bounce for a reason that only they can fix."""
    with force_locale(alerts.language(settings.current())):
        heading = gettext("Other mail servers refuse our e-mails")
        reason = gettext(
            "The reason they give (%(status)s) lies with this office, not with the "
            "recipients: check SPF, DKIM and DMARC of the domain, and whether the "
            "relay is on a blocklist.",
            status=status or "-",
        )
        calm = gettext(
            "No customer was marked because of this. What was refused can be sent again."
        )
    alerts.open_alert(BLAMED, "", f"{heading}\n{reason}\n{calm}")


def end_mended_alerts(_settings: Settings) -> bool:
    """End alerts: a week after the last refusal for our fault, a day after the last storm."""
    for cause, kind, calm in ((BLAMED, OURS, WEEK), (storms.CAUSE, DOUBTED, DAY)):
        recent = (Bounce.kind == kind) & (Bounce.at > now() - calm)
        told = (Alert.cause == cause) & Alert.ended_at.is_null() & (Alert.told_at < now() - calm)
        if Alert.select().where(told).exists() and not Bounce.select().where(recent).exists():
            with transaction():
                alerts.end(cause)
    return False


def find_unreached() -> Iterator[Unreached]:
    """Accounts whose mails bounce, the longest-standing first."""
    lost = Account.bounced_at.is_null(False) & Account.closed_at.is_null()
    for account in Account.select().where(lost).order_by(Account.bounced_at):
        mine = Bounce.of(account.email)
        newest = Bounce.select(Bounce.status).where(mine & (Bounce.kind == account.bounce_kind))
        since = (Notification.account == account) & (Notification.created_at >= account.bounced_at)
        yield Unreached(
            account,
            newest.order_by(Bounce.at.desc()).limit(1).scalar() or "",
            Bounce.select().where(mine & Bounce.kind.in_(COUNTED)).count(),
            Notification.select().where(since & Notification.accepted_at.is_null()).count(),
        )
