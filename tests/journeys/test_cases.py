"""The customer's page in a real browser: acts come into their column, three languages, no mouse."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cast import Customer, new_account, new_customer
from colleague import STAFF_PASSWORD, code_of, new_member
from ebok.cases.models import Done
from ebok.consents.models import Consent
from ebok.database import now
from ebok.languages import LANGUAGES
from ebok.mail.models import Mail
from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.staff_login import log_in
from patience import until
from visitor import PASSWORD, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
IS_CI = bool(os.environ.get("BOTH"))


def leave_time(customer: Customer) -> None:
    """A busy machine needs longer than a person has to take an act back."""
    done = until(lambda: Done.get_or_none(Done.customer_code == customer.code))
    later = now() + timedelta(minutes=10)
    Mail.update(due_at=later).where(Mail.id == done.mail_id).execute()
    Done.update(until_at=later).where(Done.id == done.id).execute()


def test_form_of_an_act_comes_into_its_column_and_takes_the_focus(office, open_page):
    customer = new_customer()
    account = new_account(customer, PASSWORD)
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    log_in(page, new_member())
    page.goto(f"{office.base_url}/biuro/klient/{customer.code}")
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Freeze the account").click()
    expect(page.get_by_role("heading", level=2, name="Freeze the account")).to_be_focused()
    assert page.url.endswith(f"/{customer.code}/blokada")
    page.get_by_role("button", name="Freeze the account").click()
    expect(page.locator("[data-refused]")).to_be_focused()
    page.get_by_label("somebody else uses it").check()
    page.get_by_role("button", name="Freeze the account").click()
    expect(page.locator(".says")).to_contain_text("frozen")
    expect(page.locator(".who__state")).to_contain_text("account frozen")
    assert page.url.endswith(f"/klient/{customer.code}")
    assert page.evaluate("window.same")
    account.change(frozen_at=None)
    page.reload()
    page.get_by_role("link", name="Send a link to set a password").click()
    page.get_by_role("button", name="Send the link").click()
    leave_time(customer)
    page.reload()
    expect(page.locator(".undo")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".says")).to_contain_text("Taken back")
    expect(page.locator(".undo")).to_have_count(0)


def test_single_keys_open_acts_outside_of_fields_and_only_if_they_are_on(office, open_page):
    customer, member = new_customer(), new_member()
    new_account(customer, PASSWORD)
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    log_in(page, member)
    page.goto(f"{office.base_url}/biuro/klient/{customer.code}")
    page.keyboard.press("n")
    note = page.get_by_label("Note", exact=True)
    expect(page.get_by_role("heading", level=2, name="Write a note")).to_be_focused()
    note.fill("nu")
    note.press("n")
    note.press("Escape")
    expect(note).to_have_value("nun")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Write a note")).to_be_visible()
    member.change(single_keys=False)
    page.reload()
    expect(page.locator("#acts kbd")).to_have_count(0)
    page.keyboard.press("n")
    page.get_by_role("link", name="Write a note").click()
    expect(note).to_have_value("")


@pytest.mark.shows("P11")
@pytest.mark.parametrize("lang", LANGUAGES if IS_CI else ["uk"])
def test_page_of_a_customer_is_accessible(office, open_page, lang):
    """In every language, and with pictures, in CI; another run looks at one language."""
    member = new_member(name=f"Joanna Karta {lang}")
    helena, tomasz = new_customer("Helena Nowak"), new_customer("Tomasz Bąk", months=3)
    with Visitor(office) as visitor:
        visitor.start(helena.code)
        visitor.settle(tomasz)
    page = open_page(f"{office.base_url}/biuro/logowanie?lang={lang}", PHONE)
    page.locator("#email").fill(member.email)
    page.locator("#password").fill(STAFF_PASSWORD)
    page.locator("form:has(#password) button[type=submit]").click()
    page.locator("#code").fill(code_of(member))
    page.keyboard.press("Enter")
    expect(page.locator("nav.tabs")).to_be_visible()
    faults = []
    for scene, path in (
        ("stuck", helena.code),
        ("account", tomasz.code),
        ("note", f"{tomasz.code}/notatka"),
        ("close", f"{tomasz.code}/zamkniecie"),
    ):
        page.goto(f"{office.base_url}/biuro/klient/{path}")
        expect(page.locator("html[data-whole=yes]")).to_have_count(1)
        for theme, screen in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP)):
            found = look_at(page, f"{scene} {lang}", theme, screen)
            faults += [f for f in found if not (screen is DESKTOP and "too small" in f)]
            if IS_CI:
                page.set_viewport_size(screen)
                shot = f"build/office/{lang}-case-{scene}-{screen['width']}-{theme}.png"
                page.screenshot(full_page=True, path=shot)
    assert not faults, "\n".join(faults)


def test_clerk_sees_what_the_customer_sees_and_changes_nothing(office, open_page):
    customer = new_customer("Anna Ekranowa", months=3)
    account = new_account(customer, PASSWORD)
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    log_in(page, new_member())
    page.goto(f"{office.base_url}/biuro/klient/{customer.code}")
    page.get_by_role("link", name="See what the customer sees").click()
    page.get_by_role("button", name="See the screens").click()
    banner = page.locator(".visit")
    expect(banner).to_contain_text(customer.code)
    expect(page.locator("html[data-whole=yes]")).to_have_count(1)
    page.locator("nav.places").get_by_role("link", name="Invoices").click()
    expect(page.get_by_role("heading", level=1, name="Invoices")).to_be_visible()
    page.locator(".table__name").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(customer.number)
    expect(banner).to_contain_text(customer.code)
    page.locator("nav.places").get_by_role("link", name="My data").click()
    expect(page.locator("main[data-settled=yes]")).to_be_visible()
    # What is the customer's alone says so, and a press changes nothing.
    page.get_by_role("button", name="Logged-in devices").click()
    expect(page.get_by_text("shown to the customer alone").first).to_be_visible()
    page.get_by_role("button", name="YES", exact=True).click()
    refused = page.locator("[aria-labelledby=e-invoice] + .field__fault")
    expect(refused).to_contain_text("nothing can be changed here")
    assert not Consent.select().where(Consent.account == account).exists()
    banner.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1, name="Anna Ekranowa")).to_be_visible()


@pytest.mark.shows("P11")
@pytest.mark.parametrize("lang", LANGUAGES if IS_CI else ["pl"])
def test_screens_of_a_customer_are_accessible_with_their_banner(office, open_page, lang):
    customer = new_customer("Tomasz Ekranowy", months=3)
    new_account(customer, PASSWORD)
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    log_in(page, new_member())
    page.goto(f"{office.base_url}/biuro/klient/{customer.code}/ekran")
    page.get_by_role("button", name="See the screens").click()
    expect(page.locator(".visit")).to_contain_text(customer.code)
    start = page.url
    faults = []
    for name in ("start", "moje-dane"):
        page.goto(f"{start.removesuffix('start')}{name}?lang={lang}")
        expect(page.locator("html[data-whole=yes]")).to_have_count(1)
        expect(page.locator("main[data-settled=yes]")).to_be_visible()
        for theme, screen in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP)):
            found = look_at(page, f"visit {name} {lang}", theme, screen)
            faults += [f for f in found if not (screen is DESKTOP and "too small" in f)]
            page.set_viewport_size(screen)
            shot = f"build/office/{lang}-visit-{name}-{screen['width']}-{theme}.png"
            page.screenshot(full_page=True, path=shot)
    assert not faults, "\n".join(faults)
