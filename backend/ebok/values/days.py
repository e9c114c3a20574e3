"""Days and instants in each language's format: 6 listopada 2026, 7.30.

The API has `{on, text, brief}` for a day and `{at, text, day, hour}` for an instant: the browser
shows the texts and calculates with the rest.
"""

import time
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Annotated, TypedDict, overload
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_timezone

from ebok.values import language

AN_HOUR = 3600
REMEMBERED = 4096
"""Formatted days cached in memory: Babel takes 20 µs for each, and a list has sixty."""


Day = Annotated[str, "format: date", "pattern: ^[0-9]{4}-[0-9]{2}-[0-9]{2}$"]
Instant = Annotated[
    str,
    "format: date-time",
    "pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'",
]


class ShownDay(TypedDict):
    """A day with its text; `brief` is for narrow places."""

    on: Day
    text: str
    brief: str


class ShownInstant(TypedDict):
    """An instant with its text in local time, and the parts `day` and `hour`."""

    at: Instant
    text: str
    day: str
    hour: str


@overload
def as_json(day: date, lang: str = "") -> ShownDay: ...
@overload
def as_json(day: date | None, lang: str = "") -> ShownDay | None: ...
def as_json(day: date | None, lang: str = "") -> ShownDay | None:
    """The API form of a day; `brief` omits the current year."""
    if day is None:
        return None
    in_full, brief = _both(day, lang or language.in_use(), _year(int(time.time()) // AN_HOUR))
    return {"on": day.isoformat(), "text": in_full, "brief": brief}


@overload
def instant_as_json(instant: datetime) -> ShownInstant: ...
@overload
def instant_as_json(instant: datetime | None) -> ShownInstant | None: ...
def instant_as_json(instant: datetime | None) -> ShownInstant | None:
    """The API form of a UTC instant, with the day and hour in the town."""
    if instant is None:
        return None
    here = instant.replace(tzinfo=UTC).astimezone(_town())
    day, hour = text(here.date()), _hour(here)
    at = f"{instant.isoformat(timespec='seconds')}Z"
    return {"at": at, "text": f"{day}, {hour}", "day": day, "hour": hour}


def text(day: date, lang: str = "") -> str:
    """6 listopada 2026, with a no-break space between number and month."""
    return _in_full(day, lang or language.in_use())


def of_a_letter(day: date) -> str:
    """piątek 6 listopada 2026."""
    return written(day, "EEEE d MMMM y", language.in_use())


def today() -> date:
    """Today in the town."""
    return datetime.now(_town()).date()


def period(first: date, last: date) -> str:
    """październik 2026 for a whole month, else from day to day."""
    if months(first, last) == 1:
        return month(first)
    return span(first, last)


def month(day: date) -> str:
    """The day's month with its year: październik 2026."""
    return written(day.replace(day=1), "LLLL y", language.in_use())


def span(first: date, last: date) -> str:
    """1–31 października 2026; 12 sierpnia – 10 października 2026."""
    if first == last:
        return text(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{text(last)}"
    pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{written(first, pattern, language.in_use())} – {text(last)}"


def months(first: date, last: date) -> int:
    """Number of calendar months; 0 unless both ends are at a month's edge."""
    after = last + timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return 0
    return (after.year - first.year) * 12 + after.month - first.month


def labels(first: date, last: date) -> list[str]:
    """One or two lines for a label below a bar: paź; sie–, paź; 12.08–, 10.10."""
    count = months(first, last)
    if count == 1:
        return [_month(first)]
    label = _month if count else _digits
    return [f"{label(first)}–", label(last)]


def _month(day: date) -> str:
    return written(day, "LLL", language.in_use()).replace(".", "")


def _digits(day: date) -> str:
    return f"{day.day}.{day.month:02}"


def _hour(here: datetime) -> str:
    hour, minute = here.hour, f"{here.minute:02}"
    return f"{hour}.{minute}" if language.in_use() == "pl" else f"{hour:02}:{minute}"


def _town() -> ZoneInfo:
    return _zone(str(get_timezone()))


@cache
def _zone(name: str) -> ZoneInfo:
    """The zone as zoneinfo, which is faster than Flask-Babel's pytz."""
    return ZoneInfo(name)


@lru_cache(maxsize=REMEMBERED)
def _both(day: date, lang: str, year: int) -> tuple[str, str]:
    brief = written(day, "d MMM" if day.year == year else "d MMM y", lang)
    return _in_full(day, lang), brief


def _in_full(day: date, lang: str) -> str:
    return written(day, "d MMMM y" if lang == "en" else "long", lang)


@lru_cache(maxsize=1)
def _year(_hour: int) -> int:
    """The current year in the town, cached for an hour: finding it takes longer than formatting."""
    return today().year


@lru_cache(maxsize=REMEMBERED)
def written(day: date, pattern: str, lang: str) -> str:
    """The day in a Babel pattern, with a no-break space after a leading number."""
    told = format_date(day, pattern, lang)
    return told.replace(" ", "\u00a0", 1) if told[0].isdigit() else told
