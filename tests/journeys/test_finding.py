"""The search box of the office in a real browser: by keyboard, at once, in three languages."""

import os

import pytest
from playwright.sync_api import Page, expect

from cast import new_code, new_customer, new_surname
from colleague import new_member
from ebok.customers.models import Customer
from ebok.languages import LANGUAGES
from ebok.lookup import operations_searches as searches
from ebok.lookup.models import Search
from ebok.staff.models import StaffMember
from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.staff_login import log_in

pytestmark = pytest.mark.journey
IS_CI = bool(os.environ.get("BOTH"))


def at_the_office(office, open_page, screen=DESKTOP) -> tuple[Page, StaffMember]:
    """A clerk who has just logged in."""
    member = new_member()
    page = open_page(f"{office.base_url}/biuro/logowanie", screen, "en-GB")
    log_in(page, member)
    return page, member


def box_of(page: Page):
    return page.get_by_role("combobox")


def test_box_finds_at_once_and_arrows_choose(office, open_page):
    name = new_surname()
    codes = [new_customer(f"{first} {name}", months=0).code for first in ("Anna", "Zofia")]
    page, member = at_the_office(office, open_page)
    page.keyboard.press("Control+k")
    expect(box_of(page)).to_be_focused()
    # At once: a pause while somebody types is a search of its own.
    page.keyboard.insert_text(f"{name[:-1]} anna".lower())
    rows = page.get_by_role("option")
    expect(rows.filter(has_text=codes[0])).to_have_count(1)
    expect(page.locator("#q-count")).to_have_text("1 result")
    expect(box_of(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(rows).to_have_count(0)
    box_of(page).fill(name)
    expect(rows).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box_of(page)).to_be_focused()
    expect(box_of(page)).to_have_attribute(
        "aria-activedescendant", rows.nth(1).get_attribute("id") or ""
    )
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/biuro/klient/{codes[1]}")
    assert Search.select().where(Search.member == member).count() == 2


def test_enter_opens_a_page_that_survives_going_away(office, open_page):
    name = new_surname()
    code = new_customer(f"Anna {name}", months=0).code
    page, _member = at_the_office(office, open_page)
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(name)
    expect(heading).to_be_focused()
    expect(page.locator("#main")).to_contain_text(code)
    assert name not in page.url
    page.get_by_role("link", name="Your account").last.click()
    expect(heading).to_have_text("Your account")
    page.go_back()
    expect(heading).to_have_text(name)
    expect(page.locator("#main")).to_contain_text(code)


def test_identifier_is_one_enter_away(office, open_page):
    customer = new_customer()
    page, _member = at_the_office(office, open_page)
    page.keyboard.press("/")
    page.keyboard.type(customer.number)
    expect(page.get_by_text("This is an invoice number")).to_be_visible()
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/biuro/klient/{customer.code}")


def test_empty_box_has_recents_and_places_and_keys_lead_on(office, open_page):
    page, member = at_the_office(office, open_page)
    code = new_customer(f"Anna {new_surname()}", months=0).code
    searches.note_opened(member, code)
    page.keyboard.press("/")
    expect(page.get_by_role("option").filter(has_text=code)).to_be_visible()
    place = page.get_by_role("option").filter(has_text="Your account")
    expect(place).to_have_count(1)
    page.keyboard.type("your acc")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Your account")
    page.keyboard.press("?")
    expect(heading).to_have_text("Keyboard")


def test_acts_of_the_customer_one_looks_at_are_found_by_their_names(office, open_page):
    page, _member = at_the_office(office, open_page)
    customer = new_customer(f"Anna {new_surname()}")
    page.goto(f"{office.base_url}/biuro/klient/{customer.code}")
    page.keyboard.press("Control+k")
    page.keyboard.type("note")
    act = page.get_by_role("option").filter(has_text="note")
    expect(act.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/biuro/klient/{customer.code}/notatka")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{office.base_url}/biuro/klient/{customer.code}")
    page.keyboard.press("c")
    expect(page.locator("#q-count")).to_contain_text(customer.code)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{customer.code}, {customer.name}, {page.url}"


def test_keys_of_one_letter_can_be_switched_off_and_ctrl_k_works_always(office, open_page):
    page, member = at_the_office(office, open_page)
    member.change(single_keys=False)
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(box_of(page)).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(box_of(page)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good day")


def test_old_token_is_replaced_without_a_word(office, open_page):
    name = new_surname()
    code = new_customer(f"Anna {name}", months=0).code
    page, _member = at_the_office(office, open_page)
    page.evaluate("document.querySelector('[data-seek] [name=csrf_token]').value = 'old'")
    page.keyboard.press("/")
    page.keyboard.type(name)
    expect(page.get_by_role("option").filter(has_text=code)).to_be_visible()


@pytest.mark.shows("T14.22")
def test_name_with_markup_is_shown_as_it_is_written(office, open_page):
    name = new_surname()
    evil = f"{name} <img src=x onerror=document.title='stolen'>"
    Customer.create(code=new_code(), name=evil, kind="person", street=evil)
    page, _member = at_the_office(office, open_page)
    page.keyboard.press("/")
    page.keyboard.type(name)
    expect(page.get_by_role("option").first).to_contain_text("onerror")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("#main")).to_contain_text("onerror")
    assert page.locator("#main img, #found img").count() == 0
    assert "stolen" not in page.title()


@pytest.mark.shows("P11")
@pytest.mark.parametrize("lang", LANGUAGES if IS_CI else ["pl"])
def test_finding_is_accessible(office, open_page, lang):
    """In every language, and with pictures, in CI; another run looks at one language."""
    name = new_surname()
    for first in ("Anna", "Krystyna", "Stanisław Kostka"):
        code = new_customer(f"{first} {name}", months=0).code
        Customer.update(street="ul. Lipowa 14/9", city="Przykładowo").where(
            Customer.code == code
        ).execute()
    page, member = at_the_office(office, open_page)
    searches.note_opened(member, code)
    page.goto(f"{office.base_url}/biuro/szukaj?lang={lang}")
    faults: list[list[str]] = []

    def look(scene: str) -> None:
        for theme, screen in (("light", DESKTOP), ("dark", PHONE)):
            page.set_viewport_size(screen)
            found = look_at(page, f"{scene} {lang}", theme, screen)
            faults.append([f for f in found if not (screen is DESKTOP and "too small" in f)])
            page.set_viewport_size(screen)
            if IS_CI:
                page.screenshot(path=f"build/office/{lang}-{scene}-{screen['width']}-{theme}.png")

    look("searching")
    box_of(page).fill(f"{name}x lipowa")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    look("box")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    look("found")
    box_of(page).fill(f"{name} nieistniejąca lipowa")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_be_visible()
    look("found-none")
    page.goto(f"{office.base_url}/biuro/klawiatura")
    look("keys")
    assert not [fault for found in faults for fault in found]
