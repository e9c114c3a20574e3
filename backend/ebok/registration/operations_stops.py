"""Daily limit of failed matches per customer code; then it is blocked until midnight."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ebok import limits, settings
from ebok.actor import Actor
from ebok.database import now
from ebok.registration.errors import RegistrationStopped
from ebok.registration.models import Registration

DAY = timedelta(days=1)


def require_day_limit(actor: Actor, registration: Registration) -> None:
    """Count an attempt. Raises RegistrationStopped beyond the day's limit of its source or of all.

    The office's date is part of the key, so the count restarts at midnight. The row lasts longer,
    because the day on which clocks go back has 25 hours.
    """
    most = settings.current().limits
    # A registration that a clerk has unlocked has tries of its own: strangers' are not given back.
    unlocked = f" {registration.id} {registration.unlocks}" if registration.unlocks else ""
    key = f"{registration.customer_code} {_here().date()}{unlocked}"
    most_here = most.matches_per_code_and_source_day
    here = limits.consume("matches-source", f"{key} {actor.network}", most_here, 2 * DAY)
    # Tries refused to a source do not count for the code: one person must not lock it.
    if not here or not limits.consume("matches-all", key, most.matches_per_code_day, 2 * DAY):
        registration.change(stopped_until=_midnight())
        raise RegistrationStopped(may_ask_office=registration.may_ask_office(now()))


def _here() -> datetime:
    return datetime.now(ZoneInfo(settings.current().timezone))


def _midnight() -> datetime:
    """The next midnight at the office, as naive UTC."""
    tomorrow = _here().date() + DAY
    begins = datetime.combine(tomorrow, time.min, _here().tzinfo)
    return begins.astimezone(UTC).replace(tzinfo=None)
