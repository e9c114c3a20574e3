"""JSON of the chart of use and cost."""

from typing import TypedDict

from ebok.consumption import texts
from ebok.consumption.operations import Use
from ebok.consumption.operations_periods import Period, Slot
from ebok.consumption.texts import CostJson, LitresJson
from ebok.values import days
from ebok.values.days import Day, ShownInstant


class UsePeriodJson(TypedDict):
    """What was used in a period, and what it cost."""

    first_on: Day
    last_on: Day
    """Inclusive."""
    use: LitresJson | None
    """Null where it is not known."""
    cost: CostJson | None
    """Null where nothing is billed."""


class UseSlotJson(UsePeriodJson):
    """A period, and the one a year earlier."""

    name: str
    """The month, or from day to day."""
    labels: list[str]
    """The same below a bar, in one line or two."""
    before: UsePeriodJson | None


class UsePointJson(TypedDict):
    """A point of use."""

    code: str
    street: str
    meters: list[str]
    """Serial numbers."""


class UseFindingsJson(TypedDict):
    """What the chart shows, in words."""

    use: str
    cost: str


class UseJson(TypedDict):
    """The customer's use of the last year, compared with the year before."""

    as_of: ShownInstant | None
    points: list[UsePointJson]
    point: str | None
    """Null where all are shown together."""
    may_sum: bool
    """False where the points are billed in turns, so that only one can be shown at once."""
    periods: list[UseSlotJson]
    findings: UseFindingsJson


def use(shown: Use) -> UseJson:
    """The chart's data."""
    return {
        "as_of": days.instant_as_json(shown.as_of),
        "points": [
            {"code": p.code, "street": p.street, "meters": list(p.meters)} for p in shown.points
        ],
        "point": shown.point or None,
        "may_sum": shown.may_sum,
        "periods": [_slot(slot) for slot in shown.slots],
        "findings": {
            "use": texts.of_use(shown.slots),
            "cost": texts.of_cost(shown.slots),
        },
    }


def _slot(slot: Slot) -> UseSlotJson:
    now = slot.now
    return {
        **_period(now),
        "name": days.period(now.first, now.last),
        "labels": days.labels(now.first, now.last),
        "before": _period(slot.before) if slot.before else None,
    }


def _period(period: Period) -> UsePeriodJson:
    return {
        "first_on": period.first.isoformat(),
        "last_on": period.last.isoformat(),
        "use": texts.used(period.litres),
        "cost": texts.cost(period.cost_grosze),
    }
