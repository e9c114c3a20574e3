"""Who cannot fill in the form is helped, and the longest name has room on every page."""

import pytest
from playwright.sync_api import expect

from cast import new_customer, new_email
from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.scenes_papers import bill, customer_inside
from journeys.wizard import field, log_in, open_confirmation, press, say, start
from visitor import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
# 512 characters, the first of its words as long as a phone is wide, and one more.
LONG = f"Rzymskokatolicka-Parafia-Świętych-Apostołów-Piotra-i-Pawła {'Wodociągowej Doliny ' * 30}"
LONG = LONG[:511].strip() + "."


@pytest.mark.parametrize(("lang", "theme"), [("uk", "dark"), ("pl", "light")])
def test_second_wrong_form_offers_the_office_and_it_takes_what_nobody_can_read(
    office, open_page, lang, theme
):
    page = open_page(f"{office.base_url}/?lang={lang}", theme=theme)
    community = new_customer("Wspólnota Mieszkaniowa przy ul. Lipowej 5", "company", "nie mamy")
    open_confirmation(office, page, community, amount="sto złotych")
    ask = page.locator("[data-faults]").get_by_role(
        "button", name=say(page)("Ask the office to check")
    )
    for is_offered in (False, True):
        with page.expect_response("**/api/registration/confirmation"):
            press(page, "Confirm")
        expect(page.locator("[data-faults]")).to_be_focused()
        expect(page.locator("[data-faults] li")).to_have_count(2)
        expect(ask).to_be_visible(visible=is_offered)
    faults = look_at(page, f"two wrong forms {lang}", theme, PHONE)
    ask.click()
    heading = page.get_by_role("heading", name=say(page)("The office is checking"))
    expect(heading).to_be_visible()
    assert faults + look_at(page, f"asked {lang}", theme, PHONE) == []


def test_community_without_a_nip_registers(office, open_page):
    page = open_page(office.base_url)
    open_confirmation(office, page, new_customer("Wspólnota Lipowa 5", "company"))
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")


@pytest.mark.parametrize("lang", ["pl", "uk"])
def test_email_as_login_is_answered_at_the_field_with_what_a_login_looks_like(
    office, open_page, lang
):
    page = open_page(f"{office.base_url}/?lang={lang}", theme="dark")
    log_in(page, office, "helena@poczta.example", PASSWORD)
    expect(page.locator("#customer_code-fault")).to_contain_text("39\u201129001")
    expect(page.locator("#customer_code")).to_have_value("helena@poczta.example")
    assert look_at(page, f"an e-mail as login {lang}", "dark", PHONE) == []


def test_pasted_code_loses_what_came_along(office, open_page):
    email = new_email()
    page = open_page(office.base_url)
    start(page, office, new_customer().code, email)
    code = office.mail_to(email).code
    wide = code[3:].translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    field(page, "One-time code").fill(f"\u00a0{code[:3]}\u200b \u00ad{wide}\u00a0\ufeff")
    expect(page.get_by_text(say(page)("The code is right"))).to_be_visible()


def test_longest_name_has_room_on_every_page(office, open_page):
    page = open_page(office.base_url)
    customer = customer_inside(page, office, LONG, kind="company")
    invoice = bill(customer, 1, 9)
    places = ("/start", f"/faktury/{invoice.public_id}", "/platnosci", "/moje-dane")
    faults = []
    for place in places:
        page.goto(f"{office.base_url}{place}")
        page.wait_for_load_state("networkidle")
        for screen in (PHONE, DESKTOP):
            faults += look_at(page, f"{place} pl", "dark", screen)
    assert faults == []
