"""Sentences that compare usage per day, for periods of different length."""

from ebok.invoices.operations_why import Why
from ebok.languages import ngettext
from ebok.values.rounding import rounded


def sentences(why: Why) -> list[str]:
    """How long the periods are, and how usage per day changed; none if they are equally long."""
    if not why.lengths:
        return []
    before, now = why.lengths
    more = percent(why)
    if not more:
        return [_days_alone(before, now, more)]
    names = {"before": before, "percent": abs(more)}
    if more > 0:
        return [
            ngettext(
                "%(num)s day instead of %(before)s; %(percent)s%% more used per day.",
                "%(num)s days instead of %(before)s; %(percent)s%% more used per day.",
                now,
                **names,
            )
        ]
    return [
        ngettext(
            "%(num)s day instead of %(before)s; %(percent)s%% less used per day.",
            "%(num)s days instead of %(before)s; %(percent)s%% less used per day.",
            now,
            **names,
        )
    ]


def _days_alone(before: int, now: int, more: int | None) -> str:
    """The lengths alone, or with "about as much a day"."""
    if more is None:
        return ngettext(
            "%(num)s day instead of %(before)s.",
            "%(num)s days instead of %(before)s.",
            now,
            before=before,
        )
    return ngettext(
        "%(num)s day instead of %(before)s; the same amount used per day.",
        "%(num)s days instead of %(before)s; the same amount used per day.",
        now,
        before=before,
    )


def percent(why: Why) -> int | None:
    """Rise of usage per day in whole percent; None if unknown."""
    if not why.daily or why.daily[0] <= 0:
        return None
    before, now = why.daily
    return rounded((now / before - 1) * 100)
