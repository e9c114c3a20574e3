"""The settings of `[plausibility]`: how much of what is odd an import may bring before it waits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plausibility:
    """Rows of each kind that pass; one more holds the import. `docs/settings.md` says what each is.

    Of the kinds in SCALED, as many as `percent` of all customers pass, where that is more.
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
