"""Who follows the link that mail programs use for one click: a person, in a browser."""

import pytest
from playwright.sync_api import expect

from ebok.accounts.models import Account
from journeys.wizard import press
from notifications.test_unsubscribing import address_in, remind

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]


@pytest.mark.shows("P50")
def test_person_presses_the_button_and_is_told_that_these_reminders_are_off(office, open_page):
    anna, mail = remind(office)
    page = open_page(address_in(mail))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert Account.get_by_id(anna.id).remind_due
    press(page, "Switch these reminders off")
    expect(page.get_by_role("heading", level=1)).to_have_text("Te przypomnienia są wyłączone")
    fresh = Account.get_by_id(anna.id)
    assert (fresh.remind_due, fresh.remind_overdue) == (False, True)
