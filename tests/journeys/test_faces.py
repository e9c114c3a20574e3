"""Every page and state, as axe, a narrow screen and a screen reader find it.

A part of the combinations in every run; all of them with `FULL=1`, which `make faces` sets.
"""

import os

import pytest

from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.scenes import TOURS

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
FULL = bool(os.environ.get("FULL"))
LANGUAGES = {"public": "uk", "wizard": "pl", "ends": "en", "account": "uk", "links": "pl"}
LANGUAGES |= {"home": "uk", "papers": "pl", "paper": "uk", "money": "pl", "use": "uk"}
LANGUAGES |= {"genuine": "pl", "my_data": "uk", "kinds": "pl", "covered": "uk"}
PLANS = [(t, lang) for t in TOURS for lang in (("pl", "en", "uk") if FULL else (LANGUAGES[t],))]
LOOKS = [(theme, screen) for theme in ("light", "dark") for screen in (PHONE, DESKTOP)]


@pytest.mark.shows("P11")
@pytest.mark.parametrize(("tour", "lang"), PLANS)
def test_every_page_is_accessible(tour, lang, paying_office, open_page):
    office = paying_office
    page = open_page(f"{office.base_url}/?lang={lang}")
    faults = [
        fault
        for place, scene in enumerate(TOURS[tour](page, office))
        for look in (LOOKS if FULL else [LOOKS[place % len(LOOKS)]])
        for fault in look_at(page, f"{scene} {lang}", *look)
    ]
    assert faults == []
