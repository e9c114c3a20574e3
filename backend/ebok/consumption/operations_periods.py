"""Billing periods as slots of a chart: added up, with gaps, beside the year before.

No database here. Days are inclusive at both ends, water is in litres, money in grosze.
"""

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

DAY = timedelta(days=1)
GAP_DAYS = 15
"""A shorter hole between two periods is none: meters are not read to the day."""
SHARED_DAYS = 3
"""Days by which periods may overlap: a reading's day may end one and begin the next."""
FULL_YEAR_DAYS = 350
"""Shortest length of a whole year: twelve periods may lack a few days."""


@dataclass(frozen=True)
class Period:
    """A period with its use and cost; None is unknown, not zero."""

    first: date
    last: date
    litres: int | None = None
    cost_grosze: int | None = None

    @property
    def days(self) -> int:
        """Its length in days."""
        return (self.last - self.first).days + 1

    @property
    def middle(self) -> date:
        """The day in its middle."""
        return self.first + (self.last - self.first) / 2

    @property
    def months(self) -> int:
        """Number of calendar months; 0 unless it consists of whole ones."""
        whole = self.first.day == 1 and (self.last + DAY).day == 1
        years, months = self.last.year - self.first.year, self.last.month - self.first.month
        return years * 12 + months + 1 if whole else 0


@dataclass(frozen=True)
class Slot:
    """A place in the chart: a period or gap, and the period a year earlier."""

    now: Period
    before: Period | None


def merged(periods: Iterable[Period], strictly: bool = True) -> list[Period]:
    """Merge overlapping periods and add their sums: several points, several invoices.

    `strictly`: a sum with an unknown part is unknown. Otherwise unknown parts add nothing, as an
    invoice of sewage beside one of water.
    """
    whole: list[Period] = []
    for period in sorted(periods, key=lambda p: (p.first, p.last)):
        if whole and _overlap(whole[-1], period):
            whole[-1] = _sum(whole[-1], period, _all_of if strictly else _known_of)
        else:
            whole.append(period)
    return whole


def _overlap(one: Period, next_: Period) -> bool:
    shared = (min(one.last, next_.last) - next_.first).days + 1
    return shared > SHARED_DAYS or shared == next_.days


def _sum(one: Period, other: Period, add: Callable[..., int | None]) -> Period:
    return Period(
        min(one.first, other.first),
        max(one.last, other.last),
        add(one.litres, other.litres),
        add(one.cost_grosze, other.cost_grosze),
    )


def _all_of(*parts: int | None) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _known_of(*parts: int | None) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def may_sum(periods: Sequence[Period], whole: Sequence[Period]) -> bool:
    """Whether `whole`, merged from `periods`, still shows when water was used.

    Points billed in turns (the 1st here, the 15th there) would merge into one long period.
    """
    longest = max((period.days for period in periods), default=0)
    return all(period.days <= longest * 3 // 2 for period in whole)


def last_year(whole: Sequence[Period]) -> list[Slot]:
    """The slots of the twelve months up to the last period's end, oldest first."""
    if not whole:
        return []
    begins = a_year_before(whole[-1].last)
    shown = [period for period in whole if period.middle > begins]
    earlier = [period for period in whole if period.middle <= begins]
    slots: list[Slot] = []
    for period in with_gaps(shown):
        before = _year_before(period, earlier)
        slots.append(Slot(period, before))
        # No period of the year before stands beside two of this one.
        earlier = [other for other in earlier if other is not before]
    return slots


def a_year_before(day: date) -> date:
    """The same day a year earlier; the last day of a month stays the last."""
    if (day + DAY).day == 1:
        year = day.year - 1
        return date(year, day.month, calendar.monthrange(year, day.month)[1])
    return day.replace(year=day.year - 1)


def with_gaps(periods: Sequence[Period]) -> list[Period]:
    """The periods, with slots of unknown use for what is not billed between them."""
    filled: list[Period] = []
    for period in periods:
        if filled and (period.first - filled[-1].last).days > GAP_DAYS:
            filled += _gap(filled[-1], period)
        filled.append(period)
    return filled


def _gap(before: Period, after: Period) -> list[Period]:
    """The hole between two periods, cut into months if both consist of whole ones."""
    hole = Period(before.last + DAY, after.first - DAY)
    step = before.months
    if not step or not hole.months or hole.months % step:
        return [hole]
    cut: list[Period] = []
    first = hole.first
    while first < hole.last:
        last = _end_of_month(first, step)
        cut.append(Period(first, last))
        first = last + DAY
    return cut


def _end_of_month(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1) - DAY


def _year_before(period: Period, earlier: Sequence[Period]) -> Period | None:
    """The period of similar length a year earlier, or None."""
    middle = a_year_before(period.middle)
    nearest = min(earlier, key=lambda p: abs(p.middle - middle), default=None)
    if nearest is None or abs(nearest.middle - middle).days > max(10, period.days // 3):
        return None
    shorter, longer = sorted((period.days, nearest.days))
    return nearest if 2 * longer <= 3 * shorter else None


@dataclass(frozen=True)
class Total:
    """A measure summed over all slots; `before` is None unless the whole year before is known."""

    now: int
    before: int | None
    count: int
    is_year: bool


def total(slots: Sequence[Slot], measure: str) -> Total | None:
    """The sum of known values of "litres" or "cost_grosze"; None if there are none."""
    known = _known(measure, (slot.now for slot in slots))
    if not known:
        return None
    before = _known(measure, (slot.before for slot in slots))
    is_year = len(known) == len(slots) and sum(s.now.days for s in slots) >= FULL_YEAR_DAYS
    is_compared = is_year and len(before) == len(slots)
    return Total(sum(known), sum(before) if is_compared else None, len(known), is_year)


def _known(measure: str, periods: Iterable[Period | None]) -> list[int]:
    """The values of these periods that are known."""
    values = (getattr(period, measure) for period in periods if period)
    return [value for value in values if value is not None]


def corrected(period: Period, litres: int | None, cost_grosze: int) -> Period:
    """The period after a correction by these differences; `litres` is None if it corrects no water.

    A use that no line has is taken from readings, which a difference must not change.
    """
    used = period.litres
    if used is not None and litres is not None:
        used += litres
    return replace(period, litres=used, cost_grosze=(period.cost_grosze or 0) + cost_grosze)
