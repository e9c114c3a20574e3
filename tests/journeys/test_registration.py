"""The main job: from the leaflet's first step to the first login, in a real browser."""

import re

import pytest
from cast import new_customer, new_email
from office import Office
from playwright.sync_api import Page, expect
from visitor import PASSWORD, solve, temporary_password

pytestmark = pytest.mark.journey


def read_picture(page: Page) -> str:
    """What a person reads from the picture."""
    source = page.locator("img[src*='/api/captcha/']").get_attribute("src")
    return solve(re.search(r"/api/captcha/([^/]+)/picture", source)[1])


def begin(page: Page, customer_code: str, email: str) -> None:
    """*Rejestracja* and *Twoje dane*."""
    page.get_by_role("link", name="Rejestracja", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_label("Kod klienta", exact=True).fill(customer_code)
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Kod z obrazka").fill(read_picture(page))
    page.get_by_role("button", name="Potwierdź").click()
    page.wait_for_url("**/rejestracja/potwierdzenie")


def fill_confirmation(page: Page, customer, **typed) -> None:
    """*Potwierdzenie*, from the invoice."""
    kind = "Firma" if customer.kind == "company" else "Osoba fizyczna"
    page.get_by_label(kind).check()
    page.get_by_label("Nazwa nabywcy", exact=True).fill(typed.get("buyer", customer.name))
    if customer.kind == "company":
        page.get_by_label("NIP", exact=True).fill(typed.get("nip", customer.nip))
    page.get_by_label("Nr faktury", exact=True).fill(typed.get("number", customer.number))
    page.get_by_label("Kwota brutto", exact=True).fill(typed.get("amount", customer.amount))
    page.get_by_label("Chcę otrzymywać faktury w postaci elektronicznej: TAK").check()
    page.get_by_label("Akceptuję politykę prywatności").check()
    page.get_by_label("Akceptuję regulamin e-BOK").check()
    page.get_by_label("Telefon komórkowy", exact=True).fill(typed.get("phone", "600 000 123"))


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
    page.get_by_text("Wyloguj").click()
    page.wait_for_url(lambda url: "/start" not in url)
    page.go_back()
    expect(page.get_by_text(customer.code)).to_have_count(0)
