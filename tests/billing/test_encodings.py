"""Letters that a program before us lost are refused and named, however small the file."""

import pytest
from hypothesis import given, settings, strategies as st

from billing.bundles import as_csv, customer, on_one_database, write
from billing.test_import_dialects import source_of
from ebok.billing.encoding import recognise_encoding
from ebok.billing.errors import Refused
from ebok.demo.texts_names import COMPANIES, FIRST_NAMES, STREETS, SURNAMES

PLACES = (
    "Łódź", "Gdańsk", "Świętochłowice", "Źródlana", "Żory", "Ćmielów", "Ostrów Wlkp.", "Głogów",
    "Miedź", "Koźle", "płk. Jana Dąbka", "Bielsko–Biała", "J. Piłsudskiego", "Dvořáka", "Müllera",
)  # fmt: skip
REAL = [*FIRST_NAMES, *SURNAMES, *COMPANIES, *STREETS, *PLACES]
IN_CAPITALS = [text.upper() for text in REAL]
POLISH = [text for text in (*REAL, *IN_CAPITALS) if not text.isascii()]
EITHER = {"MIEDŹ", "J. PIŁSUDSKIEGO", "PŁK. JANA DĄBKA"}
"""Alone in a file these are words in two encodings."""

MAZOVIA = dict(
    zip(
        "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
        bytes.fromhex("868d9192a4a29ea6a7 8f95909ca5a398a0a1"),
        strict=True,
    )
)


def in_mazovia(text: str) -> bytes:
    """The bytes of an encoding that Python does not know; nothing where it lacks a letter."""
    if not _encoded("".join(c for c in text if c not in MAZOVIA), "cp437"):
        return b""
    return bytes(MAZOVIA.get(c) or c.encode("cp437")[0] for c in text)


def recognised(content: bytes) -> str:
    """The encoding of these bytes, or why there is none."""
    try:
        return recognise_encoding(source_of(content))
    except Refused as refused:
        return str(refused)


def lines(texts) -> str:
    return "".join(f"39-{n};{text};person\n" for n, text in enumerate(texts))


@pytest.mark.parametrize("text", POLISH)
def test_one_name_alone_is_known_in_ours_and_never_taken_in_another(text):
    content = lines([text])
    assert recognised(content.encode()) == "utf-8-sig"
    if text not in EITHER:
        try:
            assert recognised(content.encode("cp1250")) == "cp1250"
        except UnicodeEncodeError:
            return
    for encode in (in_cp852, in_mazovia, in_latin2):
        if raw := encode(content):
            assert "expected" in recognised(raw), encode


def in_cp852(text: str) -> bytes:
    return _encoded(text, "cp852")


def in_latin2(text: str) -> bytes:
    """Nothing where it is the same in CP1250."""
    raw = _encoded(text, "iso8859-2")
    return b"" if raw == _encoded(text, "cp1250") else raw


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(REAL), min_size=4, max_size=40), st.booleans())
def test_real_names_raise_no_alarm(texts, in_capitals):
    texts = [text.upper() for text in texts] if in_capitals else texts
    content = lines([*texts, "Zażółć gęślą jaźń"])
    assert recognised(content.encode()) == "utf-8-sig"
    assert recognised(content.encode("cp1250")) == "cp1250"


@pytest.mark.shows("P71")
@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([n for n in FIRST_NAMES + SURNAMES if not n.isascii()]), min_size=3)
)
def test_other_encodings_are_named(texts):
    content = lines([*texts, "Gęś", "Świętosław"])
    assert "looks like CP852" in recognised(content.encode("cp852"))
    assert "looks like Mazovia" in recognised(in_mazovia(content))
    assert "looks like ISO-8859-2" in recognised(content.encode("iso8859-2"))


def test_two_lines_in_cp852_are_refused_by_that_name(office, tmp_path):
    row = customer(name="Jędrzej Dąb", street="Żurawia 7", city="Kraj")
    (tmp_path / "customers.csv").write_bytes(as_csv([row]).encode("cp852"))
    output = office.run(tmp_path, expect=1)
    assert "customers.csv line 2" in output
    assert "looks like CP852: save it as CP1250 or UTF-8" in output
    assert office.customers() == []


def test_two_lines_that_could_be_either_are_not_taken(office, tmp_path):
    row = customer(name="JAN KOS", street="MIEDŹ", city="KRAJ")
    (tmp_path / "customers.csv").write_bytes(as_csv([row]).encode("cp1250"))
    output = office.run(tmp_path, expect=1)
    assert "this may be CP1250, CP852, Mazovia: save it as UTF-8" in output


def test_one_line_of_another_encoding_among_many_is_found(office, tmp_path):
    rows = [customer(customer_code=f"39-{n}", name=f"Świętosława Żółć {n}") for n in range(50)]
    content = as_csv(rows).encode("cp1250").split(b"\r\n")
    content[30] = (
        as_csv([customer(customer_code="39-29", name="Jędrzej")]).encode("cp852").split(b"\r\n")[1]
    )
    (tmp_path / "customers.csv").write_bytes(b"\r\n".join(content))
    output = office.run(tmp_path, expect=1)
    assert "customers.csv line 31" in output
    assert "expected one encoding in the whole file: this line is CP852" in output


@pytest.mark.shows("P71")
@pytest.mark.parametrize(
    ("name", "value"), [("Za\ufffd\ufffd\ufffd Kos", "\ufffd"), ("Å‚ucja", "Å‚"), ("GÄ™Å›", "Ä™")]
)
def test_letters_that_were_lost_before_are_refused(office, tmp_path, name, value):
    rows = [customer(), customer(customer_code="39-2", name=name)]
    output = office.run(write(tmp_path, rows), expect=1)
    assert (
        f'customers.csv line 3: "{value}": expected all letters, but this line has lost' in output
    )


@pytest.mark.parametrize("name", ["J?drzej Kos", "?ukasz Kos", "G??l Kos", "Jan ?uk"])
@pytest.mark.parametrize("count", [1, 500])
@on_one_database
def test_question_marks_in_the_place_of_letters_are_refused(office, tmp_path, name, count):
    rows = [customer(customer_code=f"39-{n}", name="Jan Kos") for n in range(count)]
    rows[-1]["name"] = name
    output = office.run_anything(write(tmp_path, rows))
    assert f'customers.csv line {count + 1}, column name: "{name}": expected all letters' in output
    # Among many right rows the wrong one is set aside.
    assert len(office.customers()) == (count - 1 if count > 1 else 0)


def test_question_mark_behind_a_word_is_one(office, tmp_path):
    office.run(write(tmp_path, [customer(name="Co? Gdzie? Bar s.c.")]))
    assert office.customers()[0]["name"] == "Co? Gdzie? Bar s.c."
