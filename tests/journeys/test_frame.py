"""What stands around a customer's pages: a slim bar, the places under the thumb, nothing hidden."""

import pytest
from playwright.sync_api import Page, expect

from journeys.axe import NARROW, OVERFLOW, large_letters, look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.scenes_papers import bill, customer_inside
from journeys.test_keyboard import IS_SEEN
from journeys.wizard import say

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
TABLET = {"width": 820, "height": 1100}
PLACES = ["Start", "Faktury", "Płatności", "Zużycie"]
BAR = """() => {
  const box = document.querySelector(".places").getBoundingClientRect();
  return [Math.round(box.bottom), Math.round(innerHeight), box.height];
}"""
HEADER = "() => document.querySelector('.letterhead').getBoundingClientRect().height"


@pytest.fixture
def inside(office, open_page) -> Page:
    """Anna at *Start*, on a phone."""
    page = open_page()
    bill(customer_inside(page, office, "Anna Kowalska"), 0, 9)
    page.goto(f"{office.base_url}/start")
    return page


def shown(page: Page) -> list[str]:
    """The places that are there to be pressed."""
    return page.locator(".places__place:visible").all_inner_texts()


def test_places_are_a_bar_on_a_phone_and_tabs_where_there_is_room(inside):
    assert shown(inside) == [*PLACES, "Więcej"]
    foot, edge, height = inside.evaluate(BAR)
    assert foot == edge
    assert height < PHONE["height"] / 8
    assert inside.evaluate(HEADER) < PHONE["height"] / 10
    for screen in (TABLET, DESKTOP):
        inside.set_viewport_size(screen)
        assert shown(inside) == [*PLACES, "Moje dane", "Pomoc"]
        assert inside.evaluate(BAR)[0] < screen["height"] / 4
        assert inside.evaluate(OVERFLOW) <= 0


def test_place_is_marked_also_where_it_lies_under_another(inside, office):
    for address, name in (("faktury", "Faktury"), ("moje-dane", "Więcej"), ("pomoc", "Więcej")):
        inside.goto(f"{office.base_url}/{address}")
        marked = inside.locator(".places__place[aria-current]:visible")
        expect(marked).to_have_text([name])


@pytest.mark.parametrize("screen", [NARROW, {"width": 640, "height": 360}])
def test_low_screens_and_large_letters_have_the_places_as_words(inside, screen):
    inside.set_viewport_size(screen)
    assert shown(inside) == [*PLACES, "Więcej"]
    top = inside.evaluate(BAR)[0]
    inside.evaluate("() => scrollTo(0, 200)")
    assert inside.evaluate(BAR)[0] < top
    inside.set_viewport_size(PHONE)
    with large_letters(inside):
        inside.reload()
        assert inside.locator(".places").evaluate("(e) => getComputedStyle(e).position") == "static"
        assert inside.evaluate(OVERFLOW) <= 0


def test_focus_is_never_behind_the_bar(inside, office):
    for address in ("start", "faktury", "platnosci", "moje-dane"):
        inside.goto(f"{office.base_url}/{address}")
        inside.wait_for_load_state("networkidle")
        for _ in range(45):
            inside.keyboard.press("Tab")
            if not inside.evaluate("() => document.activeElement !== document.body"):
                break
            assert inside.evaluate(IS_SEEN), inside.evaluate("document.activeElement.outerHTML")


def test_languages_open_and_close_by_keyboard_and_keep_the_page(inside, office):
    call = inside.locator(".tongue__now")
    call.click()
    assert look_at(inside, "języki pl", "dark", PHONE) == []
    inside.set_viewport_size(PHONE)
    inside.goto(f"{office.base_url}/faktury?state=due")
    call.focus()
    inside.keyboard.press("Enter")
    expect(inside.get_by_role("link", name="Українська")).to_be_visible()
    inside.keyboard.press("Tab")
    inside.keyboard.press("Escape")
    expect(call).to_be_focused()
    expect(inside.get_by_role("link", name="Українська")).to_be_hidden()
    call.click()
    inside.locator("h1").click(position={"x": 5, "y": 5})
    expect(inside.get_by_role("link", name="Українська")).to_be_hidden()
    call.click()
    inside.get_by_role("link", name="Українська").click()
    expect(inside.locator("html")).to_have_attribute("lang", "uk")
    assert inside.url.endswith("/faktury?state=due")
    expect(inside.locator("h1")).to_have_text(say(inside)("Invoices"))


def test_current_place_differs_in_the_readers_own_colours_and_paper_has_no_bar(inside):
    inside.emulate_media(forced_colors="active")
    width = "(e) => parseFloat(getComputedStyle(e).borderBlockEndWidth)"
    assert inside.locator(".places__place[aria-current]:visible").evaluate(width) > 1
    assert inside.locator(".places__place:not([aria-current]):visible").first.evaluate(width) < 1
    inside.emulate_media(media="print", forced_colors="none")
    expect(inside.locator(".places")).to_be_hidden()
    assert inside.evaluate("() => getComputedStyle(document.body).paddingBlockEnd") == "0px"
