"""Walks from the leaflet's first step to *Start* in any engine."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from cast import Customer, new_email
from demo.served import Demo
from engines.drivers import Engine
from engines.looks import squares
from engines.wires import Refused
from patience import until
from visitor import PASSWORD, solve

# The first that is shown; of several with this text, where one is given.
FIND = r"""return [...document.querySelectorAll(arguments[0])].find((one) =>
    one.getClientRects().length && getComputedStyle(one).visibility === "visible" &&
    (!arguments[1] || one.innerText.replace(/\s+/g, " ").trim() === arguments[1])) ?? null"""
# What the page is like, while nothing is under way on it; empty while there is.
STILL = """const page = document.documentElement;
return document.readyState === "complete" && page.dataset.whole && !document.querySelector(
    "main.asks:not([data-settled]), .htmx-request, [aria-busy=true], [aria-disabled=true]"
  ) ? [location.href, performance.getEntries().length, document.body.innerHTML.length].join(" ")
  : ''"""
LOOKS = 400
"""How often a page that does nothing is looked at before nothing more is thought to come. Each look
is a turn of the engine's own, so that a busy machine takes longer for as many."""
LAST = """return [...document.querySelectorAll(arguments[0])].filter((one) =>
    one.getClientRects().length).pop()"""
IS_BACK = "return scrollY > 500 && document.activeElement.matches(arguments[0])"
DIGITS = 6
PICTURE = "img[src*='/api/captcha/']"


class Calm:
    """Whether a page has come to rest."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self.seen, self.looks = "", 0

    def is_lasting(self) -> bool:
        """Look once more: whether nothing has been under way for as many looks as it takes."""
        now = self.engine.evaluate(STILL) or ""
        self.looks = self.looks + 1 if now and now == self.seen else 0
        self.seen = now
        return self.looks >= LOOKS


class Hand:
    """Actions of a person in this window; waits are for visible things."""

    def __init__(self, engine: Engine, town: Demo):
        self.engine = engine
        self.town = town

    def go(self, path: str) -> None:
        """Type an address."""
        self.engine.go(self.town.base_url + path)

    def see(self, selector: str, text: str = ""):
        """The first such element, as soon as it is shown; not shown on a page at rest, it fails."""
        return self._until(lambda: self.engine.evaluate(FIND, selector, text), selector)

    def press(self, selector: str, text: str = "") -> None:
        """Click the visible element once nothing covers it."""
        refusals = [""]

        def is_pressed() -> bool:
            try:
                self.engine.press(self.see(selector, text))
            except Refused as refusal:
                refusals.append(str(refusal))
                return False
            return True

        until(is_pressed, told=lambda: f"{selector} {text}: {refusals[-1]}")

    def type(self, selector: str, text: str) -> None:
        """Type into a field, key by key."""
        self.engine.type(self.see(selector), text)

    def arrive(self, path: str) -> None:
        """Wait until this address is reached, and its heading is seen."""
        reached = f"return location.pathname.startsWith('{path}') && document.readyState"
        self._until(lambda: self.engine.evaluate(reached) == "complete", path)
        self.see("h1")

    def _until(self, condition: Callable[[], Any], awaited: str):
        calm = Calm(self.engine)

        def come():
            found = condition()
            assert found or not calm.is_lasting(), f"nothing more comes: {self._told(awaited)}"
            return found

        return until(come, told=lambda: self._told(awaited))

    def _told(self, awaited: str) -> str:
        page = self.engine.evaluate("return location.href + '\\n' + document.body.innerText")
        return f"waited for {awaited}\n{page}"


def walk(hand: Hand, customer: Customer) -> Iterator[str]:
    """Yields the name of each page when there is something to look at."""
    address = new_email()
    yield from _register(hand, customer, address)
    yield from _first_login(hand, customer, address)
    yield from _look_around(hand)


def _register(hand: Hand, customer: Customer, address: str) -> Iterator[str]:
    hand.go("/?lang=pl")
    hand.see("h1")
    yield "strona-glowna"
    hand.press("a", "Rejestracja")
    hand.arrive("/rejestracja")
    yield from _mistakes(hand, "twoje-dane")
    shown = hand.engine.evaluate("return arguments[0].src", hand.see(PICTURE))
    yield "twoje-dane"
    hand.type("#customer_code", customer.code)
    hand.type("#email", address)
    hand.type("#captcha_answer", solve(re.search(r"/captcha/([^/]+)/", shown)[1]))
    hand.press("[data-submit]")
    hand.arrive("/rejestracja/potwierdzenie")
    comb = hand.see("#code")
    until(lambda: squares(hand.engine, comb) == DIGITS, told=lambda: "no squares for the code")
    yield "potwierdzenie"
    hand.type("#code", _mailed(hand, address, r"\d{6}"))
    hand.see(".proof")
    yield "potwierdzenie-kod"
    yield from _mistakes(hand, "potwierdzenie")
    _fill_in(hand, customer)
    yield "potwierdzenie-zgody"
    hand.press("[data-submit]")
    hand.arrive("/rejestracja/gotowe")
    yield "gotowe"


def _mistakes(hand: Hand, page: str) -> Iterator[str]:
    """The form is sent as it is: what is missing is told above it and at each field."""
    hand.press("[data-submit]")
    hand.see("[data-faults] a")
    hand.see(".field__fault")
    yield f"{page}-bledy"


def _fill_in(hand: Hand, customer: Customer) -> None:
    hand.press(f"[name=kind][value={customer.kind}]")
    hand.type("#buyer", customer.name)
    if customer.nip:
        hand.type("#nip", customer.nip)
    hand.type("#number", customer.number)
    hand.type("#amount", customer.amount)
    for box in ("e_invoice", "privacy", "terms"):
        hand.press(f"#{box}")
    hand.type("#phone", "600 000 123")


def _mailed(hand: Hand, address: str, pattern: str) -> str:
    """The line of a mail to this address that matches the pattern."""

    def find() -> str:
        lines = "\n".join(hand.town.letters(address))
        found = re.search(rf"^\s*({pattern})\s*$", lines, re.M)
        return found[1] if found else ""

    return until(find)


def _first_login(hand: Hand, customer: Customer, address: str) -> Iterator[str]:
    hand.press("main a", "Zaloguj się")
    hand.arrive("/logowanie")
    # The code is there: this browser has just registered with it.
    hand.type("#password", _mailed(hand, address, r"[A-Za-z0-9]{12}"))
    yield "logowanie"
    hand.press("[data-submit]")
    hand.arrive("/zmiana-hasla")
    hand.type("#new_password", PASSWORD)
    yield "zmiana-hasla"
    hand.press("[data-submit]")
    hand.arrive("/start")


def _look_around(hand: Hand) -> Iterator[str]:
    hand.see(".owed")
    yield "start"
    hand.press("nav a[href$='/faktury']")
    hand.arrive("/faktury")
    hand.see("tbody tr")
    yield "faktury"
    hand.press("tbody a[href*='/faktury/']")
    hand.press(".pay__code .fold")
    hand.see("img[src*='/transfer.svg']")
    yield "faktura"
    hand.go("/zuzycie")
    hand.see("rect.chart__now")
    yield "zuzycie"
    hand.go("/platnosci")
    hand.see("main .owed")
    yield "platnosci"
    _come_back(hand, ".ledger__row a")
    hand.go("/moje-dane")
    hand.see("main section")
    yield "moje-dane"


def _come_back(hand: Hand, links: str) -> None:
    """From the last invoice of a list, by the browser's way back: to where one was."""
    hand.see(links)
    hand.engine.press(hand.engine.evaluate(LAST, links))
    hand.arrive("/faktury/")
    until(lambda: hand.engine.evaluate("return scrollY === 0"))
    hand.engine.evaluate("history.back()")
    told = "it does not come back to where it was"
    until(lambda: hand.engine.evaluate(IS_BACK, links), told=lambda: told)
