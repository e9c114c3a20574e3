"""On paper, in the reader's own colours, and without motion."""

import pytest
from playwright.sync_api import Page, expect

from cast import new_customer
from journeys.conftest import DESKTOP
from journeys.scenes_papers import customer_inside
from journeys.wizard import register, start

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
TEXTS = ("/pomoc", "/regulamin", "/polityka-prywatnosci", "/deklaracja-dostepnosci")
MOVING = """() => document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().duration > 1).length"""
# Whether something drawn with colours of ours is still told from what is behind it.
BORDERS = """(selector) => [...document.querySelectorAll(selector)]
  .filter((e) => e.checkVisibility())
  .filter((e) => parseFloat(getComputedStyle(e).borderBlockEndWidth) < 1)
  .map((e) => e.outerHTML.slice(0, 80))"""


def on_paper(page: Page) -> None:
    """As a printer sees it: A4, without what is only pressed."""
    page.emulate_media(media="print")
    for part in (".letterhead nav", ".footer__links", ".skip", ".places"):
        expect(page.locator(f"{part}:visible")).to_have_count(0)
    expect(page.locator("h1")).to_be_visible()
    # The paper says where it is from.
    expect(page.locator(".letterhead__name")).to_be_visible()
    expect(page.locator(".footer__address")).to_contain_text("http://localhost")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_texts_on_paper(office, open_page):
    page = open_page(office.base_url, DESKTOP)
    for address in TEXTS:
        page.emulate_media(media="screen")
        page.goto(f"{office.base_url}{address}")
        on_paper(page)
    page.goto(f"{office.base_url}/pomoc")
    # Answers that were closed on the screen can be read on paper.
    expect(page.get_by_text("zajrzyj do spamu")).to_be_visible()


def test_gotowe_on_paper_says_what_to_do_and_nothing_secret(office, open_page):
    customer = new_customer()
    page = open_page(office.base_url)
    temporary = register(office, page, customer)
    on_paper(page)
    expect(page.locator(".steps li:visible")).to_have_count(3)
    expect(page.locator(".beside .sign__phone")).to_be_visible()
    expect(page.locator(".button:visible")).to_have_count(0)
    assert temporary not in page.locator("body").inner_text()


def test_own_colours_hide_nothing(office, open_page):
    page = open_page(office.base_url, forced_colors="active")
    start(page, office, new_customer().code, "celina@poczta.example")
    expect(page.locator(".stages__stage--now")).to_be_visible()
    assert page.evaluate(BORDERS, ".button:not(.button--link), .input:not([readonly]), .comb") == []
    box = page.locator("#privacy")
    box.check()
    assert box.evaluate("(e) => getComputedStyle(e).appearance") == "auto"
    # The stage one has reached differs from those that are still to come.
    drawn = "(e) => getComputedStyle(e, '::after').backgroundImage"
    reached = page.locator(".stages__stage--now").evaluate(drawn)
    assert reached != page.locator(".stages__stage").last.evaluate(drawn)


def test_own_colours_tell_yes_from_no(office, open_page):
    page = open_page(office.base_url, forced_colors="active")
    customer_inside(page, office, "Anna Kowalska")
    page.goto(f"{office.base_url}/moje-dane")
    yes, no = (page.get_by_role("button", name=name, exact=True) for name in ("TAK", "NIE"))
    for given, other in ((yes, no), (no, yes)):
        given.click()
        expect(given).to_have_attribute("aria-pressed", "true")
        page.mouse.move(0, 0)
        drawn = [
            each.evaluate("(e) => getComputedStyle(e).backgroundColor") for each in (given, other)
        ]
        assert drawn[0] != drawn[1]


@pytest.mark.parametrize(("motion", "moving"), [("no-preference", 1), ("reduce", 0)])
def test_nothing_moves_for_whoever_wants_stillness(motion, moving, office, open_page):
    page = open_page(f"{office.base_url}/logowanie", reduced_motion=motion)
    waiting = []
    page.route("**/api/session", lambda route: waiting.append(route))
    page.locator("#customer_code").fill("39-1")
    page.locator("[data-submit]").click()
    expect(page.locator(".button--busy")).to_be_visible()
    assert page.evaluate(MOVING) == moving
