"""The page that freezes an account says what its link was sent about."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("address", "told", "untold"),
    [
        ("blokada-konta?zmiana=adres#abc", "został zmieniony", "zakładasz konto"),
        ("blokada-konta#abc", "zakładasz konto", "został zmieniony"),
    ],
)
def test_freeze_page_says_what_happened(open_page, office, address, told, untold):
    page = open_page(f"{office.base_url}/{address}")
    lead = page.locator("p.lead:visible")
    expect(lead).to_have_count(1)
    expect(lead).to_contain_text(told)
    expect(lead).not_to_contain_text(untold)
