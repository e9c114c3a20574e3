"""One mistake in every field of every form: counted, linked, told at the field; nothing lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from cast import new_customer, new_email
from ebok.languages import LANGUAGES
from journeys.wizard import link_in, press, sit_down, start, type_code
from visitor import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]

DETAILS = {"customer_code": "trzydzieści", "email": "nie-adres", "captcha_answer": ""}
CONFIRMATION = {
    "code": "",
    "buyer": "",
    "nip": "867-123-45-67",
    "number": "",
    "amount": "dużo",
    "privacy": None,
    "terms": None,
    "phone": "12",
}


def type_all(page: Page, typed: dict) -> None:
    """Type this into each field; None leaves a box as it is."""
    for name, text in typed.items():
        if text is not None:
            page.locator(f"#{name}").fill(text)


def require_faults(page: Page, typed: dict) -> None:
    """Every field of `typed` is refused, in the way that every form of ours refuses."""
    summary = page.locator("[data-faults]")
    expect(summary).to_be_focused()
    # Read once, with the focus: an alert that takes it is read twice.
    expect(summary).to_have_role("group")
    told = [summary, *summary.locator("xpath=ancestor::*").all(), *summary.locator("*").all()]
    assert not [one for one in told if one.get_attribute("role") in ("alert", "status")]
    head = summary.locator("h2").inner_text()
    assert head.startswith(f"{len(typed)} " if len(typed) > 1 else "Jedna rzecz"), head
    links = summary.locator("li a")
    expect(links).to_have_count(len(typed))
    assert page.title().startswith("Błąd: ")
    expect(summary).to_have_accessible_name(head)
    for place, (name, text) in enumerate(typed.items()):
        # The sentence is the link, and it is the one that stands at the field.
        sentence = links.nth(place).inner_text()
        assert sentence == page.locator(f"#{name}-fault").inner_text().strip()
        assert sentence in described(summary)
        links.nth(place).click()
        require_fault(page, name, text)


def described(element: Locator) -> str:
    """What a reader is told of the element besides its name."""
    return element.evaluate(
        """one => one.getAttribute("aria-describedby").split(" ")
          .map((id) => document.getElementById(id).innerText).join(" ")"""
    )


def require_fault(page: Page, name: str, text: str | None) -> None:
    """The link has led to this field, which says what is wrong and keeps what was typed."""
    field = page.locator(f"#{name}")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert f"{name}-fault" in field.get_attribute("aria-describedby").split()
    fault = page.locator(f"#{name}-fault")
    expect(fault).to_be_visible()
    # The reader hears it with the field: the description holds the same words.
    expect(field).to_have_accessible_description(re.compile(re.escape(fault.inner_text().strip())))
    if text is not None:
        expect(field).to_have_value(text)


def test_every_field_of_twoje_dane(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    type_all(page, DETAILS)
    press(page, "Confirm")
    require_faults(page, DETAILS)


def test_every_field_of_potwierdzenie(office, open_page):
    page, email = open_page(office.base_url), new_email()
    start(page, office, new_customer().code, email)
    press(page, "Confirm")
    # Nothing is chosen yet: whether NIP is asked for is not known either.
    expect(page.locator("[data-faults] li a").first).to_have_attribute("href", "#kind")
    page.locator("[name=kind][value=company]").check()
    typed = {name: text for name, text in CONFIRMATION.items() if name != "code"}
    type_code(office, page, email)
    type_all(page, typed)
    press(page, "Confirm")
    require_faults(page, typed)
    # Mended, one after another: what is right is no longer marked.
    page.locator("#phone").fill("600 000 123")
    page.locator("#privacy").check()
    press(page, "Confirm")
    expect(page.locator("[data-faults] li a")).to_have_count(5)
    expect(page.locator("#phone")).not_to_have_attribute("aria-invalid", "true")


def runs(text: str, length: int = 5) -> set[tuple[str, ...]]:
    """All that many words in a row, without their punctuation."""
    words = [word.strip(".,;:„”").lower() for word in text.split()]
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_fault_says_again_what_the_hint_says(lang, office, open_page):
    customer, email = new_customer(kind="company", nip="8671234568"), new_email()
    page = open_page(f"{office.base_url}/?lang={lang}")
    start(page, office, customer.code, email)
    type_code(office, page, email)
    page.locator("[name=kind][value=company]").check()
    type_all(page, {"nip": "12", "amount": "dużo", "phone": "12"})
    press(page, "Confirm")
    expect(page.locator("[data-faults]")).to_be_focused()
    fields = page.locator("[data-field]:visible").filter(has=page.locator(".field__fault:visible"))
    told = {
        field.get_attribute("data-field"): [
            " ".join(field.locator(f"{one}:visible").all_inner_texts())
            for one in (".field__ask .field__hint", ".field__fault")
        ]
        for field in fields.all()
    }
    assert {"buyer", "nip", "number", "amount", "phone"} <= told.keys()
    again = {name: runs(hint) & runs(fault) for name, (hint, fault) in told.items()}
    assert {name for name, same in again.items() if same} == set()


def test_code_that_was_not_typed(office, open_page):
    page, email = open_page(office.base_url), new_email()
    customer = new_customer()
    start(page, office, customer.code, email)
    page.locator("[name=kind][value=person]").check()
    type_all(page, {"buyer": customer.name, "number": customer.number, "amount": customer.amount})
    page.locator("#privacy").check()
    page.locator("#terms").check()
    page.locator("#no_phone").check()
    press(page, "Confirm")
    require_faults(page, {"code": ""})


def test_wrong_code_is_told_at_once_at_its_field(office, open_page):
    page, email = open_page(office.base_url), new_email()
    start(page, office, new_customer().code, email)
    right = office.mail_to(email).code
    page.locator("#code").press_sequentially(f"{(int(right) + 1) % 1_000_000:06}")
    expect(page.locator("#code-fault")).to_contain_text("Pozostało prób: 4.")
    # The focus stays in the field, so that a screen reader would not come across the sentence.
    expect(page.locator("#code")).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text="Pozostało prób: 4.")).to_be_visible()
    expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")
    page.locator("#code").fill("")
    page.locator("#code").press_sequentially(right)
    expect(page.locator("#code-fault")).to_be_hidden()


@pytest.mark.parametrize(
    ("address", "button", "typed"),
    [
        ("/logowanie", "Log in", {"customer_code": "", "password": ""}),
        ("/nie-pamietam-hasla", "Send the link", {"customer_code": "", "email": ""}),
    ],
)
def test_every_field_of_the_small_forms(address, button, typed, office, open_page):
    page = open_page(f"{office.base_url}{address}")
    press(page, button)
    require_faults(page, typed)


def test_every_field_of_zmiana_hasla(office, visitor, open_page):
    visitor.settle(new_customer())
    page = open_page(office.base_url)
    sit_down(page, visitor)
    page.goto(f"{office.base_url}/zmiana-hasla")
    for typed in ({"current_password": "Nie-to-haslo-1"}, {"new_password": "krótkie"}):
        type_all(page, {"current_password": PASSWORD, "new_password": "Zupełnie-nowe-1"} | typed)
        press(page, "Change password")
        require_faults(page, typed)


def test_new_password_by_link(office, visitor, open_page):
    customer = new_customer()
    email = visitor.settle(customer)
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    link = link_in(office.mail_to(email, containing="nowe-haslo"), "/nowe-haslo")
    page = open_page(link)
    type_all(page, {"new_password": "krótko"})
    press(page, "Set password")
    require_faults(page, {"new_password": "krótko"})
    # All that is wrong with it is said, not the last of it only.
    expect(page.locator("#new_password-fault")).to_contain_text("8 znaków")
    expect(page.locator("#new_password-fault")).to_contain_text("trzech z czterech grup")
