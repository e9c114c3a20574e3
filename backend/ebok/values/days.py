"""Days and instants for people, in each language's own way: 6 listopada 2026, 7.30.

What the API gives is `{on, text, brief}` of a day and `{at, text, day, hour}` of an instant: the
browser shows the words, and reckons with the rest.
"""

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from flask_babel import get_locale, get_timezone

AN_HOUR = 3600
REMEMBERED = 4096
"""Days in a language whose words are kept: Babel takes 20 µs for each, and a list names sixty."""


def shown(day: date | None, locale: Locale | None = None) -> dict | None:
    """A day as the API gives it; `brief` has its year only where it is not this one."""
    if day is None:
        return None
    in_full, brief = _both(day, locale or get_locale(), _year(int(time.time()) // AN_HOUR))
    return {"on": day.isoformat(), "text": in_full, "brief": brief}


def shown_instant(instant: datetime | None) -> dict | None:
    """An instant as the database has it, in UTC, as the API gives it: the town's day and hour."""
    if instant is None:
        return None
    here = instant.replace(tzinfo=UTC).astimezone(get_timezone())
    day, hour = text(here.date()), _hour(here)
    at = f"{instant.isoformat(timespec='seconds')}Z"
    return {"at": at, "text": f"{day}, {hour}", "day": day, "hour": hour}


def text(day: date) -> str:
    """6 listopada 2026: the number stays with its month."""
    return _in_full(day, get_locale())


def today() -> date:
    """The day that it is in the town."""
    return datetime.now(get_timezone()).date()


def period(first: date, last: date) -> str:
    """październik 2026 where it is a whole month, else from day to day."""
    if months(first, last) == 1:
        return _written(first, "LLLL y", get_locale())
    return span(first, last)


def span(first: date, last: date) -> str:
    """1–31 października 2026; 12 sierpnia – 10 października 2026."""
    if first == last:
        return text(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{text(last)}"
    pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{_written(first, pattern, get_locale())} – {text(last)}"


def months(first: date, last: date) -> int:
    """How many whole calendar months; 0 where one of the ends lies within a month."""
    after = last + timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return 0
    return (after.year - first.year) * 12 + after.month - first.month


def labels(first: date, last: date) -> list[str]:
    """The same below a bar, in one line or two: paź; sie–, paź; 12.08–, 10.10."""
    count = months(first, last)
    if count == 1:
        return [_month(first)]
    written = _month if count else _digits
    return [f"{written(first)}–", written(last)]


def _month(day: date) -> str:
    return _written(day, "LLL", get_locale()).replace(".", "")


def _digits(day: date) -> str:
    return f"{day.day}.{day.month:02}"


def _hour(here: datetime) -> str:
    return f"{here.hour}.{here:%M}" if get_locale().language == "pl" else f"{here:%H:%M}"


@lru_cache(maxsize=REMEMBERED)
def _both(day: date, locale: Locale, year: int) -> tuple[str, str]:
    brief = _written(day, "d MMM" if day.year == year else "d MMM y", locale)
    return _in_full(day, locale), brief


def _in_full(day: date, locale: Locale) -> str:
    return _written(day, "d MMMM y" if locale.language == "en" else "long", locale)


@lru_cache(maxsize=1)
def _year(_hour: int) -> int:
    """The year that it is in the town: to ask what day it is takes longer than to write one."""
    return today().year


@lru_cache(maxsize=REMEMBERED)
def _written(day: date, pattern: str, locale: Locale) -> str:
    told = format_date(day, pattern, locale)
    return told.replace(" ", "\u00a0", 1) if told[0].isdigit() else told
