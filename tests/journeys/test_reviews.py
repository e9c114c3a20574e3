"""Requests for a check in a real browser: the keyboard, the columns, three languages."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cast import new_customer
from colleague import STAFF_PASSWORD, code_of, new_member
from ebok.database import now
from ebok.languages import LANGUAGES
from ebok.mail.models import Mail
from ebok.registration.models import Review
from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.staff_login import log_in
from patience import until
from reviews.test_queue import asked, in_billing

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
IS_CI = bool(os.environ.get("BOTH"))
READY = "html[data-whole=yes]"


def test_request_is_decided_by_the_keyboard_alone(office, open_page):
    customer = in_billing(new_customer("Celina Wrona"), phone="600 555 412")
    review = asked(office, customer, amount="1,00")
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    log_in(page, new_member())
    page.goto(f"{office.base_url}/biuro/rejestracje?po={review.id - 1}")
    expect(page.locator(READY)).to_have_count(1)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Celina Wrona").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Celina Wrona")).to_be_visible()
    expect(page.locator("tr.differs")).to_have_count(1)
    page.get_by_role("link", name="Refuse…").press("Enter")
    expect(page.get_by_role("heading", level=2, name="Refuse")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=2, name="First reach the customer")).to_be_visible()
    page.get_by_label("I spoke with them").check()
    page.get_by_label("What was said").fill("Kwota.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".says")).to_contain_text("Approved.")
    assert Review.get_by_id(review.id).decision == "approved"


def leave_time(review: Review) -> None:
    """A busy machine needs longer than a person has to take a refusal back."""
    until(lambda: Review.get_by_id(review.id).decision == "refused")
    later = now() + timedelta(minutes=10)
    is_mail = (Mail.letter == "review_refused") & (Mail.subject_id == review.id)
    Mail.update(due_at=later).where(is_mail).execute()
    Review.update(decided_at=later).where(Review.id == review.id).execute()


def test_refusal_is_taken_back_on_the_list(office, open_page):
    review = asked(office, new_customer())
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    log_in(page, new_member())
    page.goto(f"{office.base_url}/biuro/rejestracje/{review.id}/odmowa")
    expect(page.locator(READY)).to_have_count(1)
    page.get_by_label("could not be reached").check()
    page.get_by_role("button", name="Refuse and send").click()
    leave_time(review)
    page.goto(f"{office.base_url}/biuro/rejestracje")
    expect(page.locator(".undo")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".says")).to_contain_text("Taken back")
    assert Review.get_by_id(review.id).decision == ""


@pytest.mark.shows("P11")
@pytest.mark.parametrize("lang", LANGUAGES if IS_CI else ["pl"])
def test_requests_are_accessible(office, open_page, lang):
    """In every language in CI; another run looks at one."""
    member = new_member(name=f"Joanna Kolejka {lang}")
    known = in_billing(new_customer("Celina Wrona"), phone="600 555 412", street="Polna 18")
    first = asked(office, known, amount="1,00", buyer="Selina Wrona")
    asked(office, new_customer("Roman Sikora"))
    page = open_page(f"{office.base_url}/biuro/logowanie?lang={lang}", PHONE)
    page.locator("#email").fill(member.email)
    page.locator("#password").fill(STAFF_PASSWORD)
    page.locator("form:has(#password) button[type=submit]").click()
    page.locator("#code").fill(code_of(member))
    page.keyboard.press("Enter")
    expect(page.locator("nav.tabs")).to_be_visible()
    faults = []
    for scene, path in (
        ("queue", ""),
        ("refused", "?widok=odmowy"),
        ("one", f"/{first.id}"),
        ("refusal", f"/{first.id}/odmowa"),
    ):
        page.goto(f"{office.base_url}/biuro/rejestracje{path}")
        expect(page.locator(READY)).to_have_count(1)
        assert len(page.content()) < 60_000
        for theme, screen in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP)):
            found = look_at(page, f"{scene} {lang}", theme, screen)
            faults += [f for f in found if not (screen is DESKTOP and "too small" in f)]
            page.set_viewport_size(screen)
            shot = f"build/office/{lang}-reviews-{scene}-{screen['width']}-{theme}.png"
            page.screenshot(full_page=True, path=shot)
    assert not faults, "\n".join(faults)
