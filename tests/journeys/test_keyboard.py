"""The journey with no mouse: Tab, Space, Enter and the arrows, with the focus always in sight."""

import pytest
from playwright.sync_api import Page, expect

from cast import new_customer, new_email
from journeys.test_captcha import LISTEN
from journeys.wizard import another_picture, captcha_id
from visitor import PASSWORD, solve, temporary_password

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
MANY = 40
TITLES = {
    "/rejestracja": "Twoje dane",
    "/rejestracja/potwierdzenie": "Potwierdzenie",
    "/rejestracja/gotowe": "Gotowe",
    "/logowanie": "Logowanie",
}

# The six squares of a code show the focus by their foot, as the ring would hide the digits' edges.
IS_SEEN = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused);
  const box = focused.getBoundingClientRect();
  const ring = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none";
  const foot = focused.matches(".comb") && parseFloat(style.getPropertyValue("--foot-size")) > 3;
  const shows = (ring && !/, 0\\)$|\\/ 0\\)$/.test(style.outlineColor)) || foot;
  // What is fixed at the foot of a phone hides what has the focus from nobody.
  const bar = document.querySelector(".places"), isFixed = bar &&
    getComputedStyle(bar).position === "fixed" && !bar.contains(focused);
  const edge = isFixed ? bar.getBoundingClientRect().top : innerHeight;
  const stuck = [...document.querySelectorAll(".foot")].find(
    (one) => one.getClientRects().length && !one.contains(focused)
  )?.getBoundingClientRect();
  if (stuck && box.bottom > stuck.top + 1 && box.top < stuck.bottom - 1) return false;
  const fits = box.height < edge / 2 ? box.bottom <= edge + 1 : box.top < edge;
  return shows && box.bottom > 0 && fits;
}"""


def is_focused(page: Page, selector: str) -> bool:
    """Whether the focus is on this element."""
    return page.evaluate("(selector) => document.activeElement.matches(selector)", selector)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; each stop on the way must be seen."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if is_focused(page, selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def type_into(page: Page, selector: str, text: str) -> None:
    """Tab there and type."""
    tab_to(page, selector)
    page.keyboard.type(text)


def arrive(page: Page, address: str) -> None:
    """A page that was swapped in: its heading has the focus, and the tab its title."""
    page.wait_for_url(f"**{address}")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert TITLES[address] in page.title()


def test_faults_by_keyboard_alone(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    tab_to(page, "[data-submit]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-faults]")).to_be_focused()
    # The next stop is the first link, and it leads to its field.
    tab_to(page, "[data-faults] a")
    assert page.locator(":focus").inner_text().startswith("Wpisz kod klienta.")
    page.keyboard.press("Enter")
    expect(page.locator("#customer_code")).to_be_focused()
    assert page.evaluate(IS_SEEN)


def test_journey_by_keyboard_alone(office, open_page):
    customer, email = (
        new_customer("Pracownia „Glina” sp. z o.o.", "company", "8671234568"),
        new_email(),
    )
    page = open_page(office.base_url)
    page.add_init_script(LISTEN)
    page.reload()
    page.keyboard.press("Tab")
    assert is_focused(page, ".skip")
    tab_to(page, "a.button[href='/rejestracja']")
    page.keyboard.press("Enter")
    arrive(page, "/rejestracja")
    details(page, customer, email)
    arrive(page, "/rejestracja/potwierdzenie")
    confirm(page, customer, office.mail_to(email).code)
    arrive(page, "/rejestracja/gotowe")
    tab_to(page, "a.button[href='/logowanie']")
    page.keyboard.press("Enter")
    arrive(page, "/logowanie")
    first_login(page, customer.code, temporary_password(office.mail_to(email, skip=1)))


def details(page: Page, customer, email: str) -> None:
    """*Twoje dane*: where to find the code, another picture, and its digits as sound."""
    type_into(page, "#customer_code", customer.code)
    tab_to(page, ".where__call")
    page.keyboard.press("Enter")
    expect(page.locator(".where__sample").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".where__sample").first).to_be_hidden()
    type_into(page, "#email", email)
    new, listen = (page.get_by_role("button", name=n) for n in ("Nowy obrazek", "Odsłuchaj kod"))
    tab_to(page, ".captcha button")
    expect(new).to_be_focused()
    with another_picture(page):
        page.keyboard.press("Enter")
    # Another picture leaves the hand where it was; the sound leads to where the digits go.
    expect(new).to_be_focused()
    page.keyboard.press("Tab")
    expect(listen).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_function("() => window.player && window.player.currentTime > 0")
    expect(page.locator("#captcha_answer")).to_be_focused()
    page.keyboard.type(solve(captcha_id(page)))
    page.keyboard.press("Enter")


def confirm(page: Page, customer, code: str) -> None:
    """*Potwierdzenie*: every kind of control once."""
    type_into(page, "#code", code)
    expect(page.get_by_text("Kod się zgadza")).to_be_visible()
    tab_to(page, "[name=kind]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=kind][value=company]")).to_be_checked()
    type_into(page, "#buyer", customer.name)
    type_into(page, "#nip", customer.nip)
    tab_to(page, ".where__call")
    page.keyboard.press("Enter")
    expect(page.locator(".where[open] .where__sample").first).to_be_visible()
    type_into(page, "#number", customer.number)
    type_into(page, "#amount", customer.amount)
    for box in ("#privacy", "#terms"):
        tab_to(page, box)
        page.keyboard.press("Space")
    type_into(page, "#phone", "600 000 123")
    tab_to(page, "[data-submit]")
    page.keyboard.press("Enter")


def first_login(page: Page, customer_code: str, password: str) -> None:
    """*Zaloguj się*, *Nowe hasło*, *Start*, *Wyloguj*."""
    # The wizard has filled the customer code in already.
    expect(page.locator("#customer_code")).to_have_value(customer_code)
    type_into(page, "#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/zmiana-hasla")
    type_into(page, "#new_password", PASSWORD)
    tab_to(page, ".secret__show")
    page.keyboard.press("Space")
    expect(page.locator("#new_password")).to_have_attribute("type", "text")
    assert is_focused(page, "#new_password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/start")
    # On a phone it lies under *Więcej*.
    tab_to(page, ".places__narrow a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wiecej")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/wiecej" not in url)
