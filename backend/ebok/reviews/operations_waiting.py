"""Nobody waits unseen: the alert about requests that nobody decides."""

from datetime import timedelta

from ebok.database import now, transaction
from ebok.languages import count as ngettext, in_report_language, say as _
from ebok.mail import alerts
from ebok.registration.models import Review
from ebok.settings import Settings

WAITS = "review-waits"


def alert_waiting(settings: Settings) -> bool:
    """Open an alert while a request has waited for `review_alert_hours`; once for all of them."""
    since = now() - timedelta(hours=settings.review_alert_hours)
    late = Review.select().where((Review.decision == "") & (Review.asked_at < since)).count()
    if not late:
        alerts.end(WAITS)
        return False
    with in_report_language(settings), transaction():
        alerts.open_alert(WAITS, "", _text(late, settings))
    return False


def _text(late: int, settings: Settings) -> str:
    heading = ngettext(
        "%(num)d registration has waited for a check by hand longer than %(hours)d hours",
        "%(num)d registrations have waited for a check by hand longer than %(hours)d hours",
        late,
        hours=settings.review_alert_hours,
    )
    todo = _("Somebody waits for an account. Decide: %(address)s", address=_address(settings))
    return f"{heading}\n{todo}"


def _address(settings: Settings) -> str:
    return f"{settings.base_url.rstrip('/')}/biuro/rejestracje"
