"""Whatever can be pressed is pressed: nothing goes wrong in the page, and the focus is somewhere.

From the state in which a page is opened on to those that a press leads to.
"""

import re

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from cast import Customer, new_account, new_customer, new_email
from documents.papers import give
from ebok.invoices.models import Invoice
from journeys.scenes_my_data import unfold
from journeys.scenes_payments import long_history
from journeys.wizard import captcha_id, sit_down
from office import Office
from visitor import PASSWORD, Visitor, solve

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]

PRESSABLE = "main :is(button, summary, [type=radio], [type=checkbox], a[href^='#']):visible"
# What is pressed, told from the others of its page: by its words, and which of those it is.
NAME = """(element) => {
  const wordsOf = (one) => (one.closest("label") ?? one).textContent;
  const words = (one) => wordsOf(one).replace(/[\\d:\\s]+/g, " ").trim();
  const alike = [...document.querySelectorAll(element.tagName)].filter(
    (one) => words(one) === words(element));
  return `${element.tagName} ${words(element).slice(0, 60)} ${alike.indexOf(element)}`;
}"""
NEXT = f"""(all, [pressed, alike]) => {{
  const name = {NAME};
  const isNext = (one) => !pressed.includes(one) && Number(one.match(/\\d+$/)[0]) < alike;
  const next = all.find((one) => isNext(name(one)));
  if (!next) return null;
  next.focus();
  return [name(next), next.matches("a") ? "Enter" : "Space"];
}}"""
WHERE = """() => {
  const { activeElement: one, body } = document;
  if (!one || one === body || !one.getClientRects().length) return "";
  return one.outerHTML.slice(0, 80);
}"""
# Counts what the page asks for, from its very beginning.
COUNT = """
  const ask = window.fetch;
  window.underWay = 0;
  window.fetch = (...what) => {
    window.underWay += 1;
    return ask(...what).finally(() => { window.underWay -= 1; });
  };
"""
# Nothing is asked for, and no browser proves that somebody sits at it.
IS_QUIET = """() => !window.underWay
  && ![...document.querySelectorAll("main progress")].some((one) => one.checkVisibility())"""
FIELDS = "main form :is(input, select):visible"
CAN_BE_FILLED = "(all, names) => all.some((one) => names.includes(one.name) && !one.readOnly)"
FOCUS_MS = 10_000
MOST = 80
ALIKE = 3
"""Of what has the same words, as in the rows of a list, so many are pressed."""
TYPED = {
    "current_password": PASSWORD,
    "new_password": "Jesion-przy-moscie-8",
    "password": PASSWORD,
    "phone": "600 000 123",
    "number": "FV/1",
    "amount": "123,45",
    "account": "12 1234",
    "short_code": "ABDE-FHJK",
    "from": "2026-01-01",
    "to": "2026-02-01",
}
OF_EACH = ("customer_code", "email", "captcha_answer")
"""Fields into which each customer types something of their own."""
INSIDE = {
    "/start": False,
    "/faktury": True,
    "/platnosci": True,
    "/zuzycie": False,
    "/zmiana-hasla": True,
    "/moje-dane": True,
}
OUTSIDE = {
    "/": False,
    "/rejestracja": True,
    "/logowanie": True,
    "/nie-pamietam-hasla": True,
    "/czy-to-od-nas": True,
    "/pomoc": False,
}
"""Pages, and whether any press leads to a field that can be filled: then they are pressed twice."""


def ways(pages: dict[str, bool]) -> list[tuple[str, bool]]:
    """Each page with its fields left empty, and filled if it has any."""
    return [(path, is_filled) for path in pages for is_filled in sorted({False, pages[path]})]


def type_all(page: Page, customer: Customer) -> None:
    """Fill every field that is in sight with something that its form may take."""
    typed = {**TYPED, "customer_code": customer.code, "email": new_email()}
    if page.locator("[name=captcha_answer]").is_visible():
        typed["captcha_answer"] = solve(captcha_id(page))
    for field in page.locator(FIELDS).all():
        text = typed.get(field.get_attribute("name") or "")
        if text and field.is_editable():
            field.fill(text)


def focus_next(page: Page, pressed: set[str]) -> tuple[str, str] | None:
    """Focus what was not pressed yet; its name, and the key that presses it."""
    # All at one moment: what vanishes between two questions would be waited for.
    return page.locator(PRESSABLE).evaluate_all(NEXT, [list(pressed), ALIKE])


def settle(page: Page) -> None:
    """Wait for the answers to a press, and until the focus has found its place."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(IS_QUIET)
    page.wait_for_timeout(200)


def has_focus(page: Page) -> bool:
    """Whether the focus is somewhere; on a busy machine it comes there a while after a press."""
    try:
        page.wait_for_function(WHERE, timeout=FOCUS_MS)
    except TimeoutError:
        return False
    return True


def press_all(
    page: Page, address: str, customer: Customer, is_filled: bool
) -> tuple[list[str], bool]:
    """Press everything on this page, one after another.

    Return after what the focus was lost, and whether anything could be filled in.
    """
    pressed: set[str] = set()
    lost, has_fields = [], False

    def find() -> tuple[str, str] | None:
        nonlocal has_fields
        has_fields |= page.locator(FIELDS).evaluate_all(CAN_BE_FILLED, [*TYPED, *OF_EACH])
        # Before, as what can be pressed may come and go by it.
        if is_filled:
            type_all(page, customer)
        return focus_next(page, pressed)

    page.add_init_script(COUNT)
    arrive(page, address)
    for _ in range(MOST):
        there = find()
        if there is None:
            arrive(page, address)
            there = find()
        if there is None:
            return lost, has_fields
        name, key = there
        pressed.add(name)
        before = page.url.partition("#")[0]
        page.keyboard.press(key)
        settle(page)
        if page.url.partition("#")[0] != before:
            arrive(page, address)
        elif not has_focus(page):
            lost.append(name)
    raise AssertionError(f"more than {MOST} things to press: {pressed}")


def arrive(page: Page, address: str) -> None:
    """Open the page, and wait for what it asks for."""
    page.goto("about:blank")
    page.goto(address)
    settle(page)


@pytest.fixture
def anna(office: Office, open_page) -> tuple[Page, Customer]:
    """Anna, signed in here and on two other devices, with a long history."""
    customer = new_customer("Anna Kowalska", months=0)
    new_account(customer, PASSWORD, phone="+48600000123")
    long_history(customer.code)
    # One press downloads all of them: ours are printed for what is open only.
    paid = (Invoice.customer == customer.code) & (Invoice.outstanding_grosze == 0)
    # Read to the end before: SQLite lets nobody write on who reads what another process changed.
    for invoice in list(Invoice.select().where(paid)):
        give(office.data_dir, invoice, "pdf", b"%PDF-1.7 of billing %%EOF")
    page = open_page()
    for _ in range(2):
        with Visitor(office) as elsewhere:
            elsewhere.log_in(customer.code, PASSWORD)
    with Visitor(office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        sit_down(page, visitor)
    return page, customer


def test_device_that_is_logged_out_leaves_the_focus_on_what_is_told(anna, office):
    page, _customer = anna
    page.goto(f"{office.base_url}/moje-dane")
    unfold(page, "devices")
    others = page.locator(".own__row button:visible")
    expect(others).to_have_count(2)
    others.first.click()
    expect(others).to_have_count(1)
    expect(page.locator(".own__now", has_text=re.compile("Wylogowano"))).to_be_focused()


@pytest.mark.parametrize(("path", "is_filled"), ways(INSIDE))
def test_every_press_inside_leaves_the_focus_somewhere(path, is_filled, anna, office):
    page, customer = anna
    told = press_all(page, f"{office.base_url}{path}", customer, is_filled)
    assert told == ([], INSIDE[path])


@pytest.mark.parametrize(("path", "is_filled"), ways(OUTSIDE))
def test_every_press_outside_leaves_the_focus_somewhere(path, is_filled, office, open_page):
    page = open_page()
    told = press_all(page, f"{office.base_url}{path}", new_customer(), is_filled)
    assert told == ([], OUTSIDE[path])
