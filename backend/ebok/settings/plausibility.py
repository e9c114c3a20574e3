"""The settings `[plausibility]`: how many odd rows an import may bring before it is held."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plausibility:
    """Tolerated number of rows by kind; more hold the import. `docs/settings.md` explains each.

    For the kinds in SCALED the limit is at least `percent` of all customers.
    """

    percent: int = 1
    names_lost: int = 0
    names_changed: int = 20
    emails_emptied: int = 20
    emails_changed: int = 20
    accounts_shared: int = 0
    unpaid_again: int = 20
    wrong_dates: int = 0
    outstanding_above: int = 0
    corrects_itself: int = 0
    lines_apart: int = 20
    readings_apart: int = 20
    payments_moved: int = 5
    points_moved: int = 20
    meters_moved: int = 20
    due_soon: int = 1_000_000
    far_sums: int = 0
    older_hours: int = 12
    days_ahead: int = 60
    years_ahead: int = 10
    years_back: int = 20
    due_days: int = 14
    far_times: int = 20


SCALED = (
    "names_changed",
    "emails_emptied",
    "emails_changed",
    "unpaid_again",
    "lines_apart",
    "readings_apart",
    "points_moved",
    "meters_moved",
)
