"""The main job: from the leaflet's first step to the first login, in a real browser."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from cast import new_customer, new_email
from ebok import database
from ebok.accounts.models import Account
from ebok.database import database as handle
from ebok.languages import catalogue
from journeys.wizard import (
    captcha_id,
    field,
    link_in,
    log_in,
    log_out,
    open_confirmation,
    press,
    register,
    say,
    set_password,
    start,
    type_code,
)
from office import Office
from smtp import MailServer
from visitor import PASSWORD, solve, temporary_password

pytestmark = pytest.mark.journey
only_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def begin(page: Page, customer_code: str, email: str) -> None:
    """*Rejestracja* and *Twoje dane*, by the leaflet's own words."""
    page.get_by_role("link", name="Rejestracja", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_label("Kod klienta", exact=True).fill(customer_code)
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Kod z obrazka").fill(solve(captcha_id(page)))
    page.get_by_role("button", name="Potwierdź").click()
    page.wait_for_url("**/rejestracja/potwierdzenie")


def fill_confirmation(page: Page, customer) -> None:
    """*Potwierdzenie*, from the invoice, by the leaflet's own words."""
    kind = "Firma" if customer.kind == "company" else "Osoba fizyczna"
    page.get_by_label(kind).check()
    page.get_by_label("Nazwa nabywcy", exact=True).fill(customer.name)
    if customer.kind == "company":
        page.get_by_label("NIP", exact=True).fill(customer.nip)
    page.get_by_label("Nr faktury", exact=True).fill(customer.number)
    page.get_by_label("Kwota brutto", exact=True).fill(customer.amount)
    page.get_by_label("Chcę otrzymywać faktury w postaci elektronicznej: TAK").check()
    page.get_by_label("Akceptuję politykę prywatności").check()
    page.get_by_label("Akceptuję regulamin e-BOK").check()
    page.get_by_label("Telefon komórkowy", exact=True).fill("600 000 123")


def walk(office: Office, page: Page, customer, email: str) -> None:
    """The whole way."""
    begin(page, f" {customer.code.replace('-', ' – ')} ", email)
    page.get_by_label("Kod jednorazowy").press_sequentially(office.mail_to(email).code)
    expect(page.get_by_text("Kod się zgadza")).to_be_visible()
    fill_confirmation(page, customer)
    page.get_by_role("button", name="Potwierdź").click()
    page.wait_for_url("**/rejestracja/gotowe")
    password = temporary_password(office.mail_to(email, skip=1))
    page.get_by_role("link", name=re.compile("Zaloguj")).first.click()
    page.wait_for_url("**/logowanie")
    page.get_by_label("Kod klienta", exact=True).fill(customer.code)
    page.get_by_label("Hasło", exact=True).fill(password)
    page.get_by_role("button", name="Zaloguj się").click()
    page.wait_for_url("**/zmiana-hasla")
    page.get_by_label("Nowe hasło", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Zmień hasło").click()
    page.wait_for_url("**/start")
    expect(page.get_by_text(customer.code).first).to_be_visible()


def test_customer_registers_logs_in_and_lands_on_start(office, open_page):
    customer = new_customer("Celina „Zgoda” Wójcik-Żak", "company", "8671234568")
    page = open_page(office.base_url)
    walk(office, page, customer, new_email())
    page.get_by_role("link", name=re.compile("Zmiana hasła")).click()
    page.wait_for_url("**/zmiana-hasla")
    page.get_by_label("Obecne hasło").fill(PASSWORD)
    page.get_by_label("Nowe hasło", exact=True).fill("Zupełnie-nowe-1")
    page.get_by_role("button", name="Zmień hasło").click()
    expect(page.get_by_role("heading", name="Hasło zmienione")).to_be_visible()
    page.get_by_role("link", name="Start", exact=True).click()
    page.wait_for_url("**/start")


def test_the_whole_office_lives_under_a_path(database_url, tmp_path, open_page):
    with MailServer() as post, Office(database_url, tmp_path, post, "/Tarnobrzeg") as office:
        database.connect(database_url)
        handle.connect(reuse_if_open=True)
        customer = new_customer()
        page = open_page(f"{office.base_url}/")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        walk(office, page, customer, new_email())
        page.goto(f"{office.base_url}/start?lang=pl")
        cookies = page.context.cookies()
        log_out(page)
        page.wait_for_url("**/Tarnobrzeg/")
        handle.close_all()
    assert len(asked) > 20
    assert [path for path in asked if not path.startswith("/Tarnobrzeg/")] == []
    assert {cookie["path"] for cookie in cookies} == {"/Tarnobrzeg/"}
    assert len(cookies) > 1


@only_sqlite
@pytest.mark.parametrize("lang", ["en", "uk"])
def test_customer_registers_in_their_own_language(lang, office, open_page):
    customer, sentence = new_customer(), catalogue(lang).gettext

    def subject(words: str) -> str:
        # In a header every space is an ordinary one.
        return " ".join(sentence(words).split())

    page = open_page(f"{office.base_url}/?lang={lang}")
    password = register(office, page, customer)
    log_in(page, office, customer.code, password)
    set_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(sentence("Hello"))
    expect(page.locator("html")).to_have_attribute("lang", lang)
    address = Account.get(Account.customer == customer.code).email
    code, temporary = office.mails_to(address)[:2]
    assert code.subject == subject("One-time code for your e-BOK registration")
    assert temporary.subject == subject("Temporary password for e-BOK")
    assert sentence("Was it not you?") in code.text
    assert sentence("Was it not you?") in temporary.text


@only_sqlite
def test_link_in_the_mail_moves_the_registration_to_another_device(office, open_page):
    customer, email = new_customer(), new_email()
    first, second = open_page(office.base_url), open_page(office.base_url)
    start(first, office, customer.code, email)
    second.goto(link_in(office.mail_to(email), "/rejestracja/przeniesienie"))
    assert "#" not in second.url
    press(second, "Continue here")
    second.wait_for_url("**/rejestracja/potwierdzenie")
    expect(second.locator("#login")).to_have_value(customer.code)
    type_code(office, second, email)
    # The first device is told, and can begin again.
    field(first, "One-time code").press_sequentially(office.mail_to(email).code)
    first.wait_for_url("**/rejestracja")
    gone = "There is no registration in progress in this browser. Please start from the beginning."
    expect(first.get_by_text(say(first)(gone))).to_be_visible()
    # What belonged to the registration that moved does not stay on the first device.
    expect(
        first.get_by_text(say(first)("You have started a registration in this tab."))
    ).to_be_hidden()


@only_sqlite
def test_link_that_was_used_says_so(office, open_page):
    page = open_page(office.base_url)
    email = open_confirmation(office, page)
    link = link_in(office.mail_to(email), "/rejestracja/przeniesienie")
    for _ in range(2):
        # The same address with another fragment would load nothing.
        page.goto("about:blank")
        page.goto(link)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            press(page, "Continue here")
    expect(page.get_by_role("heading", name=say(page)("This link no longer works"))).to_be_visible()
