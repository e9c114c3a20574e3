"""The chart's title in a sentence or two."""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import TypedDict

from flask_babel import format_date, gettext as _, lazy_gettext as lazy, ngettext

from ebok.consumption.operations_periods import Period, Slot, total
from ebok.invoices import texts
from ebok.values.money import number, zloty

Said = Callable[[int], str]
"""Formats an amount."""
LITRES_IN_A_CUBIC_METRE = 1000
HUNDREDS_OF_LITRES = 100 * LITRES_IN_A_CUBIC_METRE
MONTHS = (
    lazy("In January"),
    lazy("In February"),
    lazy("In March"),
    lazy("In April"),
    lazy("In May"),
    lazy("In June"),
    lazy("In July"),
    lazy("In August"),
    lazy("In September"),
    lazy("In October"),
    lazy("In November"),
    lazy("In December"),
)
# TRANSLATORS: as in "10 m³, one more than a year ago": cubic metres are counted.
COUNTED = (
    lazy("one"),
    lazy("two"),
    lazy("three"),
    lazy("four"),
    lazy("five"),
    lazy("six"),
    lazy("seven"),
    lazy("eight"),
    lazy("nine"),
    lazy("ten"),
)


class LitresJson(TypedDict):
    """Water, in cubic metres where it is shown; `brief` goes above a bar."""

    litres: int
    text: str
    brief: str


class CostJson(TypedDict):
    """A gross amount, shown without its currency, which the head names; `brief` goes above a
    bar."""

    grosze: int
    text: str
    brief: str


def of_use(slots: Sequence[Slot]) -> str:
    """`In October 10 m³, one more than a year ago. Over the whole year 112 m³, …`"""
    return _finding(slots, "litres", cubic_metres, _more_water)


def of_cost(slots: Sequence[Slot]) -> str:
    """The same for cost, in złoty and grosze."""
    return _finding(slots, "cost_grosze", zloty, zloty)


def used(litres: int | None) -> LitresJson | None:
    """An amount of water as the API has it; `brief` has at most one decimal, for above a bar."""
    if litres is None:
        return None
    exact = Fraction(litres, LITRES_IN_A_CUBIC_METRE)
    brief = _half_up(exact * 10, 10) if abs(litres) < HUNDREDS_OF_LITRES else _half_up(exact, 1)
    return {"litres": litres, "text": texts.amount(exact), "brief": texts.amount(brief)}


def cost(grosze: int | None) -> CostJson | None:
    """A sum as the API has it, without currency; `brief` is without grosze."""
    if grosze is None:
        return None
    brief = texts.amount(_half_up(Fraction(grosze, 100), 1))
    return {"grosze": grosze, "text": number(grosze), "brief": brief}


def _half_up(value: Fraction, parts: int) -> Fraction:
    return Fraction((value + Fraction(1, 2)).__floor__(), parts)


def cubic_metres(litres: int) -> str:
    """Litres as cubic metres: 10 m³, 10,5 m³."""
    return texts.cubic_metres(Fraction(litres, LITRES_IN_A_CUBIC_METRE))


def _more_water(litres: int) -> str:
    """A difference: one, two, … ten in words, then in figures."""
    count, rest = divmod(litres, LITRES_IN_A_CUBIC_METRE)
    spoken = not rest and 0 < count <= len(COUNTED)
    return str(COUNTED[count - 1]) if spoken else cubic_metres(litres)


def _finding(slots: Sequence[Slot], measure: str, formatted: Said, more: Said) -> str:
    known = [slot for slot in slots if getattr(slot.now, measure) is not None]
    if not known:
        return ""
    newest = known[-1]
    now = getattr(newest.now, measure)
    before = newest.before and getattr(newest.before, measure)
    parts = {"when": when(newest.now), "amount": formatted(now)}
    sentences = [_newest(parts, now, before, more)]
    if whole := _whole(slots, measure, formatted, more):
        sentences.append(whole)
    return " ".join(sentences)


def _newest(parts: dict[str, str], now: int, before: int | None, more: Said) -> str:
    if before is None:
        return _("%(when)s %(amount)s.", **parts)
    if now == before:
        return _("%(when)s %(amount)s, the same as a year earlier.", **parts)
    parts["difference"] = more(abs(now - before))
    if now > before:
        return _("%(when)s %(amount)s, %(difference)s more than a year earlier.", **parts)
    return _("%(when)s %(amount)s, %(difference)s less than a year earlier.", **parts)


def _whole(slots: Sequence[Slot], measure: str, formatted: Said, more: Said) -> str:
    summed = total(slots, measure)
    if summed is None:
        return ""
    parts = {"amount": formatted(summed.now)}
    if not summed.is_year:
        return _some(summed.count, parts) if summed.count > 1 else ""
    if summed.before is None:
        return _("Over the whole year %(amount)s.", **parts)
    if summed.now == summed.before:
        return _("Over the whole year %(amount)s, the same as the year before.", **parts)
    parts["difference"] = more(abs(summed.now - summed.before))
    if summed.now > summed.before:
        return _(
            "Over the whole year %(amount)s, %(difference)s more than the year before.", **parts
        )
    return _("Over the whole year %(amount)s, %(difference)s less than the year before.", **parts)


def _some(count: int, parts: dict[str, str]) -> str:
    return ngettext(
        "In the %(num)s period shown, %(amount)s in total.",
        "In the %(num)s periods shown, %(amount)s in total.",
        count,
        **parts,
    )


def when(period: Period) -> str:
    """`In October`; for other periods, from day to day."""
    if period.months == 1:
        return str(MONTHS[period.first.month - 1])
    return _("From %(first)s to %(last)s", first=_day(period.first), last=_day(period.last))


def _day(day: date) -> str:
    return format_date(day, "d MMMM")
