"""KSeF numbers: in a file's name, in ksef.csv, and in the link that proves an invoice."""

import base64
import hashlib
import io
from datetime import date

import pytest
from hypothesis import given, strategies as st

from ebok.ksef.errors import Refused
from ebok.ksef.numbers import crc8, find, is_from_ksef_1, is_known, is_valid, read_companion
from ebok.ksef.qr import verification_link
from ksef.faktura import KSEF_NUMBER, SELLER

OWN = f"{SELLER}-20261031-0100001AF629-21"
OTHER = f"{SELLER}-20261031-0100001AF62A-{crc8(f'{SELLER}-20261031-0100001AF62A'):02X}"


def companion_of(raw: bytes) -> dict[str, str]:
    return read_companion(lambda: io.BytesIO(raw))


def refused(call, *args) -> str:
    """The reason for which something is refused."""
    with pytest.raises(Refused) as told:
        call(*args)
    return told.value.fault.expected


def test_published_number_is_sound():
    assert is_valid(KSEF_NUMBER)
    assert is_valid(OWN)


@pytest.mark.parametrize(
    "name", [f"{OWN}.xml", f"FV_1_{OWN.lower()}_kopia.XML", f"FV 1 ({OWN}).xml", f"ż-{OWN}"]
)
def test_number_is_found_anywhere_in_the_name(name):
    assert find(name, {}, SELLER) == OWN


def test_file_without_a_number_has_none():
    assert find("faktura-1.xml", {}, SELLER) == ""


@given(st.integers(0, 34), st.sampled_from("0123456789ABCDEF"))
def test_any_changed_character_in_a_name_is_refused_or_no_number(place, put):
    changed = OWN[:place] + put + OWN[place + 1 :]
    # With a day of KSeF 1 it may be one of its numbers, whose checksum nobody knows.
    if changed == OWN or is_from_ksef_1(changed):
        return
    try:
        found = find(f"{changed}.xml", {}, changed[:10])
    except Refused:
        return
    assert found == ""


@pytest.mark.parametrize(
    ("body", "is_taken"),
    [
        ("20251031-0100001AF629-00", True),
        ("20251031-010000-1AF629-00", True),
        ("20260131-010000-1AF629-00", True),
        ("20260201-0100001AF629-00", False),
        ("20260201-010000-1AF629-00", False),
        ("20211231-010000-1AF629-00", False),
        ("20251031-010000-1AF62-00", False),
    ],
)
def test_number_of_ksef_1_is_known_until_ksef_2_began(body, is_taken):
    number = f"{SELLER}-{body}"
    assert is_known(number) == is_taken
    assert not is_valid(number)
    if is_taken:
        assert find(f"FV {number.lower()}.xml", {}, SELLER) == number
        listed = companion_of(f"file;ksef_number\na.xml;{number}\n".encode())
        assert listed == {"a.xml": number}


def test_number_of_another_seller_is_refused():
    assert SELLER in refused(find, f"{KSEF_NUMBER}.xml", {}, SELLER)


def test_companion_gives_what_the_name_does_not():
    listed = companion_of(f"plik;file;KSEF_NUMBER\n1;a/Faktura-1.xml;{OWN.lower()}\n\n".encode())
    assert listed == {"faktura-1.xml": OWN}
    assert find("FAKTURA-1.XML", listed, SELLER) == OWN
    assert find("faktura-2.xml", listed, SELLER) == ""


def test_name_and_companion_must_not_differ():
    assert "differ" in refused(find, f"{OWN}.xml", {f"{OWN}.xml".lower(): OTHER}, SELLER)
    assert find(f"{OWN}.xml", {f"{OWN}.xml".lower(): OWN}, SELLER) == OWN


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("file;number\n", 1),
        ("file;file;ksef_number\n", 1),
        ("file;ksef_number\na.xml\n", 2),
        ("file;ksef_number\na.xml;\n", 2),
        (f"file;ksef_number\na.xml;{OWN[:-1]}0\n", 2),
        (f"file;ksef_number\na.xml;{OWN}\na.xml;{OTHER}\n", 3),
        ('file;ksef_number\n"a.xml;', 2),
    ],
)
def test_faults_of_the_companion_have_their_line(text, line):
    with pytest.raises(Refused) as told:
        companion_of(text.encode())
    assert told.value.fault.line == line


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_companion_is_read_or_refused(raw):
    for text in (raw, b"file;ksef_number\n" + raw):
        try:
            found = companion_of(text)
        except Refused:
            continue
        assert all(map(is_known, found.values()))


def test_verification_link_is_made_of_seller_day_and_bytes():
    raw = b"<Faktura/>"
    link = verification_link("5265877635", date(2026, 2, 1), hashlib.sha256(raw).digest())
    start, digest = link.rsplit("/", 1)
    assert start == "https://qr.ksef.mf.gov.pl/invoice/5265877635/01-02-2026"
    assert base64.urlsafe_b64decode(f"{digest}=") == hashlib.sha256(raw).digest()
    assert "=" not in digest
