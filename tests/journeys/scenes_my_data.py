"""*Moje dane* in every state, for whoever looks at all pages: see scenes.py."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page, expect

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


def _enter(page: Page, office: Office, code: str) -> None:
    log_in(page, office, code, PASSWORD)
    page.wait_for_url("**/start")
    page.goto(f"{office.base_url}/moje-dane")
    page.locator(".own__row").first.wait_for()


def _decide(page: Page) -> None:
    press(page, "YES")
    expect(page.locator(".own__decide .own__now")).not_to_be_empty()
    page.locator("[name=remind_due]").check()
    page.locator("main summary").first.click()
    page.locator("[data-text]").first.click()
    expect(page.locator(".own__text")).to_be_focused()


def _new_address(page: Page, office: Office) -> Iterator[str]:
    change = page.locator("[x-data=emailChange]")
    change.locator("summary").click()
    change.locator("[data-submit]").click()
    expect(change.locator("[data-faults]")).to_be_focused()
    yield "moje-dane-adres-bledy"
    email = new_email()
    change.locator("#email").fill(email)
    change.locator("#email-password").fill(PASSWORD)
    change.locator("[data-submit]").click()
    expect(page.locator("#code")).to_be_focused()
    yield "moje-dane-kod"
    page.locator("#code").press_sequentially(office.mail_to(email).code)
    expect(change.locator(".proof")).to_be_focused()
    yield "moje-dane-adres"


def _devices(page: Page) -> Iterator[str]:
    # The change of address has logged the other one out; what it did is in the history.
    page.locator("[x-data=ownSessions] summary").click()
    page.locator("[x-data=phoneChange] summary").click()
    yield "moje-dane-logowania"


def _ends(page: Page) -> Iterator[str]:
    page.locator("[x-data=ownArchive] summary").click()
    closing = page.locator("[x-data=closing]")
    closing.locator("summary").click()
    closing.locator("#closing-password").fill(PASSWORD)
    yield "moje-dane-zamknij"
    closing.locator("[data-submit]").click()
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
    expect(page.locator("[x-data=emailChange] .proof")).to_be_focused()
    expect(page.locator(".bounced")).to_be_hidden()
    yield "moje-dane-znow-dziala"
