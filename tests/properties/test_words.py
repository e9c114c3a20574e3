"""Sums, days and instants as the API gives them: words to show, and what one reckons with."""

from datetime import date, datetime

import pytest
from flask_babel import force_locale

from ebok.values import days, money

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
ODD = date(2026, 8, 12), date(2026, 10, 10)
TWO = date(2026, 9, 1), date(2026, 10, 31)
OVER_NEW_YEAR = date(2025, 12, 12), date(2026, 2, 10)


def test_sum_has_its_words_and_its_grosze():
    assert money.as_json(123456) == {"grosze": 123456, "text": "1\u00a0234,56\u00a0zł"}
    assert money.as_json(None) is None
    assert money.change_as_json(1302)["text"] == "+\u00a013,02\u00a0zł"
    assert money.change_as_json(-432)["text"] == "\u2212\u00a04,32\u00a0zł"


def test_day_is_said_in_full_and_in_brief():
    year = days.today().year
    day = date(year, 11, 6)
    assert days.as_json(day) == {
        "on": f"{year}-11-06",
        "text": f"6\u00a0listopada {year}",
        "brief": "6\u00a0lis",
    }
    # Another year is named.
    assert days.as_json(date(2020, 11, 6))["brief"] == "6\u00a0lis 2020"
    assert days.as_json(None) is None


@pytest.mark.parametrize(
    ("lang", "told", "hour"),
    [
        ("pl", "6\u00a0listopada 2026", "0.30"),
        ("en", "6\u00a0November 2026", "00:30"),
        ("uk", "6\u00a0листопада 2026\u202fр.", "00:30"),
    ],
)
def test_instant_is_the_towns_day_and_hour(lang, told, hour):
    with force_locale(lang):
        # Half an hour before midnight in UTC it is the next day in the town.
        shown = days.instant_as_json(datetime(2026, 11, 5, 23, 30))
    assert shown == {
        "at": "2026-11-05T23:30:00Z",
        "text": f"{told}, {hour}",
        "day": told,
        "hour": hour,
    }


@pytest.mark.parametrize(
    ("period", "told", "labels"),
    [
        (OCTOBER, "październik 2026", ["paź"]),
        (TWO, "1\u00a0września – 31\u00a0października 2026", ["wrz–", "paź"]),
        (ODD, "12\u00a0sierpnia – 10\u00a0października 2026", ["12.08–", "10.10"]),
        (OVER_NEW_YEAR, "12\u00a0grudnia 2025 – 10\u00a0lutego 2026", ["12.12–", "10.02"]),
        ((date(2026, 10, 3), date(2026, 10, 9)), "3–9\u00a0października 2026", ["3.10–", "9.10"]),
        ((date(2026, 10, 3),) * 2, "3\u00a0października 2026", ["3.10–", "3.10"]),
    ],
)
def test_period_is_a_month_or_from_day_to_day(period, told, labels):
    assert days.period(*period) == told
    assert days.labels(*period) == labels


def test_span_names_the_days_of_a_whole_month_too():
    assert days.span(*OCTOBER) == "1–31\u00a0października 2026"
