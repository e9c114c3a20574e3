"""Who comes back from an invoice finds the same rows at the same height; else a page is new."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from cast import add_invoice
from journeys.conftest import DESKTOP, PHONE
from journeys.scenes_payments import arrive, long_history, newcomer
from journeys.wizard import press

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
ENTRIES = ".ledger__row"


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def ledger(request, office, open_page) -> Page:
    """*Saldo i płatności* with a long history, all of it loaded."""
    page = open_page(viewport=request.param)
    long_history(newcomer(page, office))
    arrive(page, office)
    press(page, "Show older ones")
    expect(page.locator(ENTRIES)).to_have_count(48)
    return page


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def invoices(request, office, open_page) -> Page:
    """The second page of the paid invoices of two years."""
    page = open_page(viewport=request.param)
    code = newcomer(page, office)
    for ago in range(45):
        add_invoice(code, "Helena", ago, 9_000 + ago, outstanding_grosze=0)
    page.goto(f"{office.base_url}/faktury?state=paid&number=FV")
    page.get_by_role("link", name="Starsze faktury").click()
    page.wait_for_url("**after=**")
    expect(page.locator(".table__paper")).to_have_count(20)
    return page


def height(link: Locator) -> float:
    """How far below the top of the screen it stands."""
    return link.evaluate("link => link.getBoundingClientRect().top")


def in_the_middle(link: Locator) -> float:
    """Its height, once it was brought to the middle of the screen."""
    link.evaluate("link => link.scrollIntoView({ block: 'center' })")
    assert link.evaluate("() => scrollY") > 500
    return height(link)


def follow(link: Locator) -> None:
    """Open the invoice to which this link leads."""
    link.click()
    link.page.wait_for_url("**/faktury/*")
    expect(link.page.locator("#number")).to_contain_text("/")
    assert link.page.evaluate("scrollY") == 0


def require_at(link: Locator, before: float) -> None:
    """The link is where it was, and has the focus."""
    expect(link).to_be_focused()
    assert height(link) == pytest.approx(before, abs=2)


def paths(page: Page) -> dict:
    """The ways back: the browser's, the page's own, and the browser's after a reload."""

    def reload() -> None:
        page.reload()
        expect(page.locator("#number")).to_contain_text("/")
        page.go_back()

    return {"back": page.go_back, "link": page.locator("[data-back]").click, "reload": reload}


@pytest.mark.parametrize("way", ["back", "link", "reload"])
def test_ledger_is_found_as_it_was_left(ledger, way):
    link = ledger.locator(f"{ENTRIES} a:visible").nth(-3)
    before = in_the_middle(link)
    follow(link)
    expect(ledger.locator("[data-back]")).to_have_text("Saldo i płatności")
    paths(ledger)[way]()
    expect(ledger.locator(ENTRIES)).to_have_count(48)
    require_at(link, before)
    # So it is after a reload, too, and with the period that was chosen.
    ledger.reload()
    expect(ledger.locator(ENTRIES)).to_have_count(48)
    require_at(link, before)


def test_ledger_keeps_its_period(ledger):
    ledger.get_by_label("poprzedni rok", exact=True).check()
    expect(ledger.locator(ENTRIES)).not_to_have_count(48)
    ledger.wait_for_load_state("networkidle")
    count = ledger.locator(ENTRIES).count()
    follow(ledger.locator(f"{ENTRIES} a:visible").nth(-1))
    ledger.go_back()
    expect(ledger.locator(ENTRIES)).to_have_count(count)
    expect(ledger.get_by_label("poprzedni rok", exact=True)).to_be_checked()


@pytest.mark.parametrize("way", ["back", "link", "reload"])
def test_invoices_are_found_as_they_were_left(invoices, way):
    rows, asked = invoices.locator(".table__paper"), invoices.url
    invoices.get_by_role("checkbox").nth(12).check()
    link = rows.locator("a").nth(14)
    before = in_the_middle(link)
    follow(link)
    expect(invoices.locator("[data-back]")).to_have_text("Wszystkie faktury")
    paths(invoices)[way]()
    invoices.wait_for_url(asked)
    expect(rows).to_have_count(20)
    require_at(link, before)
    expect(invoices.get_by_role("checkbox").nth(12)).to_be_checked()


@contextmanager
def failing(page: Page, path: str) -> Iterator[None]:
    """No answer of the API below this path comes."""
    page.route(f"**/api/{path}", lambda route: route.abort())
    yield
    page.unroute(f"**/api/{path}")


@pytest.mark.parametrize("how", ["whole page", "first entries", "older entries"])
def test_ledger_that_fails_to_load_keeps_its_place_for_another_try(ledger, how):
    link = ledger.locator(f"{ENTRIES} a:visible").nth(-3)
    before = in_the_middle(link)
    follow(link)
    again = ledger.get_by_text("Spróbuj ponownie", exact=True).filter(visible=True)
    if how == "whole page":
        ledger.context.set_offline(True)
        ledger.go_back()
        expect(again).to_be_visible()
        ledger.context.set_offline(False)
    else:
        with failing(ledger, "ledger?" if how == "first entries" else "ledger?after=*"):
            ledger.go_back()
            expect(again).to_be_visible()
            ledger.mouse.wheel(0, 200)
            if how == "older entries":
                expect(ledger.locator(ENTRIES)).to_have_count(25)
            # Gone again before it came: as it was left all the same.
            ledger.go_forward()
            expect(ledger.locator("#number")).to_contain_text("/")
            ledger.go_back()
            expect(again).to_be_visible()
    again.click()
    expect(ledger.locator(ENTRIES)).to_have_count(48)
    require_at(link, before)


def test_list_that_fails_to_load_keeps_its_place_for_another_try(invoices):
    link = invoices.locator(".table__paper a").nth(14)
    before = in_the_middle(link)
    follow(link)
    with failing(invoices, "invoices?*"):
        invoices.go_back()
        again = invoices.get_by_role("button", name="Spróbuj ponownie")
        expect(again).to_be_visible()
    again.click()
    expect(invoices.locator(".table__paper")).to_have_count(20)
    require_at(link, before)


def test_menu_leads_to_the_top(ledger):
    in_the_middle(ledger.locator(f"{ENTRIES} a:visible").nth(-3))
    for place in ("start", "faktury", "platnosci"):
        ledger.locator(f".places__place[href$='/{place}']").click()
        ledger.wait_for_url(f"**/{place}")
        expect(ledger.get_by_role("heading", level=1)).to_be_focused()
        ledger.wait_for_load_state("networkidle")
        assert ledger.evaluate("scrollY") == 0
        ledger.mouse.wheel(0, 900)
        ledger.wait_for_function("() => scrollY > 0")
    # It is a new visit: of the history only the newest part.
    expect(ledger.locator(ENTRIES)).to_have_count(25)


def test_each_way_back_leads_to_the_list_whose_link_was_followed(ledger):
    ledger.evaluate("() => { window.isSame = true; }")
    ways = {
        "start": (".year__month", "Wszystkie faktury", "faktury"),
        "platnosci": (f"{ENTRIES} a:visible", "Saldo i płatności", "platnosci"),
        "faktury": ("tbody a", "Wszystkie faktury", "faktury"),
    }
    for place, (link, told, list_) in ways.items():
        ledger.locator(f".places__place[href$='/{place}']").click()
        ledger.wait_for_url(f"**/{place}")
        ledger.locator(link).first.click()
        ledger.wait_for_url("**/faktury/*")
        expect(ledger.locator("[data-back]")).to_have_text(told)
        ledger.locator("[data-back]").click()
        ledger.wait_for_url(f"**/{list_}")
    # All of it without a page that comes whole.
    assert ledger.evaluate("() => window.isSame")
