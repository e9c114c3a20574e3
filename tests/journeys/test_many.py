"""*Pobierz wiele*: several invoices as one ZIP, with its progress, and a fault told in the page."""

import json
import zipfile

import pytest
from playwright.sync_api import Page, Route, expect

from cast import add_invoice
from journeys.axe import look_at
from journeys.conftest import PHONE
from journeys.scenes_payments import newcomer
from journeys.wizard import press, say
from office import Office

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
ZIP = "**/api/invoices/documents.zip*"


@pytest.fixture
def helena(office: Office, open_page) -> Page:
    """Helena at *Faktury*, with three invoices, one of them paid."""
    page = open_page()
    code = newcomer(page, office)
    for number, left in enumerate((0, 10_001, 10_002)):
        add_invoice(code, "Helena", number, 10_000 + number, outstanding_grosze=left)
    page.goto(f"{office.base_url}/faktury")
    expect(page.locator("[data-pick]:visible")).to_have_count(3)
    return page


def names(page: Page, press_it) -> list[str]:
    """The names in the ZIP that is saved after this press."""
    with page.expect_download() as saved:
        press_it()
    assert saved.value.suggested_filename == "faktury.zip"
    with zipfile.ZipFile(saved.value.path()) as archive:
        return archive.namelist()


def told(page: Page, sentence: str):
    """The status that says this."""
    return page.locator(".saving [role=status]", has_text=say(page)(sentence))


def test_chosen_invoices_come_as_one_file_paid_ones_too(helena):
    for box in helena.locator("[data-pick]").all()[:2]:
        box.check()
    assert len(names(helena, lambda: press(helena, "Download together"))) == 2
    expect(helena.locator(".saving [role=status]")).to_have_text("Zapisano: faktury.zip")
    assert look_at(helena, "pobrane razem pl", "dark", PHONE) == []


def test_whole_list_is_as_it_is_filtered(helena, office):
    helena.goto(f"{office.base_url}/faktury?state=paid")
    expect(helena.locator(".table__paper")).to_have_count(1)
    # One invoice is saved on its own page.
    expect(helena.get_by_role("button", name="Pobierz całą tę listę")).to_be_hidden()
    helena.goto(f"{office.base_url}/faktury")
    label = "Download this whole list as one ZIP file"
    assert len(names(helena, lambda: press(helena, label))) == 3


def test_file_that_is_still_made_is_waited_for(helena):
    asked = []

    def busy_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.continue_()
        expect(told(helena, "Preparing the file. This can take a minute or two.")).to_be_visible()
        busy = {"code": "busy", "detail": "Chwila.", "retry_after_seconds": 1}
        return route.fulfill(status=503, body=json.dumps(busy))

    helena.route(ZIP, busy_once)
    helena.locator("[data-pick]").first.check()
    assert len(names(helena, lambda: press(helena, "Download together"))) == 1
    assert len(asked) == 2


@pytest.mark.parametrize("is_offline", [True, False])
def test_refusal_is_told_in_the_page(helena, is_offline):
    helena.locator("[data-pick]").first.check()
    refusal = json.dumps({"code": "too-many-documents", "detail": "Najwyżej 1000 faktur."})
    helena.route(ZIP, lambda r: r.abort() if is_offline else r.fulfill(status=422, body=refusal))
    press(helena, "Download together")
    fault = helena.locator(".saving [role=alert]")
    expect(fault).to_contain_text("Nie ma połączenia" if is_offline else "Najwyżej 1000 faktur.")
    assert look_at(helena, "odmowa pobrania pl", "light", PHONE) == []
