"""Nothing moves under somebody's finger while a page comes: layout shift, as browsers count it."""

import os

import pytest
from playwright.sync_api import Page, expect

from ebok.pages.composed import PAGES
from ebok.pages.frames import Frame
from journeys.conftest import DESKTOP, PHONE
from journeys.scenes_home import owes
from journeys.scenes_papers import customer_inside, import_of_last_night

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
MOST = 0.02
# What happened since the page began to come, also before anybody looked.
SHIFT = """() => new Promise((resolve) => {
  const found = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput) found.push([value, ...sources.map(({ node }) => node?.className)]);
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(found), 100);
})"""


def shifts(page: Page, address: str) -> list:
    """What moved, and how far, until everything is there."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if page.locator("main.asks").count():
        expect(page.locator("main.asks")).to_have_attribute("data-settled", "yes")
    return page.evaluate(SHIFT)


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("frame", [Frame.PUBLIC, Frame.CUSTOMER])
def test_no_page_moves_while_it_comes(frame, screen, office, open_page):
    page = open_page(office.base_url, screen)
    shown = [one.address for one in PAGES if frame in one.frames and "<" not in one.address]
    if frame is Frame.CUSTOMER:
        import_of_last_night()
        due = owes(customer_inside(page, office, "Anna Kowalska"))
        shown.append(f"/faktury/{due.public_id}")
    moved = {address: shifts(page, f"{office.base_url}{address}") for address in shown}
    too_far = {a: found for a, found in moved.items() if sum(one[0] for one in found) > MOST}
    assert too_far == {}, f"load of the machine: {os.getloadavg()}"
