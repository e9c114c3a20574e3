"""Opening hours and notices of the office, in the reader's language.

Weekdays written as `tue-thu` are translated. Other words can be given in English and Ukrainian, and
are shown in Polish where they are not.
"""

import re
from dataclasses import dataclass
from functools import cache

from babel.dates import get_day_names

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A word between dashes, commas and spaces.
WORD = re.compile(r"[^\W\d_]+\.?")
HOUR = re.compile(r"\b(\d{1,2})[.:](\d{2})\b")


@dataclass(frozen=True)
class Line:
    """A row of the opening hours for display."""

    days: str
    hours: str
    is_polish: bool = False


@dataclass(frozen=True)
class HoursWords:
    """A row of the opening hours in another language; without `hours` the Polish ones apply."""

    days: str
    hours: str = ""


@dataclass(frozen=True)
class Hours:
    """A row of the opening hours: `days` as `mon`, `tue-thu`, or in words."""

    days: str
    hours: str
    en: HoursWords | None = None
    uk: HoursWords | None = None

    def in_language(self, lang: str) -> Line:
        """This row for display in `lang`."""
        words = getattr(self, lang, None)
        if words:
            return Line(words.days, _clock(words.hours or self.hours, lang))
        days = _named(self.days, lang)
        # Untranslated words stay Polish; `is_polish` sets `lang` for screen readers.
        return Line(days, _clock(self.hours, lang), lang != "pl" and days == self.days)


@dataclass(frozen=True)
class Words:
    """A text in Polish, with optional translations."""

    pl: str
    en: str = ""
    uk: str = ""

    def in_language(self, lang: str) -> str:
        """The text in `lang`; in Polish if it is not translated."""
        return getattr(self, lang) or self.pl

    def is_polish(self, lang: str) -> bool:
        """Whether a reader of `lang` gets the Polish text."""
        return lang != "pl" and not getattr(self, lang)


@dataclass(frozen=True)
class NoticeWords:
    """A notice in another language. All fields are required, so no notice is half translated."""

    when: str
    title: str
    text: str


@dataclass(frozen=True)
class Notice:
    """A notice on the start page. `heed` marks a warning."""

    when: str
    title: str
    text: str
    heed: bool = False
    en: NoticeWords | None = None
    uk: NoticeWords | None = None

    def in_language(self, lang: str) -> "Notice | NoticeWords":
        """This notice in `lang`; in Polish if it is not translated."""
        return getattr(self, lang, None) or self

    def is_polish(self, lang: str) -> bool:
        """Whether a reader of `lang` gets the Polish notice."""
        return lang != "pl" and self.in_language(lang) is self


def _named(days: str, lang: str) -> str:
    """`days` with its weekdays in `lang`; unchanged if any word is no weekday."""
    words = WORD.findall(days)
    known = [_weekdays().get(word.lower()) for word in words]
    if not words or None in known:
        return days
    names = get_day_names("wide", "stand-alone", lang)
    told = iter(names[day] for day in known)
    return WORD.sub(lambda _: next(told), days).replace("-", "–")


@cache
def _weekdays() -> dict[str, int]:
    """Number of the weekday by its name in the settings: ours (`mon`) or the Polish one."""
    polish: dict[str, int] = {
        str(name): int(day) for day, name in get_day_names("wide", "stand-alone", "pl").items()
    }
    return polish | {name: day for day, name in enumerate(DAYS)}


def _clock(hours: str, lang: str) -> str:
    """`hours` with the language's separator: 7.30 in Polish, 7:30 otherwise."""
    return HOUR.sub(r"\1.\2" if lang == "pl" else r"\1:\2", hours)
