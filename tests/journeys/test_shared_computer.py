"""At a computer that others use too: a page left open, a token grown old, the way back."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import Error, Page, Route, expect

from cast import new_account, new_customer
from ebok.database import now
from journeys.wizard import field, log_in, log_out, open_confirmation, press, say
from office import SECRET
from visitor import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
CHANGES = re.compile(r"/api/(?!captcha|session$)")


def signed_in(office, open_page, name: str = "Celina Wójcik-Żak"):
    """A page at *Start*, and the customer whose it is."""
    customer = new_customer(name)
    new_account(customer, PASSWORD)
    page = open_page(office.base_url)
    log_in(page, office, customer.code, PASSWORD)
    page.wait_for_url("**/start")
    return page, customer


def old_token(monkeypatch, token: str) -> str:
    """The same token, as it would have been given an hour and a minute ago."""
    signer = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token")
    moment = int((now() - timedelta(minutes=61)).timestamp())
    with monkeypatch.context() as clock:
        clock.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _signer: moment)
        return signer.dumps(signer.loads(token))


def age_first(page: Page, monkeypatch) -> list[tuple[str, int]]:
    """Let the first change of this page carry a token of an hour ago; note each answer."""
    answers: list[tuple[str, int]] = []

    def handle(route: Route) -> None:
        headers = dict(route.request.headers)
        if route.request.method != "GET" and not answers:
            headers["x-csrftoken"] = old_token(monkeypatch, headers["x-csrftoken"])
        answer = route.fetch(headers=headers)
        if route.request.method != "GET":
            answers.append((route.request.url.rpartition("/api/")[2], answer.status))
        route.fulfill(response=answer)

    page.route(CHANGES, handle)
    return answers


@pytest.mark.shows("T7.8")
def test_token_that_grew_old_in_mid_wizard_is_renewed_and_nothing_is_typed_again(
    office, open_page, monkeypatch
):
    page = open_page(office.base_url)
    open_confirmation(office, page)
    answers = age_first(page, monkeypatch)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")
    assert answers[:2] == [("registration/confirmation", 400), ("registration/confirmation", 201)]


def test_token_that_grew_old_does_not_cost_a_password(office, open_page, monkeypatch):
    """The change of a password is repeated once with a new token, not twice."""
    page, customer = signed_in(office, open_page)
    page.goto(f"{office.base_url}/zmiana-hasla")
    answers = age_first(page, monkeypatch)
    field(page, "Current password").fill(PASSWORD)
    field(page, "New password").fill("Jesion-przy-moscie-8")
    press(page, "Change password")
    expect(page.locator("[data-panel=changed]")).to_be_focused()
    assert answers == [("account/password", 400), ("account/password", 200)]


@pytest.mark.shows("T7.2", "V7.4.1", "V14.3.1")
def test_after_logging_out_the_way_back_shows_nothing_not_even_without_a_network(office, open_page):
    page, customer = signed_in(office, open_page, "Anna Lis")
    expect(page.locator("main")).to_contain_text("Anna Lis")
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as answer:
        log_out(page)
    assert '"cache"' in answer.value.all_headers()["clear-site-data"]
    page.wait_for_url(f"{office.base_url}/")
    page.context.set_offline(True)
    for _ in range(2):
        # A page that nobody has stored cannot be shown again: the browser says so by a fault.
        with suppress(Error):
            page.go_back(wait_until="commit")
        page.wait_for_function("document.readyState === 'complete'")
        for private in ("Anna Lis", customer.code):
            expect(page.get_by_text(private)).to_have_count(0)
    page.context.set_offline(False)
    page.goto(f"{office.base_url}/start")
    page.wait_for_url("**/logowanie")


@pytest.mark.shows("T7.2")
def test_second_tab_shows_nothing_more_once_the_first_has_logged_out(office, open_page):
    page, customer = signed_in(office, open_page, "Anna Lis")
    second = page.context.new_page()
    second.goto(f"{office.base_url}/zmiana-hasla")
    log_out(page)
    page.wait_for_url(f"{office.base_url}/")
    field(second, "Current password").fill(PASSWORD)
    field(second, "New password").fill("Jesion-przy-moscie-8")
    press(second, "Change password")
    second.wait_for_url("**/logowanie?ended=yes&next=%2Fzmiana-hasla")


def test_who_guesses_the_present_password_is_logged_out(office, open_page):
    page, customer = signed_in(office, open_page)
    page.goto(f"{office.base_url}/zmiana-hasla")
    for _ in range(11):
        field(page, "Current password").fill("Nie-to-haslo-1")
        field(page, "New password").fill("Jesion-przy-moscie-8")
        with page.expect_response("**/api/account/password"):
            press(page, "Change password")
    told = say(page)("Too many wrong passwords: you have been logged out. Please log in again.")
    expect(page.locator("main")).to_contain_text(told)
    page.goto(f"{office.base_url}/start")
    page.wait_for_url("**/logowanie?ended=yes")


@pytest.mark.shows("V6.2.7")
def test_passwords_and_codes_can_be_pasted(office, open_page):
    customer = new_customer()
    new_account(customer, PASSWORD)
    page = open_page(f"{office.base_url}/logowanie")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for label, text in (("Customer code", customer.code), ("Password", PASSWORD)):
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        field(page, label).focus()
        page.keyboard.press("Control+V")
        expect(field(page, label)).to_have_value(text)
    press(page, "Log in")
    page.wait_for_url("**/start")
