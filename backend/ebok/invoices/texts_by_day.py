"""Use a day in words, where two periods differ in length and only that can be compared."""

from ebok.invoices.operations_why import Why
from ebok.languages import ngettext
from ebok.values.rounding import rounded


def sentences(why: Why) -> list[str]:
    """How long the periods are, where they differ, and how much more was used a day."""
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
    """The same where nothing is known of the use a day, or where it is about as much."""
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
    """How much more was used a day, in whole percent; None where that cannot be said."""
    if not why.daily or why.daily[0] <= 0:
        return None
    before, now = why.daily
    return rounded((now / before - 1) * 100)
