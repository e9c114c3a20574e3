"""Field by field: each value of a file that has every element of the schema is shown."""

import html
import json
import re
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from flask_babel import force_locale
from lxml import etree

from cast import add_invoice, new_customer
from documents.papers import give
from ebok import database
from ebok.app import create_core
from ebok.documents import operations, serializers_ksef as ksef
from ebok.documents.models import Document
from ebok.invoices import serializers
from ebok.ksef import texts, texts_figures as figures
from ebok.ksef.element_values import collapsed
from ebok.pdf import templates
from ebok.settings import load
from ksef.anything import Choices, Writer
from ksef.test_whole import MARKS, ONLY_SAY_WHAT_FOLLOWS, SUMS, is_left

TURNS = 12
SHOWN_ONCE = {"RodzajFaktury", "ZnacznikZaplatyCzesciowej", "PodmiotPosredniczacy", "P_12_Zal_15"}
"""Said in words, which have their own tests."""
NOT_SHOWN = {"DataWytworzeniaFa", "KodWaluty", "NrKSeFZN", "P_12Z_Zal_15"}
OF_THE_TABLES = {"P_2", "P_15", "NrWierszaFa"}
"""On the page number and gross are at its head, and the lines stand in their order."""
CODES = {
    "FormaPlatnosci": texts.MEANS,
    "Rola": texts.ROLES,
    "RolaPU": {code.removeprefix("PU "): word for code, word in texts.ROLES.items() if " " in code},
    "TypKorekty": texts.EFFECTS,
    "RodzajTransportu": texts.TRANSPORTS,
    "RachunekWlasnyBanku": texts.OWN_ACCOUNTS,
    "StatusInfoPodatnika": texts.STATUSES,
}


def forms(name: str, text: str) -> set[str]:
    """The ways in which a value may be written for a Polish reader."""
    found = {text, figures.account(text), texts.rate(text), texts.country(text), texts.load(text)}
    if name in CODES:
        return {plain(texts.word_for(CODES[name], text))}
    if re.fullmatch(r"-?\d{1,16}(\.\d{1,8})?", text):
        number = Decimal(text)
        found |= {templates.decimal(number), templates.price(number), figures.written(text)}
        found.add(f"{number.normalize():f}%")
        found.add(figures.number(int((number * 100).to_integral_value())))
        found.add(figures.number(-int((number * 100).to_integral_value())))
    with suppress(ValueError):
        found.add(figures.moment(text))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        found |= {figures.day(day), f"{day.day}–", f"{day.day} {figures.day(day).split()[1]}"}
    return {plain(form) for form in found if form}


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def lost(raw: bytes, shown: str) -> list[tuple[str, str]]:
    """The values of a file that are not shown."""
    found = []
    for element in etree.fromstring(raw).iter():
        name, text = etree.QName(element).localname, collapsed(element.text)
        if len(element) or not text or is_left(element) or (name, text) == ("KodKraju", "PL"):
            continue
        if name == "IDNabywcy" and "Podmiot2K" in element.getparent().tag:
            # It joins the buyer with who they were, and stands with the buyer.
            continue
        if name in MARKS | ONLY_SAY_WHAT_FOLLOWS | SUMS | SHOWN_ONCE | NOT_SHOWN:
            continue
        if not any(form in shown for form in forms(name, text)):
            found.append((name, text))
    return found


@pytest.mark.shows("P9")
def test_page_and_paper_show_every_value_of_a_file(office):
    customer = new_customer(months=0)
    settings = load(office.settings())
    app = create_core(settings)
    for turn in range(TURNS):
        raw = Writer(Choices(turn), "KOR" if turn % 2 else "VAT").write()
        invoice = add_invoice(customer.code, customer.name)
        give(office.data_dir, invoice, "xml", raw)
        with app.app_context(), force_locale("pl"), database.connection():
            view = operations.find_view(Document.sha256_of(customer.code, invoice.number, "xml"))
            answer = json.dumps(serializers.whole(invoice), ensure_ascii=False)
            printed = templates.html(
                "ksef_invoice", "pl", **ksef.gather(invoice, view, "", "pl", settings)
            )
            paper = html.unescape(re.sub(r"<[^>]*>", " ", printed.partition("<body>")[2]))
            assert lost(raw, plain(paper)) == [], turn
            missing = lost(raw, plain(answer + digits(answer)))
            assert [one for one in missing if one[0] not in OF_THE_TABLES] == [], turn


def digits(answer: str) -> str:
    """The sums of the answer's lines and of its VAT, as the page writes them."""
    told = json.loads(answer)
    of_lines = [(line, "quantity_millionths", "unit_net_microgrosze") for line in told["lines"]]
    written = [
        figures.number(row[name]["grosze"])
        for row in (*told["lines"], *told["vat_sums"], told)
        for name in ("net", "gross", "vat")
        if row.get(name)
    ]
    for line, quantity, price in of_lines:
        written += [
            figures.quantity(line[quantity]),
            figures.price(line[price]),
            texts.rate(line["vat_rate"]),
        ]
    return " ".join(written)
