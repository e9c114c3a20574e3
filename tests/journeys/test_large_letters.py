"""Letters twice as large, as a browser is set by who sees badly: on a phone nothing is cut off."""

import pytest
from playwright.sync_api import expect

from documents.papers import give
from journeys.axe import BESIDE, large_letters
from journeys.scenes_papers import bill, customer_inside
from ksef.faktura import BUYER, KSEF_NUMBER, el, els, faktura

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]

NARROWEST_VALUE = """() => Math.min(...[...document.querySelectorAll(".copy dd:not(.copy__act)")]
    .filter((one) => one.offsetParent).map((one) => one.clientWidth))"""

LETTERS = "() => getComputedStyle(document.documentElement).fontSize"
HYPHENS = """which => [...new Set([...document.querySelectorAll(which)].filter((one) =>
    one.offsetParent && !one.matches(":is(dd, td) *, .keep *, .keep")
).map((one) => getComputedStyle(one).hyphens))]"""


@pytest.mark.shows("P11")
@pytest.mark.parametrize("lang", ["pl", "en", "uk"])
@pytest.mark.parametrize("width", [360, 400])
def test_nothing_of_an_invoice_is_cut_off(office, open_page, lang, width):
    page = open_page(f"{office.base_url}/", viewport={"width": width, "height": 800})
    firm = customer_inside(page, office, "Piekarnia „Kłos” Sp. z o.o.", kind="company", nip=BUYER)
    bill(firm, 1, 9)
    invoice = bill(firm, 0, 10, ksef_number=KSEF_NUMBER)
    kol = "".join(f'<Kol Typ="{t}">{el("NKom", n)}</Kol>' for n, t in (("Wodomierz", "txt"),
        ("Odczyt poprzedni", "dec"), ("Odczyt bieżący", "dec")))  # fmt: skip
    row = el("Wiersz", el("WKom", "W1"), el("WKom", "100.5"), el("WKom", "110.5"))
    table = el("Tabela", el("TNaglowek", kol), row)
    meta = el("MetaDane", els(ZKlucz="Punkt poboru", ZWartosc="ul. Lipowa 14"))
    raw = faktura(attachment=el("Zalacznik", el("BlokDanych", meta, table)))
    give(office.data_dir, invoice, "xml", raw)
    with large_letters(page):
        page.goto(f"{office.base_url}/faktury/{invoice.public_id}?lang={lang}")
        expect(page.locator("#whole")).to_be_visible()
        expect(page.locator(".copy").first).to_be_visible()
        # Twice the usual 18 pixels.
        assert page.evaluate(LETTERS) == "36px"
        assert page.evaluate(BESIDE, width) == []
        # What is to be copied has the whole width, and not a letter a line.
        assert page.evaluate(NARROWEST_VALUE) > width / 2
        # A word parts with a hyphen of its language, and what is copied without one.
        assert page.locator("html").get_attribute("lang") == lang
        assert page.evaluate(HYPHENS, "h1, h2, p, a, button, label, dt, th") == ["auto"]
        assert page.evaluate(HYPHENS, "dd, td, .keep") == ["manual"]
