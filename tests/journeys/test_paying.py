"""Copying a transfer, and a payment online, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cast import add_invoice, add_payment, today
from ebok.invoices.models import Instalment
from ebok.payments.models import PaymentOrder
from ebok.values.days import written
from journeys.axe import FILLED, look_at
from journeys.conftest import DESKTOP, PHONE, newer_page
from journeys.scenes_kinds import in_ksef
from journeys.scenes_papers import customer_inside, show
from journeys.scenes_payments import arrive, long_history, newcomer
from journeys.wizard import press
from office import Office

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
FORBIDDEN = """() => {
  navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  document.execCommand = () => false;
}"""
READ = "() => navigator.clipboard.readText()"


@pytest.fixture
def helena(office, open_page) -> Page:
    """Helena at *Saldo i płatności*, who owes 145,69 zł."""
    page = open_page()
    add_invoice(newcomer(page, office), "Helena", 0, 14_569)
    arrive(page, office)
    return page


def test_each_line_of_the_transfer_is_copied_with_one_press(helena):
    helena.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = helena.locator("[data-value=account]").inner_text()
    for name, copied in (("account", shown.replace(" ", "")), ("sum", "145,69")):
        button = helena.locator(f"[data-copy={name}]")
        button.click()
        expect(button).to_contain_text("Skopiowano")
        assert helena.evaluate(READ) == copied
    # What a reader hears: which of them.
    expect(helena.get_by_role("status").filter(has_text="Skopiowano kwotę")).to_have_count(1)
    expect(helena.locator("[data-copy=account]")).to_contain_text("Kopiuj")


def test_where_the_clipboard_is_forbidden_the_text_is_marked_and_it_is_said(helena):
    helena.evaluate(FORBIDDEN)
    helena.locator("[data-copy=title]").click()
    expect(helena.get_by_text("Tekst jest zaznaczony")).to_be_visible()
    marked = helena.evaluate("() => getSelection().toString()")
    assert marked == helena.locator("[data-value=title]").inner_text()
    expect(helena.locator("[data-copy=title]")).to_contain_text("Kopiuj")


def test_qr_says_in_words_what_it_holds(helena):
    told = helena.locator(".qr img").get_attribute("alt")
    for part in ("145,69", helena.locator("[data-value=title]").inner_text()):
        assert part in told.replace("\xa0", " ")
    loaded = helena.locator(".qr img").evaluate("image => image.complete && image.naturalWidth")
    assert loaded


def test_history_is_told_by_months_each_with_its_balance(office, open_page):
    page = open_page()
    code = newcomer(page, office)
    owed = add_invoice(code, "Helena", 0, 9_123)
    paid = add_invoice(code, "Helena", 13, 9_123, outstanding_grosze=0)
    add_payment(code, 9_123, paid.issued_on, invoice_number=paid.number)
    arrive(page, office)
    names = [written(each.issued_on, "LLLL y", "pl") for each in (owed, paid)]
    heads = page.locator(".ledger__month")
    expect(heads.get_by_role("rowheader")).to_have_text(names)
    # A balance of nought is not written.
    expect(heads.get_by_role("cell")).to_have_text(["saldo 91,23 zł", ""])
    expect(
        page.locator(".ledger tbody").last.locator(".ledger__row").get_by_role("rowheader")
    ).to_have_text([re.compile(f"^Wpłata.*{paid.number}"), re.compile(f"^Faktura.*{paid.number}")])
    expect(page.locator("[x-data=ledger] .facts")).to_have_text(re.compile("koniec okresu"))
    expect(page.locator("[x-data=ledger] .facts > div:visible")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("0,00 zł", use_inner_text=True)


def test_older_entries_go_on_in_the_month_that_was_last(office, open_page):
    page = open_page()
    code = newcomer(page, office)
    for place in range(30):
        add_invoice(code, "Helena", 0, 100 + place)
    arrive(page, office)
    expect(page.locator(".ledger__row")).to_have_count(25)
    press(page, "Show older ones")
    expect(page.locator(".ledger__row")).to_have_count(30)
    expect(page.locator(".ledger__month")).to_have_count(1)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("pl", "Nic do zapłaty"), ("en", "Nothing to pay"), ("uk", "Нічого до сплати")],
)
def test_who_owes_nothing_reads_it_in_words_and_no_big_zero(office, open_page, lang, words):
    page = open_page(office.base_url)
    code = newcomer(page, office)
    add_invoice(code, "Helena", 0, 9_123, outstanding_grosze=0)
    for place in ("start", "platnosci"):
        page.goto(f"{office.base_url}/{place}?lang={lang}")
        headline = page.locator(".owed").get_by_role("heading")
        expect(headline).to_have_text(words, use_inner_text=True)
        expect(page.locator(".owed__sum")).to_be_hidden()
    add_payment(code, 11_623, today())
    page.reload()
    expect(headline).not_to_have_text(words, use_inner_text=True)
    expect(page.locator(".owed__sum")).to_contain_text("25")


def test_who_owes_nothing_finds_the_account_and_no_amount(office, open_page):
    page = open_page(viewport=DESKTOP)
    newcomer(page, office)
    arrive(page, office)
    part = page.get_by_role("region", name="Dane do przelewu")
    expect(part.locator("[data-value=account]")).to_be_visible()
    expect(part.locator("[data-value=sum]")).to_be_hidden()
    expect(part.locator(".qr")).to_have_count(0)
    assert page.evaluate(FILLED) == []


def test_period_is_chosen_by_keyboard_and_its_files_are_saved(office, open_page):
    page = open_page()
    long_history(newcomer(page, office))
    arrive(page, office)
    expect(page.locator(".ledger__row")).to_have_count(25)
    page.get_by_label("całość", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("ten rok", exact=True)).to_be_checked()
    with page.expect_response(re.compile("/api/ledger")):
        page.keyboard.press("ArrowRight")
    for name in ("Pobierz CSV, do arkusza", "Pobierz PDF"):
        with page.expect_download() as saved:
            page.get_by_role("link", name=name).click()
        assert saved.value.suggested_filename.startswith("saldo-39-")
    assert page.url.endswith("/platnosci")


@pytest.mark.parametrize(("lang", "due"), [("pl", "termin: "), ("en", "due: "), ("uk", "термін: ")])
def test_history_names_every_due_day_of_an_invoice_in_parts(office, open_page, lang, due):
    page = open_page(locale=lang)
    code = newcomer(page, office)
    parts, whole = add_invoice(code, "Helena", 0, 9_000), add_invoice(code, "Helena", 0, 100)
    for days in (5, 20, 35):
        due_on = today() + timedelta(days=days)
        Instalment.create(invoice=parts.number, due_on=due_on, amount_grosze=3_000)
    add_payment(code, 100, today(), invoice_number=whole.number)
    arrive(page, office)
    of_parts = page.locator(".ledger__row").filter(has_text=parts.number)
    days = of_parts.locator(".ledger__due").inner_text()
    assert days.startswith(due)
    assert len(days.split(", ")) == 3
    of_whole = page.locator(".ledger__row").filter(has_text=whole.number)
    expect(of_whole.filter(has=page.locator("a:visible")).locator(".ledger__due")).to_be_visible()
    expect(page.locator(".ledger__due:visible")).to_have_count(2)


@pytest.fixture
def payer(paying_office, open_page) -> tuple[Page, Office]:
    """Helena where she can pay online."""
    page = open_page()
    add_invoice(newcomer(page, paying_office), "Helena", 0, 14_569)
    arrive(page, paying_office)
    return page, paying_office


def at_the_operator(page: Page, name: str) -> None:
    """*Zapłać online*, and what is pressed on the operator's page."""
    press(page, "Pay online")
    expect(page.get_by_role("heading", name="14569 gr")).to_be_visible()
    with newer_page(page):
        page.get_by_role("link", name=name).click()


def test_payment_goes_to_the_operator_and_comes_back_paid(payer):
    page, _ = payer
    at_the_operator(page, "Zapłać")
    expect(page.locator("[data-panel=paid]")).to_be_focused()
    expect(page.locator("[data-panel=paid]")).to_contain_text("145,69")
    assert look_at(page, "zapłacono pl", "dark", PHONE) == []
    # Nobody is asked a second time, and nobody pretends that the invoice is settled.
    expect(page.locator(".owed h2")).to_have_text("Nic do zapłaty", use_inner_text=True)
    expect(page.locator(".owed__sum")).to_be_hidden()
    expect(page.locator(".owed")).to_contain_text("145,69 zł zapłacono online")
    expect(page.locator("#pay")).to_contain_text("Dane do przelewu", use_inner_text=True)
    expect(page.locator("[data-value=sum]")).to_be_hidden()
    page.goto(f"{page.url.partition('/platnosci')[0]}/faktury")
    expect(page.locator(".state--waiting:visible").first).to_contain_text("czeka na zaksięgowanie")
    page.goto(f"{page.url.partition('/faktury')[0]}/start")
    expect(page.locator(".year__month")).to_contain_text("czeka na zaksięgowanie")
    expect(page.get_by_text("Opłacone: 0 z 1.")).to_be_visible()


def test_payment_that_failed_says_so_and_can_be_tried_again(payer):
    page, _ = payer
    at_the_operator(page, "Odrzuć")
    expect(page.locator("[data-panel=failed]")).to_be_focused()
    assert look_at(page, "nie zapłacono pl", "light", PHONE) == []
    at_the_operator(page, "Zapłać")
    expect(page.locator("[data-panel=paid]")).to_be_visible()


def test_who_comes_back_before_the_news_sees_it_arrive(payer, operator):
    page, _ = payer
    at_the_operator(page, "Wróć")
    expect(page.locator("[data-panel=waiting]")).to_be_visible()
    assert look_at(page, "czekamy pl", "light", DESKTOP) == []
    newest = PaymentOrder.select().order_by(PaymentOrder.created_at.desc()).first()
    operator.tell(newest.id)
    expect(page.locator("[data-panel=paid]")).to_be_visible()
    expect(page.locator("[data-panel=waiting]")).to_be_hidden()


def test_ksef_number_is_copied_by_its_own_button(paying_office, open_page):
    page = open_page()
    firm = customer_inside(page, paying_office, "Glina", kind="company", nip="8671234568")
    invoice = in_ksef(paying_office, firm, 0)
    show(page, paying_office, invoice, "")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiuj numer KSeF", exact=True).focus()
    page.keyboard.press("Enter")
    # By another name: the button's own now says that it is done.
    expect(page.locator("[data-copy=ksef]")).to_contain_text("Skopiowano")
    assert page.evaluate(READ) == invoice.ksef_number
    page.locator("[data-copy=title]").click()
    expect(page.locator("[data-copy=title]")).to_contain_text("Skopiowano")
    assert page.evaluate(READ) == f"{invoice.number}, {firm.code}"


def test_several_invoices_are_chosen_by_keyboard_and_paid_with_one_transfer(office, open_page):
    page = open_page()
    code = newcomer(page, office)
    invoices = [add_invoice(code, "Helena", n, 10_000 + n) for n in range(3)]
    add_invoice(code, "Helena", 3, 9_000, outstanding_grosze=0)
    page.goto(f"{office.base_url}/faktury")
    boxes = page.get_by_role("checkbox")
    # Also what is paid: it can be downloaded.
    expect(boxes).to_have_count(4)
    expect(page.get_by_role("link", name="Zapłać razem")).to_be_hidden()
    page.get_by_label(f"Zaznacz fakturę {invoices[0].number}").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(
        page.get_by_role("status").filter(has_text="2 faktury, do zapłaty: 200,01")
    ).to_be_visible()
    assert look_at(page, "wybór faktur pl", "dark", PHONE) == []
    page.get_by_role("link", name="Zapłać razem").press("Enter")
    expect(page.locator("[data-value=sum]")).to_contain_text("200,01")
    title = page.locator("[data-value=title]").inner_text()
    assert all(invoice.number in title for invoice in invoices[:2])
    assert invoices[2].number not in title
    # Two numbers are longer than the code's title may be: the page says what stands there instead.
    expect(page.get_by_text("Kod QR mieści 32 znaki tytułu: ")).to_contain_text(code)
    assert invoices[1].public_id in page.locator(".qr img").get_attribute("src")
    assert look_at(page, "zapłata za wybrane pl", "light", PHONE) == []
    page.get_by_role("link", name="Zapłać jednak wszystko").click()
    expect(page.locator("[data-value=sum]")).to_contain_text("300,03")


def test_who_knows_only_start_can_pay_on_a_phone_in_three_touches(office, open_page):
    page = open_page(has_touch=True)
    add_invoice(newcomer(page, office), "Helena", 0, 14_569)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{office.base_url}/start")
    pay = page.get_by_role("link", name="Zapłać", exact=True)
    expect(pay).to_be_in_viewport(ratio=1)
    pay.tap()
    for name in ("account", "sum"):
        button = page.locator(f"[data-copy={name}]")
        expect(button).to_be_in_viewport()
        button.tap()
        expect(button).to_contain_text("Skopiowano")
    assert page.evaluate(READ) == "145,69"


CAN_SHARE = """
window.shared = [];
navigator.canShare = ({ files }) => files.every((file) => file.type === "image/png");
navigator.share = async ({ files: [file] }) => {
  if (!navigator.userActivation.isActive) throw new DOMException("late", "NotAllowedError");
  window.shared.push({ name: file.name, type: file.type, size: file.size });
};
"""
"""The browser of the tests shares nothing: what a phone's does, as far as a page sees it."""


@pytest.fixture
def on_phone(office, open_page) -> Page:
    """Helena's phone, which shares pictures."""
    page = open_page(has_touch=True)
    add_invoice(newcomer(page, office), "Helena", 0, 14_569)
    page.add_init_script(CAN_SHARE)
    return page


def paying(page: Page, office: Office, place: str) -> Page:
    """*Płatności*, or the page of the one invoice."""
    page.goto(f"{office.base_url}/{place}")
    if place == "faktury":
        page.locator(".table__name").first.click()
    page.locator("[data-copy=account]").wait_for()
    return page


@pytest.mark.parametrize("place", ["platnosci", "faktury"])
def test_code_is_saved_or_shared_on_a_phone(office, on_phone, place):
    page = paying(on_phone, office, place)
    expect(page.locator(".qr")).to_be_hidden()
    fold = page.get_by_role("button", name="Kod QR do przelewu")
    fold.tap()
    expect(page.locator(".qr img")).to_be_visible()
    # Nobody scans a code with the phone that shows it.
    expect(page.get_by_text("zeskanuj", exact=False)).to_be_hidden()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Zapisz kod QR").tap()
    name = saved.value.suggested_filename
    assert re.fullmatch(r"kod-qr-[\w-]+\.png", name)
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    page.get_by_role("button", name="Udostępnij").tap()
    page.wait_for_function("() => shared.length === 1")
    size = saved.value.path().stat().st_size
    assert page.evaluate("shared[0]") == {"name": name, "type": "image/png", "size": size}
    assert look_at(page, f"kod QR na telefonie {place} pl", "light", PHONE) == []
    fold.tap()
    expect(page.locator(".qr")).to_be_hidden()


def test_phone_that_shares_no_files_only_saves_the_code(office, on_phone):
    on_phone.add_init_script("navigator.canShare = () => false;")
    page = paying(on_phone, office, "platnosci")
    page.get_by_role("button", name="Kod QR do przelewu").tap()
    expect(page.get_by_role("link", name="Zapisz kod QR")).to_be_visible()
    expect(page.get_by_role("button", name="Udostępnij")).to_be_hidden()


def test_sharing_that_fails_is_said_and_that_one_gave_up_is_not(office, on_phone):
    page = paying(on_phone, office, "platnosci")
    page.get_by_role("button", name="Kod QR do przelewu").tap()
    told = page.get_by_text("Nie udało się udostępnić kodu")
    for fault, count in (("AbortError", 0), ("NotAllowedError", 1)):
        page.evaluate(
            "(name) => { navigator.share = async () => { throw new DOMException('', name); }; }",
            fault,
        )
        page.get_by_role("button", name="Udostępnij").tap()
        page.wait_for_load_state("networkidle")
        expect(told).to_have_count(count)


@pytest.mark.parametrize("place", ["platnosci", "faktury"])
def test_on_a_computer_the_code_is_shown_to_be_scanned(office, open_page, place):
    page = open_page(viewport=DESKTOP)
    add_invoice(newcomer(page, office), "Helena", 0, 14_569)
    paying(page, office, place)
    expect(page.locator(".qr")).to_be_visible()
    expect(page.locator(".qr")).to_contain_text("zeskanuj kod")
    expect(page.get_by_role("button", name="Kod QR do przelewu")).to_be_hidden()
    expect(page.get_by_role("link", name="Zapisz kod QR")).to_be_hidden()


def test_only_the_account_number_has_a_filled_button(helena):
    filled = helena.locator(".pay .button:not(.button--quiet):visible")
    expect(filled).to_have_count(1)
    expect(filled).to_have_attribute("data-copy", "account")


def test_next_due_date_is_told_where_another_is_missed(office, open_page):
    page = open_page()
    long_history(newcomer(page, office))
    arrive(page, office)
    expect(page.locator("[x-data=saldo] .facts")).to_contain_text("Najbliższy termin")


def test_year_on_start_tells_what_is_paid(office, open_page):
    page = open_page()
    code = newcomer(page, office)
    for month in range(14):
        add_invoice(
            code, "Helena", month, 10_000 + month, outstanding_grosze=0 if month else 10_000
        )
    page.goto(f"{office.base_url}/start")
    expect(page.locator(".year__month")).to_have_count(12)
    expect(page.get_by_text("Opłacone: 11 z 12.")).to_be_visible()
    newest = page.locator(".year__month").last
    expect(newest).to_contain_text("100,00 zł, do zapłaty")
    newest.click()
    page.wait_for_url("**/faktury/*")
