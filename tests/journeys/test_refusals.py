"""Where the wizard says no, it shows the way on; and what is shut stays shut."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cast import new_customer, new_email
from ebok.database import now
from ebok.registration.models import Registration
from journeys.wizard import (
    link_in,
    log_in,
    log_out,
    open_confirmation,
    press,
    say,
    set_password,
    sit_down,
)
from visitor import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
PHONE = "15 000 12 34"


def fail_to_match(page: Page, times: int) -> None:
    """Press *Potwierdź* with an invoice that is not there."""
    for _ in range(times):
        with page.expect_response("**/api/registration/confirmation"):
            press(page, "Confirm")


def heading(page: Page, sentence: str):
    """The heading of the panel that ends a form."""
    return page.get_by_role("heading", name=say(page)(sentence))


def test_no_match_names_everything_and_the_office_can_be_asked(office, open_page):
    page = open_page(office.base_url)
    email = open_confirmation(office, page, number="FV/1")
    ask = page.locator("[data-faults]").get_by_role("button", name="Poproś biuro o sprawdzenie")
    fail_to_match(page, 1)
    summary = page.locator("[data-faults]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Pozostało prób: 4.")
    names = ["Zarejestrowany jako", "Nazwa nabywcy", "Nr faktury", "Kwota brutto"]
    expect(summary.locator("li")).to_have_text(names)
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    expect(ask).to_be_hidden()
    fail_to_match(page, 1)
    ask.click()
    expect(heading(page, "The office is checking")).to_be_visible()
    expect(page.locator("[data-panel=review]")).to_be_focused()
    subject = say(page)("We have received your request to check the registration")
    assert office.mail_to(email, skip=1).subject == " ".join(subject.split())
    page.reload()
    expect(heading(page, "The office is checking")).to_be_visible()


def test_five_failures_end_the_registration_and_ten_the_day(office, open_page):
    customer = new_customer()
    page = open_page(office.base_url)
    open_confirmation(office, page, customer, amount="1")
    fail_to_match(page, 5)
    expect(heading(page, "This registration has ended")).to_be_visible()
    expect(page.locator("[data-panel=void]")).to_be_focused()
    expect(page.locator("#main form")).to_be_hidden()
    expect(page.locator(".beside .sign__phone")).to_contain_text(PHONE)
    page.get_by_role("link", name="Zacznij od nowa").click()
    page.wait_for_url("**/rejestracja")
    open_confirmation(office, page, customer, amount="1")
    fail_to_match(page, 5)
    open_confirmation(office, page, customer)
    fail_to_match(page, 1)
    expect(heading(page, "Try again tomorrow")).to_be_visible()
    expect(page.locator(".beside .sign__phone")).to_contain_text(PHONE)


def test_has_account_leads_to_a_new_password_and_to_start(office, visitor, open_page):
    customer = new_customer()
    email = visitor.settle(customer)
    page = open_page(office.base_url)
    open_confirmation(office, page, customer)
    press(page, "Confirm")
    expect(heading(page, "This customer code already has an account")).to_be_visible()
    page.get_by_role("link", name="Nie pamiętam hasła").click()
    page.wait_for_url("**/nie-pamietam-hasla")
    page.locator("#customer_code").fill(customer.code)
    page.locator("#email").fill(email)
    press(page, "Send the link")
    expect(page.locator("[data-panel=asked]")).to_be_focused()
    page.goto(link_in(office.mail_to(email, containing="nowe-haslo"), "/nowe-haslo"))
    assert "#" not in page.url
    page.locator("#new_password").fill("Zupełnie-nowe-1")
    press(page, "Set password")
    expect(page.locator("[data-panel=done]")).to_be_focused()
    page.locator("[data-panel=done]").get_by_role("link", name="Zaloguj się").click()
    page.wait_for_url("**/logowanie")
    log_in(page, office, customer.code, "Zupełnie-nowe-1")
    page.wait_for_url("**/start")


def test_temporary_password_opens_nothing_but_the_change(office, visitor, open_page):
    customer = new_customer()
    temporary = visitor.register(customer)
    page = open_page(office.base_url)
    log_in(page, office, customer.code, temporary)
    page.wait_for_url("**/zmiana-hasla")
    page.goto(f"{office.base_url}/start")
    page.wait_for_url("**/zmiana-hasla")
    expect(page.locator("#current_password")).to_be_hidden()
    set_password(page)
    expect(page.locator(".whose")).to_contain_text(customer.code)


def test_back_button_after_logout_shows_nothing(office, visitor, open_page):
    customer = new_customer()
    visitor.settle(customer)
    page = open_page(office.base_url)
    log_in(page, office, customer.code, PASSWORD)
    page.wait_for_url("**/start")
    expect(page.locator(".whose")).to_contain_text(customer.code)
    page.get_by_role("link", name="Pomoc").first.click()
    page.wait_for_url("**/pomoc")
    log_out(page)
    page.wait_for_url(f"{office.base_url}/")
    assert page.evaluate("sessionStorage.length") == 0
    for _ in range(2):
        page.go_back()
        expect(page.get_by_text(customer.code)).to_have_count(0)
        expect(page.get_by_role("button", name="Wyloguj")).to_have_count(0)


def test_owner_freezes_the_account_with_the_link(office, visitor, open_page):
    owner = new_email()
    customer = new_customer(email=owner)
    visitor.open_account(customer)
    link = link_in(office.mail_to(owner), "/blokada-konta")
    page = open_page(link)
    # Opening the link changes nothing: the account still answers.
    visitor.get("/api/account")
    press(page, "Freeze the account")
    expect(page.locator("[data-panel=frozen]")).to_be_focused()
    visitor.get("/api/account", 401)
    log_in(page, office, customer.code, PASSWORD)
    expect(page.locator("[data-frozen] a")).to_be_visible()
    page.goto("about:blank")
    page.goto(link)
    press(page, "Freeze the account")
    expect(page.locator("[data-panel]:visible")).to_be_focused()


def test_expired_session_leads_to_the_login(office, visitor, open_page):
    visitor.settle(new_customer())
    page = open_page(office.base_url)
    sit_down(page, visitor)
    page.goto(f"{office.base_url}/start")
    page.context.clear_cookies()
    page.get_by_role("link", name="Zmiana hasła").click()
    page.wait_for_url("**/logowanie")


def test_hour_that_ran_out_asks_for_a_new_code_and_keeps_the_rest(office, open_page):
    page = open_page(office.base_url)
    email = open_confirmation(office, page)
    past = now() - timedelta(minutes=1)
    Registration.update(proven_until=past, code_asked_at=past).where(
        Registration.email == email
    ).execute()
    fail_to_match(page, 1)
    code = page.locator("#code")
    expect(code).to_be_editable()
    expect(code).to_have_attribute("aria-invalid", "true")
    buyer = page.locator("#buyer").input_value()
    press(page, "Send the code again")
    code.press_sequentially(office.mail_to(email, skip=1).code)
    expect(page.get_by_text("Kod się zgadza")).to_be_visible()
    assert page.locator("#buyer").input_value() == buyer
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")
