"""Nothing is half read: what the schema allows is kept, or named as not kept, or refused."""

import re
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from ebok.ksef.annotations import ABSENT, WORDS
from ebok.ksef.element_values import Unfit, collapsed, scaled
from ebok.ksef.errors import Refused
from ebok.ksef.ignored_elements import IGNORED
from ebok.ksef.reading import read
from ksef.anything import Chances, Choices, Writer, pairs_of_file, pairs_of_schema
from ksef.faktura import SELLER

pytestmark = pytest.mark.shows("T8.8")

DOCS = Path(__file__).parents[2] / "docs"
TURNS = 36

MARKS = {*WORDS, *ABSENT, "JST", "GV", "StanPrzed", "StanPrzedZ", "BrakID", "Zaplacono", "RolaInna"}
"""Read as yes or no."""
ONLY_SAY_WHAT_FOLLOWS = {
    *("NrKSeF", "NrKSeFN", "NrKSeFZN", "PlatnoscInna", "TransportInny", "LadunekInny")
}
CONSTANT = {"KodWaluty", "ZnacznikZaplatyCzesciowej"}
SUMS = {"SumaObciazen", "SumaOdliczen", "DoZaplaty"}
"""Checked against their parts; DoZaplaty is kept unless there is DoRozliczenia."""
REFUSED_FOR = re.compile("what it corrects|lines whose rates")


def atoms(value) -> set[str]:
    """Every text and number in an invoice, as text."""
    if is_dataclass(value):
        return {a for f in fields(value) for a in atoms(getattr(value, f.name))}
    if isinstance(value, tuple):
        return {a for part in value for a in atoms(part)}
    if isinstance(value, date):
        return {value.isoformat()}
    return {str(value)} | ({str(-value)} if type(value) is int else set())


def forms(text: str) -> set[str]:
    """The ways in which the text of an element may stand in an invoice."""
    found = {text, text.rstrip("0")}
    for decimals in (2, 6, 8):
        try:
            found.add(str(scaled(text, decimals)))
        except Unfit:
            continue
    return found


def is_left(element: etree._Element) -> bool:
    """Whether it is on the list of what is not kept, or within something that is."""
    chain = [element, *element.iterancestors()]
    names = [etree.QName(e).localname for e in chain]
    return any(
        child in IGNORED.get(parent, ()) for child, parent in zip(names, names[1:], strict=False)
    )


def missing(raw: bytes, seller: str = SELLER) -> list[tuple[str, str]]:
    """The leaves of a file whose value the invoice does not have."""
    invoice = read(raw, seller)
    kept = atoms(invoice)
    texts = " ".join(kept)
    lost = []
    for element in etree.fromstring(raw).iter():
        name, text = etree.QName(element).localname, collapsed(element.text)
        if len(element) or not text or is_left(element):
            continue
        if name in MARKS | ONLY_SAY_WHAT_FOLLOWS | CONSTANT | SUMS:
            continue
        # Terms, discounts and numbers abroad are kept put together.
        if not forms(text) & kept and text not in texts:
            lost.append((name, text))
    return lost


@cache
def everything(turn: int) -> bytes:
    """A file with all that is optional, and the choices of this turn."""
    return Writer(Choices(turn), "KOR" if turn % 2 else "VAT").write()


def test_files_of_the_schema_have_every_element_of_it():
    found = set()
    for turn in range(TURNS):
        found |= pairs_of_file(everything(turn))
    assert pairs_of_schema() - found == set()
    assert len(found) > 300


def test_every_value_of_a_file_is_kept_or_named_as_not_kept():
    for turn in range(TURNS):
        assert missing(everything(turn)) == []


@pytest.mark.shows("P88")
@given(st.integers(0, 2**32))
def test_whatever_the_schema_allows_is_whole_or_refused_for_what_it_means(seed):
    raw = Writer(Chances(seed)).write()
    try:
        lost = missing(raw)
    except Refused as refused:
        reason = str(refused)
        assert REFUSED_FOR.search(reason)  # noqa: PT017 either outcome is right
    else:
        assert lost == []


def test_list_of_what_is_not_kept_names_only_elements_of_the_schema():
    known = pairs_of_schema()
    assert {(parent, child) for parent, left in IGNORED.items() for child in left} <= known


def test_list_of_what_is_not_kept_is_in_the_document():
    told = (DOCS / "ksef-format.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (`.*`) \|", told, re.MULTILINE))
    listed = {parent: frozenset(re.findall(r"`(\w+)`", cell)) for parent, cell in rows.items()}
    assert listed == IGNORED
