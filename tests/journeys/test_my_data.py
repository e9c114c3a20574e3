"""*Moje dane*: rows whose act opens a small form below them, and takes people back to it."""

import pytest
from playwright.sync_api import Page, expect

from cast import Customer, new_account, new_customer, new_email
from ebok.accounts.models import Account
from journeys.conftest import DESKTOP
from journeys.scenes_my_data import done, row, unfold
from journeys.wizard import log_in, press, say
from office import Office
from visitor import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
# Rows with a form, and the field that one types into first.
FORMS = {
    "email": "#email",
    "phone": "#phone",
    "attachment": "[name=attach_pdf]:checked",
    "all-data": "#archive-password",
    "closing": "#closing-password",
}
LISTS = ("devices", "logins", "sent", "looks", "consents")
# What is not built yet has no row.
NOT_YET = ("odczyt", "zgłosze", "dostęp", "składnik")
EDGES = """() => [...document.querySelectorAll(".group, .set__act > *")]
  .map((one) => Math.round(one.getBoundingClientRect().right))"""


@pytest.fixture
def anna(office: Office, open_page) -> tuple[Page, Customer, Account]:
    """Anna, on *Moje dane*."""
    customer = new_customer("Anna Kowalska")
    account = new_account(customer, PASSWORD, phone="+48600000123")
    page = open_page(office.base_url)
    log_in(page, office, customer.code, PASSWORD)
    page.wait_for_url("**/start")
    page.goto(f"{office.base_url}/moje-dane")
    page.locator("main[data-settled]").wait_for()
    return page, customer, account


@pytest.mark.parametrize("way", ["Escape", "Cancel"])
@pytest.mark.parametrize("name", FORMS)
def test_form_of_a_row_takes_the_focus_and_gives_it_back(name, way, anna):
    page, *_ = anna
    sheet = unfold(page, name)
    expect(sheet.locator(FORMS[name])).to_be_focused()
    act = row(page, name).locator(".set__act button")
    expect(act).to_have_attribute("aria-expanded", "true")
    sheet.locator("[data-submit]").click() if name != "attachment" else None
    if name != "attachment":
        expect(sheet.locator("[data-faults]")).to_be_focused()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        sheet.get_by_role("button", name=say(page)("Cancel")).click()
    expect(sheet).to_be_hidden()
    expect(act).to_be_focused()
    expect(act).to_have_attribute("aria-expanded", "false")
    # Nothing is left of it: neither what was typed nor what was refused.
    assert not page.title().startswith("Błąd")
    unfold(page, name)
    expect(sheet.locator("[data-faults]")).to_be_hidden()


def test_what_was_typed_is_given_up_with_the_form(anna):
    page, *_ = anna
    sheet = unfold(page, "phone")
    sheet.locator("#no_phone").check()
    expect(sheet.locator("#phone")).to_be_disabled()
    sheet.locator("#phone-password").fill(PASSWORD)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    unfold(page, "phone")
    expect(sheet.locator("#phone")).to_be_enabled()
    expect(sheet.locator("#phone")).to_be_focused()
    expect(sheet.locator("#phone-password")).to_have_value("")


@pytest.mark.parametrize("name", LISTS)
def test_list_of_a_row_takes_the_focus_and_gives_it_back(name, anna):
    page, *_ = anna
    sheet = unfold(page, name)
    expect(sheet).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(row(page, name).locator(".set__act button")).to_be_focused()


def test_what_was_changed_is_told_in_its_row(anna):
    page, _customer, account = anna
    sheet = unfold(page, "phone")
    sheet.locator("#phone").fill("601 222 333")
    sheet.locator("#phone-password").fill(PASSWORD)
    sheet.locator("[data-submit]").click()
    done(page, "phone")
    expect(row(page, "phone").locator(".set__value")).to_contain_text("+48 601 222 333")
    sheet = unfold(page, "attachment")
    sheet.locator("[value=no]").check()
    press(page, "Save")
    done(page, "attachment")
    expect(row(page, "attachment").locator(".set__value")).to_contain_text("z linkiem")
    assert Account.get_by_id(account.id).attach_pdf is False


def test_wrong_code_of_a_new_address_is_an_alert(office, anna):
    page, *_ = anna
    sheet, email = unfold(page, "email"), new_email()
    sheet.locator("#email").fill(email)
    sheet.locator("#email-password").fill(PASSWORD)
    press(page, "Send the code")
    code = office.mail_to(email).code
    page.locator("#code").press_sequentially(f"{(int(code) + 1) % 1_000_000:06}")
    expect(page.get_by_role("alert").filter(has_text="Pozostało prób: 4.")).to_be_visible()
    expect(page.locator("#code")).to_be_focused()


@pytest.mark.shows("P60")
def test_e_invoice_and_reminders_are_one_press_each(anna):
    page, _customer, account = anna
    yes, no = (page.get_by_role("button", name=name, exact=True) for name in ("TAK", "NIE"))
    for pressed, other in ((yes, no), (no, yes)):
        pressed.click()
        expect(pressed).to_have_attribute("aria-pressed", "true")
        expect(other).to_have_attribute("aria-pressed", "false")
    due = page.locator("[data-reminder=due]")
    for name, is_on in (("Wyłącz", True), ("Włącz", False)):
        with page.expect_response("**/api/my-data/choices"):
            due.click()
        expect(due).to_contain_text(name)
        assert Account.get_by_id(account.id).remind_due is is_on


def test_reminder_that_is_refused_stays_as_it_was(anna):
    page, *_ = anna
    page.route("**/api/my-data/choices", lambda route: route.abort())
    due = page.locator("[data-reminder=due]")
    due.click()
    told = due.locator("xpath=ancestor::div[1]").get_by_role("status")
    expect(told).to_have_text(say(page)("There is no connection. What you entered stays here."))
    expect(due).to_contain_text("Włącz")


def test_rows_reach_the_right_edge_and_tell_of_nothing_that_is_not_there(anna):
    page, *_ = anna
    page.set_viewport_size(DESKTOP)
    edges = page.evaluate(EDGES)
    assert len(edges) > len(FORMS) + len(LISTS)
    assert max(edges) - min(edges) <= 1
    labels = [label.lower() for label in page.locator(".set__label").all_inner_texts()]
    assert not [label for label in labels if any(word in label for word in NOT_YET)]
