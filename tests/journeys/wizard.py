"""Actions on the wizard's pages, with labels from the catalogue of the page's language."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from cast import Customer, new_customer, new_email
from ebok.languages import catalogue, unbroken
from office import Office
from visitor import PASSWORD, Visitor, solve, temporary_password


def say(page: Page) -> Callable[[str], str]:
    """The sentences of the page's language."""
    sentences = catalogue(page.locator("html").get_attribute("lang"))
    return lambda sentence: unbroken(sentences.gettext(sentence))


def field(page: Page, label: str) -> Locator:
    """The input of this label."""
    return page.get_by_label(say(page)(label), exact=True)


def press(page: Page, label: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=say(page)(label), exact=True).click()


def search(page: Page, number: str) -> Locator:
    """Type a part of an invoice's number into the filter of *Faktury*; return the button."""
    page.locator(".sift__call").wait_for()
    if not page.locator("#number").is_visible():
        page.locator(".sift__call").click()
    page.locator("#number").fill(number)
    return page.locator(".filters [data-submit]")


def log_out(page: Page) -> None:
    """*Wyloguj*, which on a phone lies under *Więcej*."""
    if page.locator(".places__narrow").is_visible():
        page.locator(".places__narrow a").click()
        page.wait_for_url("**/wiecej")
    press(page, "Log out")


def captcha_id(page: Page) -> str:
    """Which picture is shown, as soon as one is."""
    picture = page.locator("img[src*='/api/captcha/']")
    return re.search(r"/api/captcha/([^/]+)/picture", picture.get_attribute("src"))[1]


def another_picture(page: Page):
    """Waits at its end for a picture other than the one shown, which may still be on its way."""
    shown = captcha_id(page)
    return page.expect_response(lambda came: "/picture" in came.url and shown not in came.url)


def fill_details(page: Page, customer_code: str, email: str) -> None:
    """*Twoje dane*, with the digits that a person reads from the picture."""
    field(page, "Customer code").fill(customer_code)
    field(page, "E-mail").fill(email)
    field(page, "Code from the picture").fill(solve(captcha_id(page)))


def start(page: Page, office: Office, customer_code: str, email: str) -> None:
    """From *Twoje dane* to *Potwierdzenie*."""
    page.goto(f"{office.base_url}/rejestracja")
    fill_details(page, customer_code, email)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")


def type_code(office: Office, page: Page, email: str) -> None:
    """The code from the mailbox, key by key."""
    field(page, "One-time code").press_sequentially(office.mail_to(email).code)
    expect(page.get_by_text(say(page)("The code is right"))).to_be_visible()


def fill_invoice(page: Page, customer: Customer, **typed: str) -> None:
    """Fill in the invoice data of *Potwierdzenie*; `typed` overrides values."""
    is_company = customer.kind == "company"
    field(page, "Company" if is_company else "Individual").check()
    field(page, "Buyer's name").fill(typed.get("buyer", customer.name))
    if is_company:
        field(page, "NIP (tax number)").fill(typed.get("nip", customer.nip))
    field(page, "Invoice number").fill(typed.get("number", customer.number))
    field(page, "Gross amount").fill(typed.get("amount", customer.amount))


def fill_rest(page: Page, phone: str = "600 000 123") -> None:
    """The part of *Potwierdzenie* that one decides: consents and phone."""
    for box in ("e_invoice", "privacy", "terms"):
        page.locator(f"#{box}").check()
    field(page, "Mobile phone").fill(phone)


def open_confirmation(office: Office, page: Page, customer: Customer = None, **typed: str) -> str:
    """*Potwierdzenie*, filled in with the code proven; return the e-mail address."""
    customer, email = customer or new_customer(), new_email()
    start(page, office, customer.code, email)
    type_code(office, page, email)
    fill_invoice(page, customer, **typed)
    fill_rest(page)
    return email


def register(office: Office, page: Page, customer: Customer) -> str:
    """The whole wizard up to *Gotowe*; return the temporary password."""
    email = open_confirmation(office, page, customer)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")
    return temporary_password(office.mail_to(email, skip=1))


def log_in(page: Page, office: Office, customer_code: str, password: str) -> None:
    """*Zaloguj się*."""
    page.goto(f"{office.base_url}/logowanie")
    field(page, "Customer code").fill(customer_code)
    field(page, "Password").fill(password)
    press(page, "Log in")


def set_password(page: Page, password: str = PASSWORD) -> None:
    """*Zmiana hasła* after the first login."""
    page.wait_for_url("**/zmiana-hasla")
    field(page, "New password").fill(password)
    press(page, "Change password")
    page.wait_for_url("**/start")


def sit_down(page: Page, visitor: Visitor) -> None:
    """Continue the visitor's session in this browser."""
    cookies = [(cookie.name, cookie.value) for cookie in visitor.http.cookies.jar]
    url = f"{visitor.office.base_url}/"
    page.context.set_extra_http_headers({"X-Forwarded-For": visitor.source})
    page.context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in cookies]
    )


def link_in(mail, address: str) -> str:
    """The link into this page that the mail carries."""
    return re.search(rf"\S+{address}#\S+", mail.text)[0]
