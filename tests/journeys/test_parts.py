"""The scripts of a page: few, there before what they give life to, and missed aloud."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, Route, expect

from cast import new_account, new_customer
from journeys.conftest import DESKTOP
from journeys.wizard import log_in, say
from visitor import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
PHONE_NUMBER = "15 000 12 34"
MOST_REQUESTS = 6


def lose(page: Page, name: str) -> list[Route]:
    """From now on this script does not come; the requests for it that failed."""
    lost: list[Route] = []

    def abort(route: Route) -> None:
        lost.append(route)
        route.abort()

    page.route(re.compile(rf"/static/{name}-\w+\.js"), abort)
    return lost


def test_registration_is_there_after_six_requests(office, open_page):
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{office.base_url}/rejestracja")
    expect(page.locator(".captcha__picture img")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(asked) <= MOST_REQUESTS, asked
    # htmx comes when somebody is about to move.
    assert not [url for url in asked if "/htmx-" in url]
    with page.expect_request("**/static/htmx-*.js"):
        page.locator("footer a[href$='/pomoc']").hover()


@pytest.mark.parametrize("part", ["rejestracja", "public"])
def test_page_whose_script_does_not_come_says_so_with_the_phone(office, open_page, part):
    page = open_page("about:blank")
    # Styles wait a dozen seconds for the scripts; the test does not.
    animations = page.context.new_cdp_session(page)
    animations.send("Animation.enable")
    animations.send("Animation.setPlaybackRate", {"playbackRate": 1000})
    lost = lose(page, part)
    page.goto(f"{office.base_url}/rejestracja")
    bar = page.get_by_role("alert").filter(has_text=say(page)("Part of this page is not working."))
    expect(bar).to_be_visible()
    expect(bar).to_contain_text(PHONE_NUMBER)
    assert lost
    # It has not been made of half a page: what is typed is not sent in a way that nobody reads.
    page.locator("#customer_code").fill("39-1")
    page.locator("#customer_code").press("Enter")
    expect(page).to_have_url(f"{office.base_url}/rejestracja")
    page.unroute_all()
    bar.get_by_role("link", name=say(page)("Try again")).click()
    expect(page.locator(".captcha__picture img")).to_be_visible()
    expect(bar).to_be_hidden()


def test_page_that_is_whole_never_says_that_it_is_not(office, open_page):
    for address in ("/", "/regulamin", "/rejestracja"):
        page = open_page(f"{office.base_url}{address}")
        expect(page.locator("html")).to_have_attribute("data-whole", "yes")
        expect(page.locator("[data-broken]")).to_be_hidden()
    page = open_page(office.base_url, java_script_enabled=False)
    expect(page.locator("[data-broken]")).to_be_hidden()
    expect(page.locator(".notice-bar")).to_contain_text(PHONE_NUMBER)


def test_move_to_a_page_whose_script_does_not_come_leaves_this_one(office, open_page):
    page = open_page(f"{office.base_url}/logowanie", DESKTOP)
    page.locator("#customer_code").fill("39-1")
    lost = lose(page, "nie-pamietam-hasla")
    page.get_by_role("link", name=say(page)("I have forgotten my password")).click()
    bar = page.locator("[data-offline]")
    expect(bar).to_be_focused()
    expect(bar).to_contain_text(PHONE_NUMBER)
    expect(page.locator("#customer_code")).to_have_value("39-1")
    assert lost
    page.unroute_all()
    bar.get_by_role("link", name=say(page)("Try again")).click()
    page.wait_for_url("**/nie-pamietam-hasla")
    page.locator("#customer_code").press("Enter")
    expect(page.locator("[data-faults]")).to_be_focused()


def test_each_component_begins_once_wherever_one_comes_from(office, open_page):
    customer = new_customer()
    new_account(customer, PASSWORD)
    page = open_page(office.base_url)
    log_in(page, office, customer.code, PASSWORD)
    page.wait_for_url("**/start")
    expect(page.locator(".whose")).to_contain_text(customer.code)
    page.evaluate("() => { window.sameWindow = true; }")
    asked: Counter[str] = Counter()
    page.on("request", lambda request: asked.update([request.url.removeprefix(office.base_url)]))

    def arrive(heading: str, call: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(say(page)(heading))
        page.wait_for_load_state("networkidle")
        assert asked[call] == 1, asked
        assert not [url for url in asked if "/static/" in url and asked[url] > 1], asked
        asked.clear()

    page.locator("nav a[href$='/platnosci']").click()
    arrive("Balance and payments", "/api/balance")
    page.go_back()
    arrive("Hello", "/api/account")
    page.go_forward()
    arrive("Balance and payments", "/api/balance")
    page.reload()
    arrive("Balance and payments", "/api/balance")
    page.go_back()
    arrive("Hello", "/api/account")
