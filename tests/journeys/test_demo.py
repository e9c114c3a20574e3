"""`ebok demo`, as a newcomer meets it: what it prints and its mail page are all one needs."""

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

import visitor
from cast import Customer
from demo.served import Demo, run
from journeys.axe import look_at
from journeys.conftest import PHONE
from journeys.wizard import (
    captcha_id,
    fill_invoice,
    fill_rest,
    log_in,
    press,
    set_password,
)

# The town is loaded once for all of them, so one process has them all.
pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> tuple[Path, str]:
    """A data directory with the town, and what was printed as it was loaded."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, run("--no-serve", {"EBOK_DATA_DIR": str(folder)})


@pytest.fixture(scope="module")
def town(loaded) -> Iterator[Demo]:
    """The town, served: for all of them, as each has residents of its own."""
    with Demo(loaded[0]) as town:
        yield town


def test_town_is_loaded_once_and_what_is_there_is_kept(loaded):
    data_dir, printed = loaded
    assert "300 nowych klientów" in printed
    assert printed.count("Kod klienta") == 3
    assert printed.count("NIP") == 1
    rename = "UPDATE customer SET name = ? WHERE code = '39-29300'"
    with closing(sqlite3.connect(data_dir / "ebok.sqlite3")) as database, database:
        database.execute(rename, ["Changed Here"])
    told = run("--no-serve", {"EBOK_DATA_DIR": str(data_dir)})
    assert "300 nowych" not in told
    assert printed.endswith(told)
    with closing(sqlite3.connect(data_dir / "ebok.sqlite3")) as database:
        found = database.execute("SELECT name FROM customer WHERE code = '39-29300'")
        assert found.fetchall() == [("Changed Here",)]


def test_newcomer_registers_with_what_is_printed_and_the_mail_page(
    loaded, town, open_page, monkeypatch
):
    data_dir, printed = loaded
    assert "customers.csv" in printed
    monkeypatch.setattr(visitor, "SECRET", (data_dir / "secret_key").read_text())
    sorts = town.customers()
    assert [one.kind for one in sorts] == ["person", "person", "company"]
    page = open_page(town.base_url)
    _register(page, town, sorts[2])
    page.goto(f"{town.base_url}/demo/poczta")
    expect(page.locator("article.mail").first).to_be_visible()
    assert look_at(page, "poczta pl", "dark", PHONE) == []
    # A connection that a browser holds open is waited for.
    page.context.close()
    town.serve_again()
    # The data are kept: nothing is loaded anew, and who has registered is not offered any more.
    assert sorts[2].code not in [one.code for one in town.customers()]
    assert "customers.csv" not in town.printed
    page = open_page(town.base_url)
    log_in(page, town, sorts[2].code, visitor.PASSWORD)
    page.wait_for_url("**/start")
    page.context.close()


def test_resident_sees_two_years_of_invoices(town, open_page):
    page = open_page(town.base_url)
    log_in(page, town, "39-29005", town.password())
    page.wait_for_url("**/start")
    page.goto(f"{town.base_url}/faktury")
    numbers = []
    while True:
        rows = page.locator(".table__paper")
        expect(rows.first).to_be_visible()
        numbers += rows.locator("a.table__name").all_inner_texts()
        older = page.locator(".pages__older")
        if older.is_hidden():
            break
        older.click()
        # The rows of the page before are gone.
        expect(page.get_by_role("link", name=numbers[-1], exact=True)).to_have_count(0)
    invoices = [number for number in numbers if number.startswith("FV/")]
    assert len(set(invoices)) == len(invoices) >= 24
    assert len({number.split("/")[1] for number in invoices}) >= 2
    expect(page.get_by_text("opłacona").locator("visible=true").first).to_be_visible()
    page.context.close()


@pytest.mark.shows("P41")
def test_news_in_the_inbox_end_in_a_mail_with_the_right_pdf_and_in_nothing_when_dropped_again(
    town, open_page
):
    page = open_page(town.base_url)
    report = town.deliver_news()
    told = int(re.search(r"Powiadamiamy pocztą (\d+) klient", report)[1])
    page.goto(f"{town.base_url}/demo/poczta")
    news = page.locator("article.mail h2", has_text=re.compile(r"FV/\d{4}/\d\d/\d\d/\d+"))
    expect(news).to_have_count(told)
    for code, producer in (("29005", "billing"), ("29007", "WeasyPrint")):
        mail = page.locator("article.mail", has=page.locator("h2", has_text=f"/{code}"))
        expect(mail).to_have_count(1)
        paper = _attached(page, mail)
        number = re.search(rf"FV/[\d/]+/{code}", mail.locator("h2").inner_text())[0]
        text = " ".join(sheet.extract_text() for sheet in paper.pages)
        assert number in "".join(text.split())
        assert ("WeasyPrint" in (paper.metadata or {}).get("/Producer", "")) == (
            producer == "WeasyPrint"
        )
    assert look_at(page, "poczta pl", "light", PHONE) == []
    assert "Nie ma nic do zmiany" in town.deliver_news()
    page.reload()
    expect(news).to_have_count(told)
    page.context.close()


def _attached(page: Page, mail: Locator) -> pypdf.PdfReader:
    """What is attached to a mail, saved by its link."""
    with page.expect_download() as saved:
        mail.get_by_role("link", name=".pdf").click()
    return pypdf.PdfReader(io.BytesIO(saved.value.path().read_bytes()))


def mail_to(town: Demo, page: Page, address: str, skip: int = 0) -> str:
    """The text of a mail to this address, as /demo/poczta shows it; newest first."""
    page.goto(f"{town.base_url}/demo/poczta")
    letters = page.locator("article.mail", has_text=address)
    expect(letters).to_have_count(skip + 1)
    return letters.first.locator(".mail__text").inner_text()


def _register(page: Page, town: Demo, customer: Customer) -> None:
    email, box = "nowak@poczta.example", page.context.browser.new_page()
    page.get_by_role("link", name="Rejestracja", exact=True).click()
    page.locator("#customer_code").fill(customer.code)
    page.locator("#email").fill(email)
    page.locator("#captcha_answer").fill(visitor.solve(captcha_id(page)))
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")
    code = re.search(r"^\s*(\d{6})\s*$", mail_to(town, box, email), re.M)[1]
    page.locator("#code").press_sequentially(code)
    expect(page.get_by_text("Kod się zgadza")).to_be_visible()
    fill_invoice(page, customer)
    fill_rest(page)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")
    letter = mail_to(town, box, email, skip=1)
    box.close()
    log_in(page, town, customer.code, re.search(r"^\s*([A-Za-z0-9]{12})\s*$", letter, re.M)[1])
    set_password(page)
    expect(page.locator(".whose")).to_contain_text(customer.code)
