"""*Faktury* by hand: what is chosen stands in the address; one invoice and back; by keyboard."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from documents.papers import give
from journeys.axe import NARROW, large_letters, look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.scenes_papers import bill, customer_inside, show
from journeys.test_keyboard import IS_SEEN, tab_to
from ksef.faktura import KSEF_NUMBER, corrected, el, els, faktura
from visitor import PASSWORD

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("kind", ["sqlite"], indirect=True),
    pytest.mark.shows("P18"),
]


@pytest.fixture
def listed(office, open_page):
    """The list of somebody with thirty invoices, two of them to be paid."""
    page = open_page()
    anna = customer_inside(page, office, "Anna Kowalska")
    for ago in range(30):
        columns = {} if ago in (0, 12) else {"outstanding_grosze": 0}
        bill(anna, ago, 9, **columns)
    page.goto(f"{office.base_url}/faktury")
    expect(page.locator(".table__paper")).to_have_count(25)
    return page


def test_filters_and_pages_survive_back_and_reload(listed):
    page, rows = listed, listed.locator(".table__paper")
    page.get_by_role("link", name="Starsze faktury").click()
    expect(rows).to_have_count(5)
    page.reload()
    expect(rows).to_have_count(5)
    page.go_back()
    expect(rows).to_have_count(25)
    sift = page.locator(".sift__call")
    sift.click()
    page.locator("#state").select_option("Do zapłaty")
    page.get_by_role("button", name="Pokaż", exact=True).click()
    expect(rows).to_have_count(2)
    assert page.url.endswith("/faktury?state=due")
    # What is chosen is told also where its form is folded.
    expect(sift).to_have_text("Filtruj: do zapłaty")
    sift.click()
    page.locator("#number").fill(rows.first.locator("a").inner_text()[-5:])
    page.locator("#number").press("Enter")
    expect(rows).to_have_count(1)
    # From one invoice the way back leads to the list as it was.
    rows.first.locator("a").click()
    expect(page.get_by_role("heading", name="Czemu tyle?")).to_be_visible()
    expect(page.locator(".places__place[aria-current]")).to_have_text("Faktury")
    page.get_by_role("link", name="Wszystkie faktury").click()
    expect(rows).to_have_count(1)
    expect(page.locator("#number")).not_to_have_value("")
    page.go_back()
    page.go_back()
    page.go_back()
    expect(rows).to_have_count(2)


def test_first_invoice_is_seen_on_a_phone_without_scrolling(listed):
    row = listed.locator(".table__paper").first
    bar = listed.locator(".places").bounding_box()["y"]
    box = row.bounding_box()
    assert box["y"] + box["height"] < bar
    # What it is for, its number, and how it stands.
    period, number = row.locator("th").inner_text().split("\n")[:2]
    assert period.split()[-1].isdigit()
    assert number.startswith("FV/")
    expect(row.locator(".state:visible")).to_have_text("do zapłaty")
    listed.set_viewport_size(DESKTOP)
    expect(row.locator("td.table__wide").nth(1)).to_have_text(re.compile(r"^\d\d\.\d\d\.20\d\d$"))


# Of everything in the page: elements, and directives that Alpine has evaluated.
MADE = """() => {
  const all = [...document.querySelectorAll("*")];
  const named = all.flatMap((one) => one.getAttributeNames());
  return [all.length, named.filter((name) => /^(x-|:|@)/.test(name)).length];
}"""


def test_rows_are_made_of_few_elements_and_of_no_directives(listed):
    elements, directives = listed.evaluate(MADE)
    assert elements < 800, "some 21 a row, and 250 besides"
    assert directives < 120
    row = listed.locator(".table__paper").first
    assert "x-" not in str(row.evaluate("(one) => one.getAttributeNames()"))


def test_views_with_invoices_tell_how_many_and_the_others_are_not_there(listed):
    listed.set_viewport_size(DESKTOP)
    views = listed.get_by_role("navigation", name="Faktury według stanu").get_by_role("link")
    expect(views).to_have_text(["Wszystkie 30", re.compile("^Do zapłaty 2$"), "Opłacone 28"])
    views.nth(1).click()
    expect(listed.locator(".table__paper")).to_have_count(2)
    expect(listed.locator(".views__view[aria-current]")).to_have_text("Do zapłaty 2")
    # A view that one has asked for is there also when it is empty.
    listed.goto(listed.url.replace("state=due", "state=credit"))
    expect(listed.locator(".views__view[aria-current]")).to_have_text("Do zwrotu 0")
    expect(views).to_have_count(4)


def grosze(text: str) -> int:
    """The sum in the words of a table: − 13,19 zł."""
    sign = -1 if text.strip()[0] in "-−–" else 1
    return sign * int(re.sub(r"\D", "", text))


@pytest.mark.parametrize("screen", [NARROW, DESKTOP])
def test_differences_add_up_and_each_is_drawn_on_its_side(office, open_page, screen):
    page = open_page(viewport=screen)
    anna = customer_inside(page, office, "Anna Kowalska")
    before, now = bill(anna, 1, 13), bill(anna, 0, 12, 43)
    page.goto(f"{office.base_url}/faktury/{now.public_id}")
    rows = page.locator(".differ__row")
    expect(page.locator(".differ tfoot .number")).to_be_visible()
    expect(rows).to_have_count(3)
    sums = [grosze(row.locator(".number").inner_text()) for row in rows.all()]
    assert sum(sums[:-1]) == sums[-1] == now.gross_grosze - before.gross_grosze
    assert min(sums) < 0 < max(sums)
    for row, amount in zip(rows.all(), sums, strict=True):
        bar, axis = row.locator("rect").bounding_box(), row.locator("line").bounding_box()
        edge = bar["x"] + bar["width"] if amount < 0 else bar["x"]
        assert edge == pytest.approx(axis["x"] + axis["width"] / 2, abs=2)
        assert bar["width"] > 1


def test_list_and_invoice_by_keyboard_alone(listed):
    page = listed
    tab_to(page, ".sift__call")
    page.keyboard.press("Enter")
    tab_to(page, "#number")
    page.keyboard.type("---")
    page.keyboard.press("Enter")
    expect(page.locator("[data-faults]")).to_be_focused()
    tab_to(page, "[data-faults] a")
    page.keyboard.press("Enter")
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("FV")
    tab_to(page, "[data-submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**number=FV**")
    expect(page.locator(".table__paper")).to_have_count(25)
    expect(page.locator("tbody a").first).to_be_visible()
    tab_to(page, "tbody a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/faktury/" in url)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("a[href='#pay']:visible")).to_be_visible()
    tab_to(page, "a[href='#pay']")
    page.keyboard.press("Enter")
    assert page.evaluate(
        "() => document.querySelector('#pay').getBoundingClientRect().top < innerHeight"
    )
    page.keyboard.press("Tab")
    assert page.evaluate(IS_SEEN)


def test_foot_of_a_phone_has_the_sum_until_the_transfer_is_reached(office, open_page):
    page = open_page()
    anna = customer_inside(page, office, "Anna Kowalska")
    owed, paid = bill(anna, 0, 9), bill(anna, 1, 9, outstanding_grosze=0)
    show(page, office, owed, "")
    foot, places = page.locator(".foot"), page.locator(".places")
    expect(foot).to_contain_text("132,24 zł")
    # Above the bar, as long as the transfer is below.
    expect(page.locator("#pay")).not_to_be_in_viewport()
    box = foot.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(places.bounding_box()["y"], abs=1)
    foot.get_by_role("link", name="Zapłać").click()
    expect(page.locator("#pay")).to_be_in_viewport()
    expect(foot).not_to_be_in_viewport()
    # On a wide screen the transfer stands beside what it is for.
    page.set_viewport_size(DESKTOP)
    expect(foot).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#pay")).to_be_in_viewport()
    expect(page.locator("a[href='#pay']:visible")).to_have_count(0)
    show(page, office, paid, "")
    page.set_viewport_size(PHONE)
    expect(page.get_by_text("Opłacona. Nic nie zostało")).to_be_visible()
    expect(foot).to_be_hidden()
    expect(page.locator("#pay")).to_have_count(0)


def test_foot_leaves_the_screen_to_large_letters(office, open_page):
    page = open_page()
    anna = customer_inside(page, office, "Anna Kowalska")
    with large_letters(page):
        show(page, office, bill(anna, 0, 9), "")
        # The button at the head is the only one.
        expect(page.locator("a[href='#pay']:visible")).to_have_count(1)
        expect(page.locator(".bill__door")).to_be_visible()
        expect(page.locator(".foot")).to_be_hidden()


def test_link_of_a_mail_leads_through_the_login_to_its_invoice(office, open_page):
    page = open_page()
    anna = customer_inside(page, office, "Anna Kowalska")
    invoice = bill(anna, 0, 9)
    page.context.clear_cookies()
    page.goto(f"{office.base_url}/faktury/{invoice.public_id}")
    page.wait_for_url(f"**/logowanie?next=/faktury/{invoice.public_id}")
    type_login(page, anna.code)
    expect(page.locator("h1")).to_have_text(invoice.number)


ELSEWHERE = [
    *("//evil.example", "https://evil.example", "https:evil.example", "javascript:alert(1)"),
    *("/\\evil.example", "\\\\evil.example", "/%2F/evil.example", "%2F%2Fevil.example"),
    *("/%5Cevil.example", "\t//evil.example", "/\n/evil.example", "/start@evil.example"),
    *("/faktury?x=//evil", "/faktury?x=%2F%2Fevil", "/faktury#//evil", ".evil.example"),
]


@pytest.mark.parametrize("next_", ELSEWHERE)
def test_login_leads_nowhere_but_to_our_own_pages(office, open_page, next_):
    page = open_page()
    anna = customer_inside(page, office, "Anna Kowalska")
    page.context.clear_cookies()
    page.goto(f"{office.base_url}/logowanie?next={quote(next_)}")
    type_login(page, anna.code)
    page.wait_for_url(f"{office.base_url}/start")


def type_login(page, customer_code: str) -> None:
    page.locator("#customer_code").fill(customer_code)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()


def test_whole_invoice_by_keyboard_alone_on_the_narrowest_screen(office, open_page):
    page = open_page(viewport=NARROW)
    invoice = bill(customer_inside(page, office, "Anna Kowalska"), 0, 9)
    names = ("Wodomierz", "Data odczytu", "Poprzedni", "Bieżący", "Zużycie", "Sposób odczytu")
    head = "".join(f'<Kol Typ="txt">{el("NKom", name)}</Kol>' for name in names)
    cells = ("W-77", "2026-10-31", "412", "433", "21", "fizyczny")
    made = el("Tabela", el("Opis", "Odczyty"), el("TNaglowek", head))
    made = made.replace("</Tabela>", el("Wiersz", *(el("WKom", c) for c in cells)) + "</Tabela>")
    block = el("BlokDanych", el("MetaDane", els(ZKlucz="Punkt", ZWartosc="PP-1")), made)
    raw = faktura(
        "KOR",
        number="K/1",
        correction=el("PrzyczynaKorekty", "zły odczyt") + corrected("FV/1", KSEF_NUMBER),
        attachment=el("Zalacznik", block),
    )
    give(office.data_dir, invoice, "xml", raw)
    page.goto(f"{office.base_url}/faktury/{invoice.public_id}")
    expect(page.get_by_role("heading", name="Załącznik")).to_be_visible()
    # Every table that is wider than the screen is reached, named, and moved by the keyboard.
    for name in ("Korekta", "Załącznik"):
        frame = f".paper__frame[aria-label='{name}']"
        tab_to(page, frame)
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(name) => document.querySelector(name).scrollLeft > 0", arg=frame)
    cell = page.get_by_role("rowheader", name="FV/1").locator("xpath=../td[last()]")
    expect(cell).to_have_text(KSEF_NUMBER)
    assert cell.evaluate("(e) => e.getClientRects()[0].height < 3 * parseFloat("
                         "getComputedStyle(e).lineHeight)")  # fmt: skip
    for theme in ("light", "dark"):
        assert look_at(page, "whole invoice pl", theme, NARROW) == []
