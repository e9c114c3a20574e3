"""What a screen reader is told, and what is left where there is no JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from cast import new_customer, new_email
from ebok.access import anyone
from ebok.pages.composed import PAGES
from journeys.conftest import DESKTOP
from journeys.wizard import register, say, start

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
OPEN_TO_ALL = [page.address for page in PAGES if page.mark == anyone]
PHONE = "15 000 12 34"


def tree(page: Page) -> str:
    """The accessibility tree of the whole page."""
    return page.locator("body").aria_snapshot()


def test_twoje_dane_in_the_accessibility_tree(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    page.locator("img[src*='/api/captcha/']").wait_for()
    expect(page.locator("main")).to_match_aria_snapshot("""
        - list "Etapy rejestracji":
          - listitem: Twoje dane
          - listitem: Potwierdzenie
          - listitem: Pierwsze logowanie
        - heading "Twoje dane" [level=1]
        - heading "Kim jesteś" [level=2]
        - textbox "Kod klienta"
        - textbox "E-mail"
        - img /Obrazek z sześcioma cyframi/
        - button "Nowy obrazek"
        - button "Odsłuchaj kod"
        - status
        - textbox "Kod z obrazka"
        - button "Potwierdź"
    """)
    # What is only for a phone's keyboard or for robots is not read out.
    assert "captcha_id" not in tree(page)
    assert re.search(r"banner:.*navigation.*main:.*contentinfo:", tree(page), re.S)


def test_potwierdzenie_in_the_accessibility_tree(office, open_page):
    customer, email = new_customer(), new_email()
    page = open_page(office.base_url)
    start(page, office, customer.code, email)
    expect(page.locator("#login")).to_have_value(customer.code)
    expect(page.locator("main")).to_match_aria_snapshot("""
        - heading "Potwierdzenie" [level=1]
        - region "Twoje konto":
          - textbox "Login"
          - textbox "E-mail"
          - textbox "Kod jednorazowy"
          - status
          - paragraph:
            - button /Wyślij kod ponownie/
        - region "Dane z faktury":
          - radiogroup "Zarejestrowany jako":
            - radio "Osoba fizyczna"
            - radio "Firma"
          - textbox "Nazwa nabywcy"
          - textbox "Nr faktury"
          - textbox "Kwota brutto"
        - region "Zgody":
          - 'checkbox "Chcę otrzymywać faktury w postaci elektronicznej: TAK"'
          - group "Zasady":
            - checkbox "Akceptuję politykę prywatności"
            - checkbox "Akceptuję regulamin e-BOK"
        - region "Telefon":
          - textbox "Telefon komórkowy"
          - checkbox "nie mam telefonu komórkowego"
        - button "Potwierdź"
    """)
    assert "NIP" not in tree(page)
    expect(page.locator("#login")).to_have_attribute("readonly", "")
    expect(page.locator("#email")).to_have_value(email)


def test_logowanie_and_gotowe_in_the_accessibility_tree(office, open_page):
    page = open_page(office.base_url)
    register(office, page, new_customer())
    expect(page.locator("main")).to_match_aria_snapshot("""
        - list "Etapy rejestracji":
          - listitem: /Twoje dane ?, gotowe/
          - listitem: /Potwierdzenie ?, gotowe/
          - listitem: Pierwsze logowanie
        - heading "Gotowe" [level=1]
        - paragraph
        - list
        - paragraph:
          - link "Zaloguj się"
    """)
    expect(page.locator("[aria-current=step]")).to_have_text("Pierwsze logowanie")
    page.goto(f"{office.base_url}/logowanie")
    expect(page.locator("main")).to_match_aria_snapshot("""
        - heading "Zaloguj się" [level=1]
        - textbox "Kod klienta"
        - textbox "Hasło"
        - button "Pokaż hasło"
        - paragraph:
          - link "Nie pamiętam hasła"
        - button "Zaloguj się"
        - status
        - region "Nie masz jeszcze konta?":
          - heading "Nie masz jeszcze konta?" [level=2]
          - paragraph
          - paragraph:
            - link "Rejestracja"
        - region "Wolisz porozmawiać?"
    """)


def test_pictures_in_help_have_words(office, open_page):
    page = open_page(f"{office.base_url}/pomoc")
    pictures = page.get_by_role("img", name=re.compile("^Obrazek: "))
    expect(pictures).to_have_count(5)
    # What they are drawn with is no second page within the page.
    assert page.locator(".screen :is(a, button, input, h1, h2, [id])").count() == 0


def test_the_code_is_told_in_a_live_region(office, open_page):
    customer, email = new_customer(), new_email()
    page = open_page(office.base_url)
    start(page, office, customer.code, email)
    page.locator("#code").press_sequentially(office.mail_to(email).code)
    status = page.locator("#code-proof")
    expect(status).to_have_role("status")
    expect(status).to_contain_text("Kod się zgadza")
    expect(status).to_contain_text(re.compile(r"Masz czas do godziny \d+\.\d\d"))


def test_rules_of_a_password_are_told_once_typing_pauses(office, open_page):
    page = open_page(f"{office.base_url}/nowe-haslo#x")
    page.locator("#new_password").press_sequentially("Wodospad-7")
    expect(page.get_by_role("status").filter(has_text="Spełnione warunki: 3 z 5")).to_be_attached()
    expect(page.locator("[data-rule=long]")).to_have_text("co najmniej 8 znaków, spełnione")
    show = page.get_by_role("button", name="Pokaż hasło")
    expect(show).to_have_attribute("aria-pressed", "false")
    show.click()
    expect(show).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("lang", ["pl", "en", "uk"])
def test_every_page_reads_and_gives_the_phone_without_javascript(lang, office, open_page):
    page = open_page(f"{office.base_url}/?lang={lang}", java_script_enabled=False)
    for address in OPEN_TO_ALL:
        page.goto(f"{office.base_url}{address}")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".notice-bar")).to_contain_text(PHONE)
        expect(page.locator(".notice-bar")).to_be_visible()
        # Nothing waits for a script that will never come.
        expect(page.locator("[x-cloak]:visible")).to_have_count(0)


def test_page_that_is_not_there_leads_home(office, open_page):
    page = open_page(f"{office.base_url}/nie-ma", DESKTOP)
    assert page.title().startswith("Nie ma takiej strony")
    expect(page.locator("main").get_by_text(PHONE).first).to_be_visible()
    page.get_by_role("link", name=say(page)("To the start page")).click()
    page.wait_for_url(f"{office.base_url}/")
