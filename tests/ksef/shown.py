"""Texts of an invoice's page and PDF."""

import json

import pytest

from documents.papers import pdf, text_of
from ebok.invoices.models import Invoice
from ebok.ksef.numbers import crc8
from ksef.faktura import SELLER
from visitor import Visitor

BODY = f"{SELLER}-20261031-0100001AF629"
OWN_NUMBER = f"{BODY}-{crc8(BODY):02X}"

# A file is read and set the same way wherever its invoice's row is kept; three tests are of both.
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def page(visitor: Visitor, invoice: Invoice, language: str = "pl") -> dict:
    """The invoice's JSON as its page gets it."""
    return visitor.get(f"/api/invoices/{invoice.public_id}?lang={language}")["invoice"]


def words(answer: dict) -> str:
    """All that the page shows of the file, a space between any two words."""
    shown = [answer["visualisation"], answer["lines"]]
    return " ".join(json.dumps(shown, ensure_ascii=False).replace("\u00a0", " ").split())


def section(answer: dict, key: str) -> dict:
    return next(one for one in answer["visualisation"] if one["key"] == key)


def facts(block: dict) -> dict[str, str]:
    return {fact["label"]: fact["value"].replace("\u00a0", " ") for fact in block["facts"]}


def require_on_both(visitor: Visitor, invoice: Invoice, *wanted: str) -> None:
    """Assert that page and PDF contain each of these texts."""
    on_page, on_paper = words(page(visitor, invoice)), text_of(pdf(visitor, invoice))
    for text in wanted:
        assert text in on_page, (text, on_page)
        assert text in on_paper, (text, on_paper)
