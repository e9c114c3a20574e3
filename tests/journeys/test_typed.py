"""What was typed stays: through a reload, the back button, a lost connection, a second press."""

import json

import pytest
from playwright.sync_api import Page, expect

from cast import new_customer, new_email
from journeys.wizard import (
    field,
    fill_details,
    fill_invoice,
    fill_rest,
    log_in,
    open_confirmation,
    press,
    say,
    start,
    type_code,
)
from visitor import PASSWORD, temporary_password

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
OFFLINE = "There is no connection. What you entered stays here."


def values(page: Page) -> dict:
    """All that is in the form."""
    return page.evaluate("""() => Object.fromEntries(
      [...document.querySelector("#main form").elements]
      .filter((input) => input.name && (input.type !== "radio" || input.checked))
      .map((input) => [input.name, input.type === "checkbox" ? input.checked : input.value]))""")


def stored(page: Page) -> str:
    """Everything that the browser keeps of this page."""
    return json.dumps(
        page.evaluate("() => [{...localStorage}, {...sessionStorage}, document.cookie]")
    )


def test_what_was_typed_survives_reload_back_and_a_look_at_the_terms(office, open_page):
    customer, email = (
        new_customer("Pracownia „Glina” sp. z o.o.", "company", "8671234568"),
        new_email(),
    )
    page = open_page(f"{office.base_url}/rejestracja")
    fill_details(page, customer.code, email)
    page.reload()
    expect(page.locator("#customer_code")).to_have_value(customer.code)
    expect(page.locator("#email")).to_have_value(email)
    start(page, office, customer.code, email)
    type_code(office, page, email)
    fill_invoice(page, customer)
    fill_rest(page)
    typed = values(page)
    assert {typed["buyer"], typed["nip"], typed["privacy"]} == {customer.name, customer.nip, True}
    page.reload()
    expect(page.locator("#nip")).to_be_visible()
    assert values(page) == typed
    page.locator(".choice a[href$='/regulamin']").click()
    page.wait_for_url("**/regulamin")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.go_back()
    expect(page.locator("#nip")).to_be_visible()
    expect(page.get_by_text("Kod się zgadza")).to_be_visible()
    assert values(page) == typed
    assert page.evaluate("localStorage.length") == 0
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")
    assert customer.number not in stored(page)


def test_no_password_is_kept_anywhere(office, visitor, open_page):
    customer = new_customer()
    temporary = visitor.register(customer)
    page = open_page(office.base_url)
    log_in(page, office, customer.code, "Nie-to-haslo-1")
    expect(page.locator("[data-faults]")).to_be_focused()
    assert "Nie-to-haslo-1" not in stored(page)
    assert customer.code in stored(page)
    page.reload()
    expect(page.locator("#password")).to_have_value("")
    log_in(page, office, customer.code, temporary)
    page.wait_for_url("**/zmiana-hasla")
    field(page, "New password").fill(PASSWORD)
    press(page, "Show password")
    assert PASSWORD not in stored(page)
    assert temporary not in stored(page)
    press(page, "Change password")
    page.wait_for_url("**/start")
    assert PASSWORD not in stored(page)


def test_lost_connection_loses_nothing(office, open_page):
    customer, email = new_customer(), new_email()
    page = open_page(office.base_url)
    start(page, office, customer.code, email)
    code = office.mail_to(email).code
    page.context.set_offline(True)
    field(page, "One-time code").press_sequentially(code)
    expect(page.locator("#code-fault")).to_have_text(say(page)(OFFLINE))
    # The connection is back: the same digits are looked at by themselves.
    page.context.set_offline(False)
    expect(page.get_by_text("Kod się zgadza")).to_be_visible()
    fill_invoice(page, customer)
    fill_rest(page)
    typed = values(page)
    page.context.set_offline(True)
    press(page, "Confirm")
    expect(page.locator("[data-faults]")).to_be_focused()
    expect(page.locator("[data-faults]")).to_contain_text(say(page)(OFFLINE))
    assert values(page) == typed
    page.context.set_offline(False)
    press(page, "Try again")
    page.wait_for_url("**/rejestracja/gotowe")
    assert temporary_password(office.mail_to(email, skip=1))


def test_double_press_sends_once(office, open_page):
    page = open_page(office.base_url)
    email = open_confirmation(office, page)
    sent: list[str] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    button = page.get_by_role("button", name="Potwierdź", exact=True)
    # Slow enough that the second press comes before the answer.
    page.route(
        "**/api/registration/confirmation",
        lambda route: (page.wait_for_timeout(200), route.continue_()),
    )
    button.dblclick()
    page.wait_for_url("**/rejestracja/gotowe")
    assert [url.rpartition("/")[2] for url in sent] == ["confirmation"]
    assert temporary_password(office.mail_to(email, skip=1))
