"""Every page and state, one after another, for axe, screenshots and others.

Each tour is a generator: it brings its page into a state, yields the state's name, and goes on.
"""

from collections.abc import Iterator
from mailbox import Maildir

from playwright.sync_api import Page, expect

from cast import Customer, new_customer, new_email
from journeys.scenes_home import home
from journeys.scenes_kinds import covered, kinds
from journeys.scenes_my_data import my_data
from journeys.scenes_open import public
from journeys.scenes_papers import paper, papers
from journeys.scenes_payments import money
from journeys.scenes_use import genuine, use
from journeys.wizard import (
    fill_details,
    fill_invoice,
    fill_rest,
    link_in,
    log_in,
    press,
    sit_down,
)
from office import Office
from visitor import PASSWORD, Visitor

# Requests that are never answered.
HELD: list = []
EMAIL = "helena.nowak-wisniewska{number}@poczta.example"


def someone() -> Customer:
    """A company, because it is asked for more."""
    return new_customer("Pracownia ceramiki „Glina” sp. z o.o.", "company", "8671234568")


def address() -> str:
    """A new address, as long as people's are."""
    return EMAIL.format(number=new_email().partition("@")[0][-4:])


def panel(page: Page, name: str) -> str:
    """Wait for the panel that ends a form."""
    expect(page.locator(f"[data-panel={name}]")).to_be_visible()
    return name


def faults(page: Page) -> None:
    """Wait for the error summary."""
    expect(page.locator("[data-faults]")).to_be_focused()


def wizard(page: Page, office: Office) -> Iterator[str]:
    """From *Twoje dane* to *Gotowe*, with every mistake on the way."""
    customer, email = someone(), address()
    page.goto(f"{office.base_url}/rejestracja")
    page.locator("img[src*='/api/captcha/']").wait_for()
    yield "twoje-dane"
    press(page, "Confirm")
    faults(page)
    yield "twoje-dane-bledy"
    page.reload()
    page.locator(".where__call").click()
    yield "twoje-dane-gdzie"
    fill_details(page, customer.code, email)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")
    yield from _confirmation(page, office, customer, email)


def _confirmation(page: Page, office: Office, customer: Customer, email: str) -> Iterator[str]:
    code = office.mail_to(email).code
    yield "potwierdzenie"
    page.locator("#code").press_sequentially(f"{(int(code) + 1) % 1_000_000:06}")
    expect(page.locator("#code-fault")).to_be_visible()
    yield "potwierdzenie-zly-kod"
    page.locator("#code").fill("")
    page.locator("#code").press_sequentially(code)
    expect(page.locator(".proof")).to_be_visible()
    fill_invoice(page, customer, nip="867-123-45-67")
    fill_rest(page)
    press(page, "Confirm")
    faults(page)
    page.locator("[data-field=number] .where__call").click()
    yield "potwierdzenie-jeden-blad"
    page.locator("[data-field=number] .where__call").click()
    fill_invoice(page, customer, buyer="", nip="12", number="", amount="dużo")
    for box in ("privacy", "terms"):
        page.locator(f"#{box}").uncheck()
    page.locator("#phone").fill("12")
    press(page, "Confirm")
    faults(page)
    yield "potwierdzenie-bledy"
    yield from _matching(page, customer)


def _matching(page: Page, customer: Customer) -> Iterator[str]:
    fill_invoice(page, customer, number="FV/1")
    fill_rest(page)
    for _ in range(2):
        with page.expect_response("**/api/registration/confirmation"):
            press(page, "Confirm")
    faults(page)
    yield "potwierdzenie-nie-pasuje"
    page.context.set_offline(True)
    press(page, "Confirm")
    expect(page.locator("[data-again]")).to_be_visible()
    yield "potwierdzenie-bez-sieci"
    page.context.set_offline(False)
    fill_invoice(page, customer)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")
    yield "gotowe"


def _begin(page: Page, visitor: Visitor, customer: Customer) -> str:
    """Start a registration in this browser and confirm its code."""
    email = visitor.start_and_prove(customer.code, address())
    _go_on(page, visitor)
    return email


def _go_on(page: Page, visitor: Visitor) -> None:
    sit_down(page, visitor)
    page.goto(f"{visitor.office.base_url}/rejestracja/potwierdzenie")


def ends(page: Page, office: Office) -> Iterator[str]:
    """Where a registration can end but at *Gotowe*."""
    with Visitor(office) as visitor:
        customer = someone()
        _begin(page, visitor, customer)
        for left in range(5):
            visitor.confirm(customer, 410 if left == 4 else 422, amount="1")
        page.reload()
        yield f"koniec-{panel(page, 'void')}"
        visitor.start_and_prove(customer.code)
        for left in range(5):
            visitor.confirm(customer, 410 if left == 4 else 422, amount="1")
        visitor.start_and_prove(customer.code)
        _go_on(page, visitor)
        page.reload()
        fill_invoice(page, customer)
        fill_rest(page)
        press(page, "Confirm")
        yield f"koniec-{panel(page, 'stopped')}"
        yield from _reviewed(page, visitor)
        yield from _known(page, visitor)
        yield from _moved(page, visitor)


def _reviewed(page: Page, visitor: Visitor) -> Iterator[str]:
    customer = someone()
    visitor.start_and_prove(customer.code)
    for _ in range(2):
        visitor.confirm(customer, 422, amount="1")
    _go_on(page, visitor)
    fill_invoice(page, customer, amount="1")
    fill_rest(page)
    press(page, "Confirm")
    press(page, "Ask the office to check")
    yield f"koniec-{panel(page, 'review')}"


def _known(page: Page, visitor: Visitor) -> Iterator[str]:
    customer = someone()
    visitor.settle(customer)
    visitor.delete("/api/session")
    _begin(page, visitor, customer)
    fill_invoice(page, customer)
    fill_rest(page)
    press(page, "Confirm")
    yield f"koniec-{panel(page, 'has-account')}"


def _moved(page: Page, visitor: Visitor) -> Iterator[str]:
    email = address()
    visitor.start(someone().code, email)
    page.goto(link_in(visitor.office.mail_to(email), "/rejestracja/przeniesienie"))
    yield "przeniesienie"
    page.goto(f"{visitor.office.base_url}/pomoc")
    page.goto(f"{visitor.office.base_url}/rejestracja/przeniesienie#zuzyty")
    press(page, "Continue here")
    yield f"przeniesienie-{panel(page, 'spent')}"


def account(page: Page, office: Office) -> Iterator[str]:
    """Logging in, the first password, *Start*, and another password."""
    customer = someone()
    with Visitor(office) as visitor:
        temporary = visitor.register(customer, address())
    page.goto(f"{office.base_url}/logowanie")
    yield "logowanie"
    page.route("**/api/session", lambda route: HELD.append(route))
    press(page, "Log in")
    expect(page.locator(".button--busy")).to_be_visible()
    yield "logowanie-w-toku"
    page.unroute_all(behavior="ignoreErrors")
    log_in(page, office, customer.code, "nie to")
    faults(page)
    yield "logowanie-blad"
    log_in(page, office, customer.code, temporary)
    page.wait_for_url("**/zmiana-hasla")
    page.locator("#new_password").fill("Wodospad")
    yield "pierwsze-haslo"
    press(page, "Change password")
    faults(page)
    yield "pierwsze-haslo-blad"
    page.locator("#new_password").fill(PASSWORD)
    press(page, "Change password")
    page.wait_for_url("**/start")
    expect(page.locator(".whose")).to_contain_text(customer.code)
    yield "start"
    yield from _another_password(page, office)


def _another_password(page: Page, office: Office) -> Iterator[str]:
    page.goto(f"{office.base_url}/pomoc")
    yield "pomoc-zalogowany"
    page.goto(f"{office.base_url}/zmiana-hasla")
    page.locator("#current_password").wait_for()
    yield "zmiana-hasla"
    page.locator("#new_password").fill("Zupełnie-nowe-1")
    press(page, "Change password")
    faults(page)
    yield "zmiana-hasla-blad"
    page.locator("#current_password").fill(PASSWORD)
    press(page, "Change password")
    yield f"zmiana-hasla-{panel(page, 'changed')}"


def links(page: Page, office: Office) -> Iterator[str]:
    """*Nie pamiętam hasła* and the links that come by mail."""
    owner = new_email()
    customer = new_customer(email=owner)
    with Visitor(office) as visitor:
        email = visitor.open_account(customer)
    page.goto(f"{office.base_url}/nie-pamietam-hasla")
    yield "nie-pamietam-hasla"
    press(page, "Send the link")
    faults(page)
    yield "nie-pamietam-hasla-bledy"
    page.locator("#customer_code").fill(customer.code)
    page.locator("#email").fill(email)
    press(page, "Send the link")
    yield f"nie-pamietam-hasla-{panel(page, 'asked')}"
    yield from _reset(page, office, link_in(office.mail_to(email, "/nowe-haslo#"), "/nowe-haslo"))
    page.goto(link_in(office.mail_to(owner), "/blokada-konta"))
    yield "blokada-konta"
    press(page, "Freeze the account")
    yield f"blokada-konta-{panel(page, 'frozen')}"
    page.goto(f"{office.base_url}/blokada-konta")
    yield f"blokada-konta-{panel(page, 'spent')}"
    page.goto(f"{office.base_url}/rezygnacja/{'0' * 52}")
    yield "rezygnacja"
    page.goto(f"{office.base_url}/rezygnacja/gotowe")
    yield "rezygnacja-gotowe"
    log_in(page, office, customer.code, "Zupełnie-nowe-1")
    page.locator("[data-frozen]").wait_for()
    yield "logowanie-zablokowane"


def _reset(page: Page, office: Office, link: str) -> Iterator[str]:
    page.goto(link)
    page.locator("#new_password").fill("Zupełnie-nowe-1")
    press(page, "Show password")
    yield "nowe-haslo"
    press(page, "Set password")
    yield f"nowe-haslo-{panel(page, 'done')}"
    page.goto(f"{office.base_url}/nowe-haslo")
    yield f"nowe-haslo-{panel(page, 'spent')}"


def letters(page: Page, office: Office) -> Iterator[str]:
    """The demonstration's letter box, empty and full; only a demonstration has it."""
    box = Maildir(office.data_dir / "demo-mail")
    box.clear()
    page.goto(f"{office.base_url}/demo/poczta")
    yield "demo-poczta-pusta"
    with Visitor(office, language=page.locator("html").get_attribute("lang")) as visitor:
        email = visitor.open_account(someone(), address())
    office.mail_to(email, skip=2)
    for mail in office.mails_to(email):
        box.add(mail.content)
    page.reload()
    expect(page.locator("article.mail")).to_have_count(3)
    yield "demo-poczta"


ALL = (public, wizard, ends, account, links, home, papers, paper, covered, kinds, money, use)
ALL += (genuine, my_data)
TOURS = {tour.__name__: tour for tour in ALL}
