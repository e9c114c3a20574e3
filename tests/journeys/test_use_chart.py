"""*Zużycie*: the numbers of both years can be read, on every screen and in large letters."""

import pytest
from playwright.sync_api import Page, expect

from cast import add_meter
from consumption.bills import bill, months_to
from journeys.axe import large_letters
from journeys.scenes_use import METRES, someone_inside
from office import Office

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
WIDTHS = (320, 360, 740, 820, 1280, 1920)
YEARS = 2
MONTHS = 12
# Every number of the chart: its words, and where they stand.
NUMBERS = """() => [...document.querySelectorAll(".chart__value, .lines tbody .number")]
  .filter((one) => one.getClientRects().length).map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const { left, top, right, bottom } = range.getBoundingClientRect();
    return [one.textContent, left, top, right, bottom];
  })"""


def hidden(page: Page) -> list[str]:
    """The numbers that are not on the screen, or lie over each other."""
    numbers = page.evaluate(NUMBERS)
    wide = page.evaluate("document.documentElement.clientWidth")
    assert len(numbers) == YEARS * MONTHS, numbers
    beside = [words for words, left, _, right, _ in numbers if left < 0 or right > wide]
    over = [
        f"{one[0]} over {other[0]}"
        for place, one in enumerate(numbers)
        for other in numbers[:place]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]
    return beside + over


@pytest.fixture
def use_page(office: Office, open_page):
    """*Zużycie* of two years, of somebody who uses so many times as much as a household."""

    def open_(times: int) -> Page:
        page = open_page(office.base_url)
        customer = someone_inside(page, office)
        point = add_meter(customer.code).point.code
        for days, metres in zip(months_to(2026, 10, 24), METRES, strict=True):
            told = {"gross_grosze": times * (metres * 1457 + 1250), "point_code": point}
            bill(customer.code, days, times * metres, **told)
        page.goto(f"{office.base_url}/zuzycie")
        expect(page.locator(".chart__finding")).to_be_visible()
        return page

    return open_


@pytest.mark.parametrize("times", [1, 120])
def test_numbers_of_both_years_stand_apart(times, use_page):
    page, found = use_page(times), {}
    for unit in ("use", "cost"):
        page.locator(f"input[value={unit}]").check()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found[unit, width] = hidden(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("width", [360, 820])
def test_numbers_of_both_years_stand_apart_in_large_letters(width, use_page, office: Office):
    page = use_page(1)
    page.set_viewport_size({"width": width, "height": 800})
    with large_letters(page):
        page.goto(f"{office.base_url}/zuzycie")
        expect(page.locator(".chart__finding")).to_be_visible()
        assert hidden(page) == []
