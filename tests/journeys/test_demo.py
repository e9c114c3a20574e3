"""`ebok demo`, as a newcomer meets it: what it prints and its mail page are enough to register."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import visitor
from cast import Customer
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
from office import free_port

pytestmark = pytest.mark.journey
LABELS = (
    "Kod klienta",
    "Zarejestrowany jako",
    "Nazwa nabywcy",
    "NIP",
    "Nr faktury",
    "Kwota brutto",
)


class Demo:
    """A running demo: its address, and what it printed before it served."""

    def __init__(self, process: subprocess.Popen, base_url: str):
        self.base_url = base_url
        self.printed = ""
        for line in process.stdout:
            self.printed += line
            if line.startswith("Office:"):
                return
        raise AssertionError(self.printed)

    def customers(self) -> list[Customer]:
        """Whom one can register as."""
        blocks = re.split(r"\n\s*\n", self.printed.partition("You can register")[2])
        return [customer for block in blocks for customer in self._read(block)]

    def _read(self, block: str) -> Iterator[Customer]:
        facts = {name: _fact(block, name) for name in LABELS}
        if facts["Kod klienta"]:
            code, kind, name, nip, number, amount = facts.values()
            yield Customer(
                code, name, "company" if kind == "Firma" else "person", nip, number, amount
            )

    def mail_to(self, page: Page, address: str, skip: int = 0) -> str:
        """The text of a mail to this address, as /demo/poczta shows it; newest first."""
        page.goto(f"{self.base_url}/demo/poczta")
        letters = page.locator("article.mail", has_text=address)
        expect(letters).to_have_count(skip + 1, timeout=20_000)
        return letters.first.locator(".mail__text").inner_text()


def _fact(block: str, name: str) -> str:
    found = re.search(rf"^\s*{name}\s\s+(.+)$", block, re.M)
    return found[1].strip() if found else ""


@contextmanager
def demo(data_dir: Path) -> Iterator[Demo]:
    """Start it as `make run` does, on a port of its own, and stop it with Ctrl+C."""
    port = free_port()
    base_url = f"http://localhost:{port}"
    settings = {"EBOK_DATA_DIR": str(data_dir), "EBOK_PORT": str(port), "EBOK_BASE_URL": base_url}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "ebok", "demo"],
        env={"PATH": os.environ["PATH"], **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Demo(process, base_url)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def test_newcomer_registers_with_what_is_printed_and_the_mail_page(
    tmp_path, open_page, monkeypatch
):
    with demo(tmp_path) as town:
        monkeypatch.setattr(visitor, "SECRET", (tmp_path / "secret_key").read_text())
        sorts = town.customers()
        assert "customers.csv" in town.printed
        assert [one.kind for one in sorts] == ["person", "person", "company"]
        page = _wait_for(open_page, town)
        _register(page, town, sorts[2])
        page.goto(f"{town.base_url}/demo/poczta")
        expect(page.locator("article.mail").first).to_be_visible()
        assert look_at(page, "poczta pl", "dark", PHONE) == []
        # A connection that a browser holds open is waited for.
        page.context.close()
    with demo(tmp_path) as again:
        # The data are kept: nothing is loaded anew, and who has registered is not offered any more.
        assert sorts[2].code not in [one.code for one in again.customers()]
        assert "customers.csv" not in again.printed
        page = _wait_for(open_page, again)
        log_in(page, again, sorts[2].code, visitor.PASSWORD)
        page.wait_for_url("**/start")
        page.context.close()


def _wait_for(open_page, town: Demo) -> Page:
    page = open_page("about:blank")
    for _ in range(100):
        try:
            page.goto(town.base_url)
            return page
        except Exception:
            page.wait_for_timeout(100)
    raise AssertionError("the demo does not answer")


def _register(page: Page, town: Demo, customer: Customer) -> None:
    email, box = "nowak@poczta.example", page.context.browser.new_page()
    page.get_by_role("link", name="Rejestracja", exact=True).click()
    page.locator("#customer_code").fill(customer.code)
    page.locator("#email").fill(email)
    page.locator("#captcha_answer").fill(visitor.solve(captcha_id(page)))
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/potwierdzenie")
    code = re.search(r"^\s*(\d{6})\s*$", town.mail_to(box, email), re.M)[1]
    page.locator("#code").press_sequentially(code)
    expect(page.get_by_text("Kod się zgadza")).to_be_visible()
    fill_invoice(page, customer)
    fill_rest(page)
    press(page, "Confirm")
    page.wait_for_url("**/rejestracja/gotowe")
    letter = town.mail_to(box, email, skip=1)
    box.close()
    log_in(page, town, customer.code, re.search(r"^\s*([A-Za-z0-9]{12})\s*$", letter, re.M)[1])
    set_password(page)
    expect(page.locator(".whose")).to_contain_text(customer.code)
