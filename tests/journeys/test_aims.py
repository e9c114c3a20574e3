"""Links to a part of a page arrive there; a search asks once; a language keeps what was asked."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from journeys.conftest import DESKTOP, PHONE
from journeys.scenes_payments import long_history, newcomer
from journeys.wizard import say, search
from office import Office

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
IS_AT_TOP = """name => {
  const { top } = document.getElementById(name).getBoundingClientRect();
  const isEnd = innerHeight + scrollY >= document.body.scrollHeight - 2;
  return 0 <= top && top < (isEnd ? innerHeight : 160);
}"""


@pytest.fixture
def helena(office, open_page) -> Page:
    """Helena at *Start*, who owes something and has a long history."""
    page = open_page()
    long_history(newcomer(page, office))
    page.goto(f"{office.base_url}/start")
    page.wait_for_load_state("networkidle")
    return page


def require_at(page: Page, name: str) -> None:
    """The heading of this part is at the top of the screen, and has the focus."""
    expect(page.locator(f"#{name}")).to_be_focused()
    page.wait_for_function(IS_AT_TOP, arg=name)
    # Nothing that comes later pushes it away.
    page.wait_for_timeout(500)
    page.wait_for_function(IS_AT_TOP, arg=name)


def answer_late(page: Page, *parts: str) -> None:
    """Let these answers of the API come last, in this order, when the page has long been shown."""
    waits = {part: 250 * place for place, part in enumerate(parts, 1)}

    def wait(route: Route) -> None:
        page.wait_for_timeout(waits[route.request.url.rpartition("/api/")[2]])
        route.continue_()

    page.route(re.compile(f"/api/({'|'.join(parts)})$"), wait)


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(("link", "name"), [("Pay", "pay"), ("History", "ledger")])
def test_way_from_start_arrives_where_it_says(link, name, screen, helena):
    helena.set_viewport_size(screen)
    helena.get_by_role("link", name=say(helena)(link), exact=True).click()
    helena.wait_for_url(f"**/platnosci#{name}")
    require_at(helena, name)


def test_address_with_a_part_arrives_there_though_what_stands_above_comes_late(helena, office):
    answer_late(helena, "balance", "balance/transfer")
    helena.goto(f"{office.base_url}/platnosci#ledger")
    require_at(helena, "ledger")


def test_who_has_gone_elsewhere_meanwhile_is_left_there(helena, office):
    answer_late(helena, "balance")
    helena.goto(f"{office.base_url}/platnosci#ledger", wait_until="commit")
    helena.locator("#ledger").wait_for()
    helena.mouse.wheel(0, -5000)
    helena.locator("[name=period][value=year]").focus()
    expect(helena.locator("[data-value=title]")).to_be_visible()
    helena.wait_for_timeout(500)
    expect(helena.locator("[name=period][value=year]")).to_be_focused()


def test_search_asks_once(helena, office):
    helena.goto(f"{office.base_url}/faktury")
    expect(helena.locator("tbody tr").first).to_be_visible()
    asked: list[str] = []
    helena.on("request", lambda request: asked.append(request.url))
    # As people do who are used to programs with icons.
    search(helena, "FV").dblclick()
    helena.wait_for_url("**/faktury?number=FV")
    expect(helena.locator("tbody tr").first).to_be_visible()
    helena.wait_for_load_state("networkidle")
    for path in ("/api/invoices?", "/faktury?"):
        assert len([url for url in asked if f"{office.base_url}{path}" in url]) == 1, asked


def test_language_keeps_what_was_asked(helena, office: Office):
    helena.goto(f"{office.base_url}/faktury?state=due&year=2026")
    expect(helena.locator("tbody tr").first).to_be_visible()
    search(helena, "FV").click()
    helena.wait_for_url("**number=FV**")
    asked = helena.evaluate("location.search")
    # Wherever the list of languages is folded away.
    helena.locator("a[hreflang=en]").evaluate("link => link.click()")
    expect(helena.locator("html")).to_have_attribute("lang", "en")
    assert helena.evaluate("location.search") == asked
    expect(helena.locator("#number")).to_have_value("FV")
