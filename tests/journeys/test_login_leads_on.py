"""From the login on to what was asked for: by a bookmark, a mail, or a page left open too long."""

import re

import pytest
from playwright.sync_api import Page, expect

from cast import Customer, add_invoice, new_account, new_customer
from journeys.conftest import DESKTOP
from journeys.wizard import field, press, say, search, sit_down
from office import Office
from visitor import PASSWORD, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
ENDED = "You are no longer logged in. Log in again, and you will go on where you were."


@pytest.fixture
def anna(office) -> Customer:
    """Anna, who has an account and an invoice to pay."""
    customer = new_customer("Anna Kowalska", months=0)
    new_account(customer, PASSWORD)
    add_invoice(customer.code, customer.name, 0, 14_569)
    return customer


@pytest.fixture
def left_open(anna, office, visitor, open_page):
    """Open a page as Anna; her session ends while it is shown."""

    def open_(path: str) -> Page:
        visitor.log_in(anna.code, PASSWORD)
        page = open_page(office.base_url)
        sit_down(page, visitor)
        page.goto(f"{office.base_url}{path}")
        page.wait_for_load_state("networkidle")
        visitor.delete("/api/session")
        return page

    return open_


def type_login(page: Page, customer: Customer, password: str = PASSWORD) -> None:
    """Fill in the login that is shown."""
    field(page, "Customer code").fill(customer.code)
    field(page, "Password").fill(password)
    press(page, "Log in")


def test_bookmark_with_a_choice_and_a_part_of_its_page(anna, office: Office, open_page):
    page = open_page(f"{office.base_url}/platnosci?zlecenie={'0' * 32}#ledger")
    page.wait_for_url(re.compile(r"/logowanie\?next="))
    expect(page.get_by_text(say(page)(ENDED))).to_be_hidden()
    type_login(page, anna)
    page.wait_for_url(f"{office.base_url}/platnosci?zlecenie={'0' * 32}#ledger")
    expect(page.locator("#ledger")).to_be_focused()


def test_search_whose_session_ended_goes_on_after_the_login(left_open, anna, office: Office):
    page = left_open("/faktury?number=FV&state=due")
    search(page, "FV/2").click()
    page.wait_for_url(re.compile(r"/logowanie\?ended=yes&next="))
    assert "FV" not in page.url
    expect(page.get_by_text(say(page)(ENDED))).to_be_visible()
    type_login(page, anna)
    page.wait_for_url(f"{office.base_url}/faktury?state=due&number=FV%2F2")


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("/platnosci?faktury=0f3a#ledger", "input[name=period][value=year]"),
        ("/moje-dane", "[x-bind=yes]"),
        ("/moje-dane", "[data-reminder=due]"),
    ],
)
def test_whatever_is_pressed_after_the_session_ended(path, act, left_open, anna, office: Office):
    page = left_open(path)
    page.locator(act).click()
    page.wait_for_url(re.compile(r"/logowanie\?ended=yes&next="))
    expect(page.get_by_text(say(page)(ENDED))).to_be_visible()
    assert "0f3a" not in page.url
    type_login(page, anna)
    page.wait_for_url(f"{office.base_url}{path}")


def test_who_logs_out_is_not_told_that_the_session_ended(left_open, office: Office):
    page = left_open("/start")
    # On a phone the way there leads through a page that the session no longer opens.
    page.set_viewport_size(DESKTOP)
    press(page, "Log out")
    page.wait_for_url(f"{office.base_url}/")


def test_first_password_leads_on_too(office: Office, open_page):
    customer = new_customer()
    with Visitor(office) as visitor:
        temporary = visitor.register(customer)
    page = open_page(f"{office.base_url}/faktury?state=due#number")
    type_login(page, customer, temporary)
    page.wait_for_url(re.compile(r"/zmiana-hasla\?next="))
    field(page, "New password").fill(PASSWORD)
    press(page, "Change password")
    page.wait_for_url(f"{office.base_url}/faktury?state=due#number")
