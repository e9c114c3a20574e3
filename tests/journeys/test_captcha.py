"""The picture code in the browser: another picture, the sound, and what a mistake costs."""

import re

import pytest
from playwright.sync_api import expect

from cast import new_customer, new_email
from journeys.axe import look_at
from journeys.conftest import PHONE
from journeys.wizard import another_picture, captcha_id, fill_details, press, say

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]

# Notices what the page plays, and whether it really runs.
LISTEN = """
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { window.player = this; return play.call(this); };
"""


def test_new_picture_and_the_same_code_as_sound(office, open_page):
    page = open_page(office.base_url)
    page.add_init_script(LISTEN)
    page.goto(f"{office.base_url}/rejestracja")
    page.locator("#customer_code").fill("39-1")
    page.locator("#captcha_answer").fill("12")
    first = captcha_id(page)
    with another_picture(page):
        press(page, "New picture")
    assert captcha_id(page) != first
    expect(page.locator("#captcha_answer")).to_have_value("")
    expect(page.locator("#customer_code")).to_have_value("39-1")
    expect(
        page.get_by_role("status").filter(has_text=say(page)("There is a new picture."))
    ).to_be_attached()
    with page.expect_response(f"**/api/captcha/{captcha_id(page)}/sound") as sound:
        press(page, "Listen to the code")
    assert sound.value.headers["content-type"] == "audio/wav"
    page.wait_for_function("() => window.player.currentTime > 0 && !window.player.error")
    expect(page.locator("#captcha_answer")).to_be_focused()


def test_sound_is_played_again_and_a_new_picture_has_a_new_one(office, open_page):
    page = open_page(office.base_url)
    page.add_init_script(LISTEN)
    page.goto(f"{office.base_url}/rejestracja")
    expect(page.locator("[name=captcha_id]")).not_to_have_value("")
    listen = page.get_by_role("button", name=say(page)("Listen to the code"))
    # Who presses twice stops the first sound, and must not be told that it cannot be played.
    listen.evaluate("button => { button.click(); button.click(); }")
    page.wait_for_function("() => window.player?.currentTime > 0")
    playing = page.get_by_role("status").filter(has_text=say(page)("Playing the code."))
    expect(playing).to_be_attached()
    expect(page.get_by_role("alert")).to_have_count(0)
    first = page.evaluate("window.player.currentSrc")
    press(page, "Listen to the code")
    page.wait_for_function("() => window.player.currentTime > 0")
    assert page.evaluate("window.player.currentSrc") == first
    with another_picture(page):
        press(page, "New picture")
    assert page.evaluate("window.player.paused")
    press(page, "Listen to the code")
    fresh = captcha_id(page)
    page.wait_for_function("(id) => window.player.currentSrc.includes(id)", arg=fresh)
    assert fresh not in first


def test_picture_that_does_not_come_is_not_called_a_new_one(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    expect(page.locator("[name=captcha_id]")).not_to_have_value("")
    page.route("**/api/captcha", lambda route: route.fulfill(status=503))
    press(page, "New picture")
    lost = "The picture did not load. Wait a moment and press “New picture”."
    expect(page.get_by_role("alert")).to_have_text(say(page)(lost))
    expect(page.locator(".captcha [role=status]")).to_have_text("")


def test_wrong_digits_cost_a_new_picture_and_nothing_else(office, open_page):
    customer, email = new_customer(), new_email()
    page = open_page(f"{office.base_url}/rejestracja")
    fill_details(page, customer.code, email)
    first = captcha_id(page)
    page.locator("#captcha_answer").fill("000000")
    with another_picture(page):
        press(page, "Confirm")
    expect(page.locator("[data-faults] a")).to_have_count(1)
    assert captcha_id(page) != first
    expect(page.locator("#captcha_answer")).to_have_value("")
    expect(page.locator("#customer_code")).to_have_value(customer.code)
    expect(page.locator("#email")).to_have_value(email)
    fill_details(page, customer.code, email)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")


def test_fault_elsewhere_keeps_the_picture_and_its_digits(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    fill_details(page, new_customer().code, "nie-adres")
    first = captcha_id(page)
    typed = page.locator("#captcha_answer").input_value()
    press(page, "Confirm")
    expect(page.locator("[data-faults] a")).to_have_count(1)
    assert captcha_id(page) == first
    expect(page.locator("#captcha_answer")).to_have_value(typed)


def test_typo_in_the_digits_keeps_the_picture_and_what_was_typed(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    fill_details(page, new_customer().code, new_email())
    first = captcha_id(page)
    typed = page.locator("#captcha_answer").input_value()
    page.locator("#captcha_answer").fill(typed[:5])
    press(page, "Confirm")
    expect(page.locator("[data-faults] a")).to_have_count(1)
    expect(page.locator("#captcha_answer")).to_have_value(typed[:5])
    assert captcha_id(page) == first
    # Nothing was tried: the same picture is answered now.
    page.locator("#captcha_answer").fill(typed)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")


def test_picture_and_digits_stay_through_reload_and_another_language(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    fill_details(page, new_customer().code, new_email())
    first = captcha_id(page)
    typed = page.locator("#captcha_answer").input_value()
    page.reload()
    expect(page.locator("#captcha_answer")).to_have_value(typed)
    assert captcha_id(page) == first
    page.goto(f"{office.base_url}/rejestracja?lang=uk")
    expect(page.locator("#captcha_answer")).to_have_value(typed)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")
    # It is used up: whoever comes back gets another.
    page.goto(f"{office.base_url}/rejestracja")
    expect(page.locator("img[src*='/picture']")).to_be_visible()
    assert captcha_id(page) != first
    expect(page.locator("#captcha_answer")).to_have_value("")


def test_picture_that_counts_no_longer_is_not_shown_again(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    page.clock.install()
    page.reload()
    expect(page.locator("img[src*='/picture']")).to_be_visible()
    first = captcha_id(page)
    page.clock.fast_forward("11:00")
    page.reload()
    expect(page.locator("[name=captcha_id]")).not_to_have_value(re.compile(f"^({first})?$"))


def test_who_cannot_copy_the_code_has_the_browser_work_and_goes_on(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    expect(page.locator("img[src*='/picture']")).to_be_visible()
    button = page.get_by_role("button", name=say(page)("I cannot copy the code"))
    # The office's phone stands beside it.
    expect(button.locator("xpath=..").locator("a[href^='tel:']")).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    done = page.get_by_role("status").filter(has_text=say(page)("Done: you do not need the code."))
    expect(done).to_be_focused()
    expect(page.locator("#captcha_answer")).to_be_hidden()
    assert look_at(page, "kod bez kodu pl", "dark", PHONE) == []
    # A fault elsewhere costs nothing; then it stands for the code.
    page.locator("#customer_code").fill("39-1")
    page.locator("#email").fill("nie-adres")
    press(page, "Confirm")
    expect(page.locator("[data-faults] a")).to_have_count(1)
    # Nor does a reload.
    page.reload()
    expect(page.locator(".captcha__work")).to_have_text(
        say(page)("Done: you do not need the code.")
    )
    expect(page.locator("#captcha_answer")).to_be_hidden()
    page.locator("#email").fill(new_email())
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")


def test_work_that_is_refused_leaves_the_picture_and_the_focus_on_why(office, open_page):
    page = open_page(f"{office.base_url}/rejestracja")
    expect(page.locator("img[src*='/picture']")).to_be_visible()
    page.route("**/api/captcha/work", lambda route: route.abort())
    press(page, "I cannot copy the code")
    why = page.locator(".captcha__work")
    expect(why).to_be_focused()
    expect(why).to_contain_text(say(page)("There is no connection. What you entered stays here."))
    expect(page.locator("#captcha_answer")).to_be_visible()
