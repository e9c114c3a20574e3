"""What a printer gets of the pages: all that they say, and nothing to press."""

import pytest
from playwright.sync_api import Page, expect

from journeys.scenes_papers import import_of_last_night
from journeys.test_scale import customers

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
# A sheet of A4 between usual margins.
SHEET = {"width": 718, "height": 1000}
PRESSED = """() => [...document.querySelectorAll(
  "button, input, select, textarea, form, nav, [role=button], .button, .link-line, .skip, .foot"
)].filter((one) => one.getClientRects().length && one.checkVisibility())
  .map((one) => one.outerHTML.slice(0, 120))"""
COLOURS = """() => {
  const { backgroundColor, color } = getComputedStyle(document.body);
  return [backgroundColor, color];
}"""


def print_out(page: Page, address: str) -> None:
    """Look at this page as a printer does, once all has come."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print", color_scheme="light")


def test_no_page_of_customers_prints_anything_to_press(office, open_page):
    import_of_last_night()
    page, found = open_page(), {}
    for address in customers(page, office):
        print_out(page, office.base_url + address)
        expect(page.locator("h1")).to_be_visible()
        if pressed := page.evaluate(PRESSED):
            found[address] = pressed
        assert page.evaluate(COLOURS) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        page.emulate_media(media="screen")
    assert found == {}


def test_invoice_and_history_are_printed_whole(office, open_page):
    import_of_last_night()
    page = open_page()
    *_, invoice = (one for one in customers(page, office) if one.startswith("/faktury/"))
    print_out(page, office.base_url + invoice)
    for name in ("Czemu tyle?", "Z czego się składa", "Zapłać"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    # Every column, the account, and the code that a telephone reads from paper.
    for name in ("Ilość", "Cena netto"):
        expect(page.get_by_role("columnheader", name=name)).to_be_visible()
    expect(page.locator("[data-value=account]")).to_be_visible()
    expect(page.locator(".qr img").first).to_be_visible()
