"""What no script foresaw ends in a line with the office's phone, never in an empty page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from cast import new_account, new_customer
from colleague import new_member
from ebok.pages.static import FRONTEND
from journeys.conftest import PATIENCE_MS, PHONE
from journeys.scenes_papers import bill, customer_inside
from journeys.staff_login import log_in
from journeys.wizard import press, say, sit_down
from office import Office
from visitor import PASSWORD, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
PHONE_NUMBER = "15 000 12 34"
COMPONENTS = {path.stem for path in (FRONTEND / "scripts" / "components").iterdir()}
OF_THE_DEMO = {"mailbox"}
OF_ONE_ANSWER = {"recovery-codes", "undo"}
"""On pages that answer a form; see the last tests."""
OPEN = (
    "/rejestracja/potwierdzenie",
    "/rejestracja",
    "/rejestracja/gotowe",
    "/rejestracja/przeniesienie",
    "/logowanie",
    "/nie-pamietam-hasla",
    "/nowe-haslo",
    "/blokada-konta",
    "/czy-to-od-nas",
    "/pomoc",
    "/biuro/logowanie",
    "/biuro/zaproszenie",
)
OWN = ("/start", "/faktury", "/platnosci", "/zuzycie", "/moje-dane", "/zmiana-hasla", "/wiecej")
# Alpine keeps each component under its name in a plain object. The one that the window is named
# after throws when it is called.
THROW = """
  const { name } = window;
  if (name) Object.defineProperty(Object.prototype, name, {
    set() {
      const value = () => { throw new Error(`${name} is broken`); };
      Object.defineProperty(this, name, { value, enumerable: true });
    },
  });
"""


@pytest.fixture
def broken_page(chromium) -> Iterator[Page]:
    """A page in which something goes wrong, and may."""
    with chromium.new_context(viewport=PHONE, locale="pl-PL") as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()


def require_told(page: Page) -> None:
    """The line is there, with the phone, and the page besides."""
    bar = page.locator("[data-broken]")
    expect(bar).to_be_visible()
    expect(bar).to_contain_text(say(page)("Part of this page is not working."))
    expect(bar).to_contain_text(PHONE_NUMBER)
    expect(page.locator("h1:visible")).to_have_count(1)


def addresses(page: Page, office: Office) -> Iterator[str]:
    """Every page that does something, as somebody whom it concerns."""
    with Visitor(office) as visitor:
        visitor.start_and_prove("39-1")
        sit_down(page, visitor)
        yield from OPEN
    customer = customer_inside(page, office, "Anna Kowalska")
    yield f"/faktury/{bill(customer, 0, 11).public_id}"
    yield from OWN


def test_each_component_that_throws_is_told_of(office, broken_page):
    page, met = broken_page, set()
    page.add_init_script(THROW)
    page.goto(f"{office.base_url}/")
    for address in addresses(page, office):
        text = page.request.get(office.base_url + address).text()
        for name in set(re.findall(r'x-data="(\w+)"', text)) - met:
            page.evaluate("(name) => { window.name = name; }", name)
            page.goto(office.base_url + address)
            require_told(page)
            met.add(name)
    files = {re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name) for name in met}
    assert files == COMPONENTS - OF_THE_DEMO - OF_ONE_ANSWER


def answer_nonsense(route: Route) -> None:
    """An answer with nothing in it that a script looks for."""
    route.fulfill(status=200, content_type="application/json", body="{}")


def test_answer_that_nobody_foresaw_is_told_of(office, broken_page):
    page = broken_page
    page.goto(f"{office.base_url}/")
    customer = customer_inside(page, office, "Anna Kowalska")
    page.route("**/api/**", answer_nonsense)
    own = ("/start", "/faktury", "/platnosci", "/zuzycie", "/moje-dane")
    for address in (*own, f"/faktury/{bill(customer, 0, 11).public_id}"):
        page.goto(office.base_url + address)
        require_told(page)


def test_press_that_fails_is_told_of_and_what_was_typed_stays(office, broken_page):
    page = broken_page
    page.goto(f"{office.base_url}/logowanie")
    page.route(
        "**/api/session",
        lambda route: route.fallback() if route.request.method == "GET" else answer_nonsense(route),
    )
    page.locator("#customer_code").fill("39-1")
    page.locator("#password").fill("a")
    press(page, "Log in")
    require_told(page)
    expect(page.locator("[data-broken]")).to_be_focused()
    expect(page.locator("#customer_code")).to_have_value("39-1")


def test_browser_without_layers_is_given_the_page_to_read(office, broken_page):
    page = broken_page
    page.add_init_script("delete window.CSSLayerBlockRule")
    page.goto(f"{office.base_url}/rejestracja")
    require_told(page)
    # Nothing is sent that nobody reads.
    page.locator("#customer_code").fill("39-1")
    page.locator("#customer_code").press("Enter")
    expect(page).to_have_url(f"{office.base_url}/rejestracja")


def test_page_without_styles_says_that_the_browser_may_be_too_old(office, broken_page):
    page = broken_page
    page.route("**/*.css", lambda route: route.abort())
    page.goto(f"{office.base_url}/pomoc")
    require_told(page)
    expect(page.get_by_text(say(page)("This browser may be too old for e-BOK."))).to_be_visible()
    page.unroute_all()
    page.reload()
    expect(page.locator("[data-broken]")).to_be_hidden()
    expect(page.locator(".styles-hide")).to_be_hidden()


def test_recovery_codes_that_throw_are_told_of(office, broken_page):
    page = broken_page
    page.add_init_script(THROW)
    page.goto(f"{office.base_url}/biuro/logowanie?lang=en")
    log_in(page, new_member())
    page.goto(f"{office.base_url}/biuro/konto")
    page.evaluate("() => { window.name = 'recoveryCodes'; }")
    page.reload()
    page.get_by_role("button", name="Make ten new ones").click()
    require_told(page)


def test_undo_that_throws_is_told_of(office, broken_page):
    page, customer = broken_page, new_customer()
    new_account(customer, PASSWORD)
    page.add_init_script(THROW)
    page.goto(f"{office.base_url}/biuro/logowanie?lang=en")
    log_in(page, new_member())
    page.goto(f"{office.base_url}/biuro/klient/{customer.code}/wyslij")
    page.evaluate("() => { window.name = 'undo'; }")
    page.reload()
    page.get_by_role("button", name="Send the link").click()
    require_told(page)
