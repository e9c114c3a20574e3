"""A slow network: the button says what it does, a second press sends nothing, a wait is told."""

import re

import pytest
from playwright.sync_api import Page, expect

from cast import new_account, new_customer, new_email
from ebok.accounts.models import Account
from journeys.wizard import log_in, open_confirmation, press, say, start, type_code
from visitor import PASSWORD, temporary_password

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
SLOW = "This is taking longer than usual. Please wait: what you entered stays here."
SUBMIT = "[data-submit]"


def hold(page: Page, address: str, method: str = "POST") -> list:
    """Hold what is sent to this address; return the requests that wait."""
    waiting: list = []
    page.route(
        f"**/api{address}",
        lambda route: (
            waiting.append(route) if route.request.method == method else route.continue_()
        ),
    )
    return waiting


def test_button_says_what_it_does_and_takes_one_press(office, visitor, open_page):
    customer = new_customer()
    visitor.settle(customer)
    page = open_page(f"{office.base_url}/logowanie")
    page.clock.install()
    page.locator("#customer_code").fill(customer.code)
    page.locator("#password").fill(PASSWORD)
    waiting = hold(page, "/session")
    with page.expect_request(lambda request: request.method == "POST"):
        press(page, "Log in")
    button, told = page.locator(SUBMIT), page.locator("[data-told]")
    expect(button).to_have_text(say(page)("Logging in…"))
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    expect(told).to_have_role("status")
    expect(told).to_have_text(say(page)("Logging in…"))
    button.click(force=True)
    page.keyboard.press("Enter")
    page.clock.fast_forward(9000)
    expect(told).to_have_text(say(page)(SLOW))
    assert told.bounding_box()["height"] > 20
    expect(page.locator("#password")).to_have_value(PASSWORD)
    assert len(waiting) == 1
    waiting[0].continue_()
    page.wait_for_url("**/start")


def test_button_is_itself_again_after_a_refusal(office, open_page):
    page = open_page(office.base_url)
    log_in(page, office, "39-1", "Nie-to-haslo-1")
    expect(page.locator("[data-faults]")).to_be_focused()
    expect(page.locator(SUBMIT)).to_have_text(say(page)("Log in"))
    expect(page.locator(SUBMIT)).to_have_attribute("aria-disabled", "false")
    expect(page.locator("[data-told]")).to_have_text("")


def test_answer_that_is_lost_on_the_way_costs_nothing(office, open_page):
    page = open_page(office.base_url)
    email = open_confirmation(office, page)
    lost: list[int] = []

    def lose(route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/registration/confirmation", lose)
    press(page, "Confirm")
    expect(page.locator("[data-faults]")).to_be_focused()
    assert lost == [201]
    page.unroute("**/api/registration/confirmation")
    # The account is open already, though this browser has not heard of it.
    press(page, "Try again")
    page.wait_for_url("**/rejestracja/gotowe")
    expect(page.locator("main")).to_contain_text(email.partition("@")[0])
    assert temporary_password(office.mail_to(email, skip=1))


def test_late_answer_does_not_take_back_a_code_that_is_right(office, open_page):
    page = open_page(office.base_url)
    waiting = hold(page, "/registration", "GET")
    email = new_email()
    start(page, office, new_customer().code, email)
    type_code(office, page, email)
    # The server had looked before the code was there.
    before = waiting[0].fetch()
    registration = before.json()["registration"] | {"proven_until": None}
    with page.expect_response("**/api/registration"):
        waiting[0].fulfill(response=before, json={"registration": registration})
    page.wait_for_timeout(300)
    expect(page.get_by_text(say(page)("The code is right"))).to_be_visible()
    expect(page.locator("#code")).not_to_have_value("")


def test_late_answer_does_not_undo_what_was_ticked_meanwhile(office, open_page):
    customer = new_customer()
    account = new_account(customer, PASSWORD)
    page = open_page(office.base_url)
    log_in(page, office, customer.code, PASSWORD)
    page.wait_for_url("**/start")
    asked = hold(page, "/my-data", "GET")
    page.goto(f"{office.base_url}/moje-dane")
    due, overdue = (page.locator(f"[data-reminder={name}]") for name in ("due", "overdue"))
    off = re.compile(f"^{say(page)('Switch off')}")
    # What is chosen is not known yet.
    expect(due).to_be_disabled()
    asked[0].continue_()
    given, chosen = (hold(page, f"/my-data/{what}", "PUT") for what in ("e-invoice", "choices"))
    press(page, "YES")
    due.click()
    overdue.click()
    given[0].continue_()
    expect(page.get_by_role("button", pressed=True)).to_have_text(say(page)("YES"))
    expect(due).to_have_text(off)
    # The second choice waits for the first, so that the last one is what is kept.
    assert len(chosen) == 1
    chosen[0].continue_()
    while len(chosen) < 2:
        page.wait_for_timeout(20)
    with page.expect_response("**/api/my-data/choices"):
        chosen[1].continue_()
    page.unroute_all()
    page.reload()
    expect(due).to_have_text(off)
    expect(overdue).to_have_text(off)
    assert Account.get_by_id(account.id).remind_overdue


def test_first_password_is_changed_though_who_it_is_comes_late(office, visitor, open_page):
    customer = new_customer()
    temporary = visitor.register(customer)
    page = open_page(office.base_url)
    log_in(page, office, customer.code, temporary)
    page.wait_for_url("**/zmiana-hasla")
    asked = hold(page, "/session", "GET")
    page.reload()
    page.locator("#new_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(SUBMIT)).to_have_attribute("aria-disabled", "true")
    asked[0].continue_()
    page.wait_for_url("**/start")
