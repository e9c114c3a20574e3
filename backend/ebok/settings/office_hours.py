"""What hangs on the office's door, in the language of whoever reads it: hours and notices.

Weekdays are named by us (`tue-thu`), so that they need no translating; what is written in words may
be given in English and Ukrainian too, and is shown as it was written where it is not.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel.dates import get_day_names

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A word between dashes, commas and spaces; what stands between them is kept as it is.
WORD = re.compile(r"[^\W\d_]+\.?")
HOUR = re.compile(r"\b(\d{1,2})[.:](\d{2})\b")


@dataclass(frozen=True)
class Line:
    """A line of the door sign as it is read; `brief` where room is short."""

    days: str
    brief: str
    hours: str
    is_polish: bool = False


@dataclass(frozen=True)
class HoursWords:
    """One line of the door sign in another language."""

    days: str
    hours: str = ""


@dataclass(frozen=True)
class Hours:
    """One line of the door sign: `days` as `mon`, `tue-thu`, or in words."""

    days: str
    hours: str
    en: HoursWords | None = None
    uk: HoursWords | None = None

    def in_language(self, lang: str) -> Line:
        """This line for a reader of `lang`."""
        words = getattr(self, lang, None)
        if words:
            return Line(words.days, words.days, _clock(words.hours or self.hours, lang))
        days, brief = _named(self.days, lang, "wide"), _named(self.days, lang, "abbreviated")
        # Words that are not ours stay Polish, and a screen reader must be told so.
        return Line(days, brief, _clock(self.hours, lang), lang != "pl" and days == self.days)


@dataclass(frozen=True)
class Words:
    """A text in Polish, and in the other languages where it is given."""

    pl: str
    en: str = ""
    uk: str = ""

    def in_language(self, lang: str) -> str:
        """The text for a reader of `lang`; the Polish one, where there is no translation."""
        return getattr(self, lang) or self.pl

    def is_polish(self, lang: str) -> bool:
        """Whether it is left in Polish for a reader of `lang`."""
        return lang != "pl" and not getattr(self, lang)


@dataclass(frozen=True)
class NoticeWords:
    """A notice in another language: all of it, so that none is half foreign."""

    when: str
    title: str
    text: str


@dataclass(frozen=True)
class Notice:
    """A notice on the start page, newest first as written."""

    when: str
    title: str
    text: str
    heed: bool = False
    en: NoticeWords | None = None
    uk: NoticeWords | None = None

    def in_language(self, lang: str) -> "Notice | NoticeWords":
        """This notice for a reader of `lang`; as it was written, where there is no translation."""
        return getattr(self, lang, None) or self

    def is_polish(self, lang: str) -> bool:
        """Whether it is left in Polish for a reader of `lang`."""
        return lang != "pl" and self.in_language(lang) is self


def _named(days: str, lang: str, width: Literal["wide", "abbreviated"]) -> str:
    """The days with each weekday in `lang`; words that are no weekday leave all as it stands."""
    words = WORD.findall(days)
    known = [_weekdays().get(word.lower()) for word in words]
    if not words or None in known:
        return days
    names = get_day_names(width, "stand-alone", lang)
    told = iter(names[day] for day in known)
    return WORD.sub(lambda _: next(told), days).replace("-", "–")


@cache
def _weekdays() -> dict[str, int]:
    """Each name of a weekday that a setting may use: ours, or the Polish one as on the door."""
    polish: dict[str, int] = {
        str(name): int(day) for day, name in get_day_names("wide", "stand-alone", "pl").items()
    }
    return polish | {name: day for day, name in enumerate(DAYS)}


def _clock(hours: str, lang: str) -> str:
    """Times as the language writes them: 7.30 in Polish, 7:30 in the others."""
    return HOUR.sub(r"\1.\2" if lang == "pl" else r"\1:\2", hours)
