"""A wide screen is used."""

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESKTOP
from journeys.scenes_home import owes
from journeys.scenes_papers import customer_inside
from office import Office

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]


def test_wide_header_says_who_is_logged_in(office: Office, open_page):
    page = open_page(office.base_url, DESKTOP)
    customer = customer_inside(page, office, "Anna Kowalska")
    owes(customer)
    for path in ("/start", "/faktury", "/pomoc", "/wiecej"):
        page.goto(office.base_url + path)
        expect(page.locator(".letterhead__whose")).to_have_text(f"Anna Kowalska, {customer.code}")
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator(".letterhead__whose")).to_be_hidden()
