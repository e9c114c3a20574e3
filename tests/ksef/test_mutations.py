"""Valid files with something done to them: each is read whole, or refused for a stated reason.

Each example is a file and a number from which the damage follows; `make torture` does much more.
"""

import os
import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from ebok.ksef.errors import Refused
from ebok.ksef.invoice import FaInvoice
from ebok.ksef.reading import read
from ksef.anything import Chances, Writer
from ksef.faktura import SELLER, corrected, due, faktura, note

pytestmark = pytest.mark.shows("T8.8")

# 300 examples of `make torture`, so that there are more than 100,000 inputs.
DAMAGES = 350 if os.environ.get("TORTURE") else 10

ELEMENT = re.compile(rb"<(\w+)(?: [^<>]*)?>[^<>]*</\1>")
TEXT = re.compile(rb">([^<>\n]+)<")
NUMBER = re.compile(rb">(-?\d+(?:\.\d+)?)<")
XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
SNIPPETS = (
    b"&x;", b"&#0;", b"&#x202e;", b"&lt;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ?>",
    b"\x00", b"<a/>", b"</Fa>", b"\xff\xfe", b"\xc5", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"'", b'"',
    "٣".encode(), "\u2028".encode(), b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
)  # fmt: skip
VALUES = (
    b"", b" ", b"0", b"-0", b"00", b"+1", b"1e9", b"NaN", b"INF", b".5", b"5.", b"9" * 18,
    b"9" * 400, b"-9999999999999999.99", b"0" * 5000 + b"1", b"2026-02-30", b"0000-00-00",
    b"2026-01-01Z", b"PLN", b"1 000", b"1,5", b"\t1\n", b"zw", b"\xc5\xbc" * 300, b"1",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp1250", "cp037", "utf-8-sig")
ATTRIBUTES = (
    b'xsi:nil="true"',
    b'xsi:type="TData"',
    b'a="1"',
    b'xmlns=""',
    b'xml:space="preserve"',
)

Damage = Callable[[bytes, random.Random], bytes]


def _span(raw: bytes, chance: random.Random, longest: int = 200) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.randrange(longest))


def flip(raw: bytes, chance: random.Random) -> bytes:
    """Another byte in place of one."""
    place = chance.randrange(len(raw)) if raw else 0
    return raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :]


def cut(raw: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return raw[: chance.randrange(len(raw) + 1)]


def lose(raw: bytes, chance: random.Random) -> bytes:
    """A piece is missing."""
    start, end = _span(raw, chance)
    return raw[:start] + raw[end:]


def repeat(raw: bytes, chance: random.Random) -> bytes:
    """A piece comes twice."""
    start, end = _span(raw, chance)
    return raw[:end] + raw[start:]


def insert(raw: bytes, chance: random.Random) -> bytes:
    """Something dangerous between two bytes."""
    place = chance.randrange(len(raw) + 1)
    return raw[:place] + chance.choice(SNIPPETS) + raw[place:]


def _found(pattern: re.Pattern, raw: bytes, chance: random.Random):
    found = list(pattern.finditer(raw))
    return chance.choice(found) if found else None


def drop_element(raw: bytes, chance: random.Random) -> bytes:
    """An element is missing."""
    match = _found(ELEMENT, raw, chance)
    return raw[: match.start()] + raw[match.end() :] if match else raw


def double_element(raw: bytes, chance: random.Random) -> bytes:
    """An element comes several times."""
    match = _found(ELEMENT, raw, chance)
    times = chance.choice((2, 3, 50))
    return raw[: match.start()] + match[0] * times + raw[match.end() :] if match else raw


def move_element(raw: bytes, chance: random.Random) -> bytes:
    """An element stands where another stood."""
    one, other = _found(ELEMENT, raw, chance), _found(ELEMENT, raw, chance)
    return raw[: one.start()] + other[0] + raw[one.end() :] if one else raw


def put_value(raw: bytes, chance: random.Random) -> bytes:
    """A strange value in place of one."""
    match = _found(chance.choice((TEXT, NUMBER)), raw, chance)
    value = chance.choice(VALUES)
    return raw[: match.start(1)] + value + raw[match.end(1) :] if match else raw


def swap_value(raw: bytes, chance: random.Random) -> bytes:
    """The value of another element."""
    match, other = _found(TEXT, raw, chance), _found(TEXT, raw, chance)
    return raw[: match.start(1)] + other[1] + raw[match.end(1) :] if match else raw


def put_attribute(raw: bytes, chance: random.Random) -> bytes:
    """An attribute that nobody expects."""
    match = _found(ELEMENT, raw, chance)
    if not match:
        return raw
    place = match.end(1)
    return raw[:place] + XSI + chance.choice(ATTRIBUTES) + raw[place:]


def encode(raw: bytes, chance: random.Random) -> bytes:
    """Another encoding, told or not."""
    encoding = chance.choice(ENCODINGS)
    text = raw.decode("utf-8", "replace")
    if chance.random() < 0.5:
        text = text.replace("UTF-8", encoding, 1)
    return text.encode(encoding, "replace") if chance.random() < 0.7 else text.encode()


def nest(raw: bytes, chance: random.Random) -> bytes:
    """An element within itself, many times."""
    match = _found(ELEMENT, raw, chance)
    if not match:
        return raw
    start, depth = b"<" + match[1] + b">", chance.choice((2, 300))
    return raw[: match.start()] + start * depth + raw[match.start() :]


DAMAGE: tuple[Damage, ...] = (
    flip, cut, lose, repeat, insert, drop_element, double_element, move_element, put_value,
    put_value, swap_value, put_attribute, encode, nest,
)  # fmt: skip

FILES = (
    faktura(),
    faktura("KOR", correction=corrected() + corrected("FV/2")),
    faktura(payment=due("2026-11-14", "2026-12-14"), notes=note("stan bieżący", "12,5")),
)


def outcome(raw: bytes) -> str:
    """What came of a file: "whole", or the reason for which it was refused."""
    try:
        invoice = read(raw, SELLER)
    except Refused as refused:
        assert refused.fault.expected, raw  # noqa: PT017 a refusal must say why
        assert len(str(refused)) < 40_000, raw  # noqa: PT017
        return "refused"
    assert isinstance(invoice, FaInvoice)
    assert invoice.number, raw
    return "whole"


@given(st.one_of(st.sampled_from(FILES), st.integers(0, 2**32)), st.integers(0, 2**32))
def test_damaged_files_are_refused_or_whole(file, seed):
    chance = random.Random(seed)
    sound = file if isinstance(file, bytes) else Writer(Chances(file)).write()
    for _ in range(DAMAGES):
        raw = sound
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            raw = chance.choice(DAMAGE)(raw, chance)
        outcome(raw)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(raw):
    assert outcome(raw) == "refused"


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("file", FILES)
def test_every_value_may_be_a_strange_one(file, value):
    for match in TEXT.finditer(file):
        outcome(file[: match.start(1)] + value + file[match.end(1) :])
