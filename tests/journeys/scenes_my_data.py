"""*Moje dane* in every state, for whoever looks at all pages: see scenes.py."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from cast import add_invoice, new_account, new_customer, new_email
from ebok.database import now
from journeys.wizard import log_in, press
from office import Office
from visitor import PASSWORD, Visitor

KSEF = "5265877635-20250826-0100001AF629-AF"


def my_data(page: Page, office: Office) -> Iterator[str]:
    """A person's consents, addresses, devices, download and closing; then a company of KSeF's."""
    customer = new_customer()
    new_account(customer, PASSWORD, phone="+48600000123")
    with Visitor(office) as elsewhere:
        elsewhere.log_in(customer.code, "nie to", 401)
        elsewhere.log_in(customer.code, PASSWORD)
        _enter(page, office, customer.code)
        yield "moje-dane"
        _decide(page)
        yield "moje-dane-zgody"
        yield from _new_address(page, office)
        yield from _devices(page)
    yield from _ends(page)
    yield from _company(page, office)


def row(page: Page, name: str) -> Locator:
    """The row of this id, see frontend/pages/moje-dane.html."""
    return page.locator(f".set:has(#{name}-sheet)")


def unfold(page: Page, name: str) -> Locator:
    """Press the act of a row; return what lies below it."""
    found = row(page, name)
    found.locator(".set__act button").click()
    sheet = found.locator(".set__sheet")
    expect(sheet).to_be_visible()
    return sheet


def done(page: Page, name: str) -> None:
    """Wait until the row is as before, says what was done, and has the focus on its act."""
    found = row(page, name)
    expect(found.locator(".set__sheet")).to_be_hidden()
    expect(found.locator(".set__done")).not_to_have_text("")
    expect(found.locator(".set__act button")).to_be_focused()


def _enter(page: Page, office: Office, code: str) -> None:
    log_in(page, office, code, PASSWORD)
    page.wait_for_url("**/start")
    page.goto(f"{office.base_url}/moje-dane")
    page.locator("main[data-settled]").wait_for()


def _decide(page: Page) -> None:
    press(page, "YES")
    expect(page.locator(".own__decide .own__now")).not_to_be_empty()
    with page.expect_response("**/api/my-data/choices"):
        page.locator("[data-reminder=due]").click()
    unfold(page, "attachment")
    unfold(page, "consents").locator("[data-text]").first.click()
    expect(page.locator(".own__text")).to_be_focused()


def _new_address(page: Page, office: Office) -> Iterator[str]:
    sheet = unfold(page, "email")
    expect(sheet.locator("#email")).to_be_focused()
    sheet.locator("[data-submit]").click()
    expect(sheet.locator("[data-faults]")).to_be_focused()
    yield "moje-dane-adres-bledy"
    email = new_email()
    sheet.locator("#email").fill(email)
    sheet.locator("#email-password").fill(PASSWORD)
    sheet.locator("[data-submit]").click()
    expect(page.locator("#code")).to_be_focused()
    yield "moje-dane-kod"
    page.locator("#code").press_sequentially(office.mail_to(email).code)
    done(page, "email")
    yield "moje-dane-adres"


def _devices(page: Page) -> Iterator[str]:
    # The change of address has logged the other one out; what it did is in the history.
    unfold(page, "devices")
    unfold(page, "logins")
    unfold(page, "sent")
    yield "moje-dane-urzadzenia"


def _ends(page: Page) -> Iterator[str]:
    unfold(page, "phone")
    unfold(page, "all-data")
    sheet = unfold(page, "closing")
    sheet.locator("#closing-password").fill(PASSWORD)
    yield "moje-dane-zamknij"
    sheet.locator("[data-submit]").click()
    expect(page.locator("[data-panel=closed]")).to_be_focused()
    yield "moje-dane-zamkniete"


def _company(page: Page, office: Office) -> Iterator[str]:
    customer = new_customer("Glina sp. z o.o.", "company", "8671234568")
    add_invoice(customer.code, customer.name, ksef_number=KSEF)
    bounced_at = now() - timedelta(days=3)
    told = {"bounced_at": bounced_at, "bounce_kind": "full", "needs_paper_notice": True}
    account = new_account(customer, PASSWORD, **told)
    _enter(page, office, customer.code)
    press(page, "YES")
    expect(page.locator(".own__decide .own__now")).not_to_be_empty()
    yield "moje-dane-firma"
    press(page, "Use this address again")
    expect(page.locator("#code")).to_be_focused()
    yield "moje-dane-ten-sam-adres"
    # The mail that confirms the decision comes before it or after it.
    page.locator("#code").press_sequentially(office.mail_to(account.email, "\n@").code)
    done(page, "email")
    expect(page.locator(".bounced")).to_be_hidden()
    yield "moje-dane-znow-dziala"
