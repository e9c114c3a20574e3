"""Moving about without a reload: where the focus is, what the title says, which link is current."""

import pytest
from playwright.sync_api import Page, expect

from cast import new_customer
from journeys.conftest import DESKTOP
from journeys.wizard import say

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
# Every link that a stranger follows from page to page, in this order.
WALK = (
    ("main a.button[href$='/rejestracja']", "Twoje dane"),
    ("footer a[href$='/pomoc']", "Pomoc"),
    ("main a[href$='/nie-pamietam-hasla']", "Nie pamiętam hasła"),
    ("footer a[href$='/regulamin']", "Regulamin"),
    ("main a[href$='/polityka-prywatnosci']", "Polityka prywatności"),
    ("footer a[href$='/deklaracja-dostepnosci']", "Deklaracja dostępności"),
    (".letterhead__name", "Biuro wodociągów, otwarte całą dobę"),
    ("main a.button[href$='/logowanie']", "Zaloguj się"),
    ("main p > a[href$='/rejestracja']", "Twoje dane"),
)
MARK = "() => { window.sameWindow = true; }"
IS_SAME = "() => window.sameWindow === true"


def follow(page: Page, link: str) -> None:
    """Press the link; one that lies in a closed answer of Help opens it first."""
    found = page.locator(link).first
    if not found.is_visible():
        found.locator("xpath=ancestor::details").locator("summary").click()
    found.click()


def test_focus_title_and_mark_after_each_move(office, open_page):
    page = open_page(office.base_url)
    page.evaluate(MARK)
    titles = {page.title()}
    for link, heading in WALK:
        before = page.url
        follow(page, link)
        page.wait_for_url(lambda url, before=before: url != before)
        head = page.get_by_role("heading", level=1)
        expect(head).to_have_text(heading)
        expect(head).to_be_focused()
        # The heading is in sight, and the next Tab goes on from it.
        expect(head).to_be_in_viewport(ratio=1)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null"), heading
        current = page.locator("[data-nav][aria-current=page]")
        expect(current).to_have_count(
            1 if page.locator(f"[data-nav][href$='{path(page)}']").count() else 0
        )
        titles.add(page.title())
    assert page.evaluate(IS_SAME)
    assert len(titles) == len({heading for _, heading in WALK})
    assert all(title.endswith("Wodociągi Przykładowo") for title in titles)


def path(page: Page) -> str:
    """The address without the host."""
    return page.evaluate("location.pathname")


def test_back_and_forward_move_the_focus_too(office, open_page):
    page = open_page(f"{office.base_url}/regulamin")
    for address in ("/pomoc", "/polityka-prywatnosci"):
        page.locator(f"footer a[href$='{address}']").click()
        page.wait_for_url(f"**{address}")
    for step, heading in ((page.go_back, "Pomoc"), (page.go_back, "Regulamin")):
        step()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        assert page.title().startswith(heading)


def test_press_as_htmx_arrives_is_followed_by_it(office, open_page):
    page = open_page(f"{office.base_url}/logowanie", DESKTOP)
    # Between the script and its look at the page lies a moment, longer on a slow phone.
    page.evaluate("""() => {
      window.isSame = true;
      const link = document.querySelector("footer a[href$='/regulamin']");
      const press = ({ target }) => target.src?.includes("/htmx-") && link.click();
      document.addEventListener("load", press, true);
      link.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    }""")
    page.wait_for_url("**/regulamin")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.evaluate("window.isSame")


def test_page_that_cannot_be_fetched_leaves_this_one_with_all_that_was_typed(office, open_page):
    page = open_page(f"{office.base_url}/logowanie", DESKTOP)
    page.locator("#customer_code").fill("39-1")
    page.locator("#password").fill("Wodospad-7")
    page.context.set_offline(True)
    page.locator("footer a[href$='/regulamin']").click()
    bar = page.get_by_role("alert").filter(
        has_text=say(page)("There is no connection. What you entered stays here.")
    )
    expect(bar).to_be_visible()
    expect(bar).to_be_focused()
    expect(page.locator("#password")).to_have_value("Wodospad-7")
    page.context.set_offline(False)
    bar.get_by_role("link", name=say(page)("Try again")).click()
    page.wait_for_url("**/regulamin")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(bar).to_be_hidden()


def test_new_customer_is_greeted_once(office, visitor, open_page):
    customer = new_customer()
    temporary = visitor.register(customer)
    page = open_page(f"{office.base_url}/logowanie")
    page.locator("#customer_code").fill(customer.code)
    page.locator("#password").fill(temporary)
    page.keyboard.press("Enter")
    page.wait_for_url("**/zmiana-hasla")
    page.locator("#new_password").fill("Zupełnie-nowe-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/start")
    ready = page.get_by_role("status").filter(has_text="Konto jest gotowe")
    expect(ready).to_be_visible()
    page.reload()
    expect(page.locator(".whose")).to_contain_text(customer.code)
    expect(ready).to_be_hidden()
