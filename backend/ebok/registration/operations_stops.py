"""Too many failed matches of one customer code: its registration is stopped until tomorrow."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ebok import limits, settings
from ebok.actor import Actor
from ebok.database import now
from ebok.registration.errors import RegistrationStopped
from ebok.registration.models import Registration

DAY = timedelta(days=1)


def require_day_limit(actor: Actor, registration: Registration) -> None:
    """Count this try; refuse when the code had too many today, from this source or from all.

    The day is the office's own, and part of the key: at midnight the count begins anew. The row
    outlives it, because the day on which clocks go back has 25 hours.
    """
    most = settings.current().limits
    key = f"{registration.customer_code} {_here().date()}"
    most_here = most.matches_per_code_and_source_day
    here = limits.consume("matches-source", f"{key} {actor.network}", most_here, 2 * DAY)
    # Tries that are refused here are not counted for all: one person must not lock a code.
    if not here or not limits.consume("matches-all", key, most.matches_per_code_day, 2 * DAY):
        registration.change(stopped_until=_midnight())
        raise RegistrationStopped(may_ask_office=registration.may_ask_office(now()))


def _here() -> datetime:
    return datetime.now(ZoneInfo(settings.current().timezone))


def _midnight() -> datetime:
    """When the office's next day begins, in UTC without a zone."""
    tomorrow = _here().date() + DAY
    begins = datetime.combine(tomorrow, time.min, _here().tzinfo)
    return begins.astimezone(UTC).replace(tzinfo=None)
