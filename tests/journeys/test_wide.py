"""A wide screen is used: no page leaves the right half of its sheet empty when it opens."""

import pytest
from playwright.sync_api import Page, expect

from journeys.conftest import DESKTOP
from journeys.scenes_home import owes
from journeys.scenes_papers import customer_inside
from journeys.test_scale import customers, strangers
from office import Office

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
WIDTHS_PX = (1280, 1920)
HEIGHT_PX = 900
BAND_PX = 40
"""The height of two lines: a gap of less is no empty place."""
LEAST_REACHED = 0.9
"""How far to the right something stands, of the sheet's width."""
LEAST_USED = 0.5
"""Of the height that has anything, how much has something to the right of the middle."""
# The sheet's sides without their padding, and every word, picture and box to type in or to press.
SEEN = """() => {
  const header = document.querySelector(".letterhead .sheet");
  const padding = getComputedStyle(document.querySelector(".footer .sheet, main"));
  const around = header.getBoundingClientRect(), boxes = [];
  const shown = (one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen");
  const note = ({ left, top, right, bottom }) =>
    right - left > 1 && bottom - top > 1 && top < innerHeight && bottom > 0 &&
    boxes.push({ right, top: Math.max(0, top), bottom: Math.min(innerHeight, bottom) });
  const main = document.querySelector("main");
  const words = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const word = words.currentNode, range = document.createRange();
    if (!word.data.trim() || !shown(word.parentElement)) continue;
    range.selectNodeContents(word);
    [...range.getClientRects()].forEach(note);
  }
  [...main.querySelectorAll("img, svg:not(.icon), input, select, textarea, .button, .screen")]
    .filter(shown).forEach((one) => note(one.getBoundingClientRect()));
  const left = around.left + parseFloat(padding.paddingLeft);
  return { left, width: around.right - parseFloat(padding.paddingRight) - left, boxes };
}"""


def bands(boxes: list[dict[str, float]]) -> set[int]:
    """Which bands of the screen these boxes stand in."""
    return {
        band
        for box in boxes
        for band in range(int(box["top"]) // BAND_PX, int(box["bottom"]) // BAND_PX + 1)
    }


def emptiness(page: Page) -> list[str]:
    """What of the sheet's right side this page leaves empty."""
    seen = page.evaluate(SEEN)
    left, width, boxes = seen["left"], seen["width"], seen["boxes"]
    reached = (max(box["right"] for box in boxes) - left) / width
    beside = [box for box in boxes if box["right"] > left + 0.55 * width]
    used = len(bands(beside)) / len(bands(boxes))
    found = [f"reaches {reached:.0%}"] if reached < LEAST_REACHED else []
    return found + ([f"uses {used:.0%} of its height"] if used < LEAST_USED else [])


@pytest.mark.parametrize("people", [strangers, customers])
def test_no_page_leaves_its_right_half_empty(people, office: Office, open_page):
    page, found = open_page(viewport=DESKTOP), {}
    for address in people(page, office):
        page.goto(f"{office.base_url}{address}")
        page.wait_for_load_state("networkidle")
        for width in WIDTHS_PX:
            page.set_viewport_size({"width": width, "height": HEIGHT_PX})
            if empty := emptiness(page):
                found[f"{address} at {width}"] = empty
    assert found == {}


def test_wide_header_says_who_is_logged_in(office: Office, open_page):
    page = open_page(viewport=DESKTOP)
    customer = customer_inside(page, office, "Anna Kowalska")
    owes(customer)
    for path in ("/start", "/faktury", "/pomoc", "/wiecej"):
        page.goto(office.base_url + path)
        expect(page.locator(".letterhead__whose")).to_have_text(f"Anna Kowalska, {customer.code}")
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator(".letterhead__whose")).to_be_hidden()
