"""Meters and readings in notes and attachments, in the words that sellers use."""

import pytest
from hypothesis import given, strategies as st

from ebok.ksef.meters import readings
from ebok.ksef.notes import Block, MeterReading, Note, Table


def of(*pairs: tuple[str, str], line: int = 0) -> tuple[MeterReading, ...]:
    return readings(tuple(Note(key, value, line) for key, value in pairs), ())


@pytest.mark.parametrize(
    "key",
    ["Nr wodomierza", "numer wodomierza:", "Wodomierz", "Wodomierz nr", "Numer licznika",
     "licznik nr", "Nr podlicznika", "Nr fabryczny wodomierza", "Wodomierz główny nr"],
)  # fmt: skip
def test_words_for_a_meter(key):
    assert of((key, "12345678")) == (MeterReading("12345678"),)


@pytest.mark.parametrize(
    ("previous", "current"),
    [
        ("Stan poprzedni", "Stan bieżący"),
        ("Odczyt poprzedni", "Odczyt obecny"),
        ("poprzedni odczyt wodomierza", "aktualny odczyt wodomierza"),
        ("Wskazanie początkowe", "Wskazanie końcowe"),
        ("Stan wodomierza - poprzedni [m3]", "Stan wodomierza - biezacy [m3]"),
        ("STARY STAN", "NOWY STAN"),
    ],
)
def test_words_for_readings(previous, current):
    found = of(("Nr wodomierza", "A-12/3"), (previous, "100"), (current, "123,5 m3"))
    assert found == (MeterReading("A-12/3", "100", "123.5"),)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", "0"), ("1 234", "1234"), ("1\u00a0234,567 m³", "1234.567"), ("1234.567", "1234.567"),
     ("12.5m3", "12.5"), ("00012", "00012")],
)  # fmt: skip
def test_values_as_they_are_written(text, value):
    assert of(("stan bieżący", text)) == (MeterReading("", "", value),)


@pytest.mark.parametrize("text", ["1.234", "brak", "12 m3 i 5 l", "-5", "1,2,3", "1 23", "12a", ""])
def test_what_is_not_plain_stays_a_note(text):
    assert of(("stan bieżący", text)) == ()


def test_days_and_ways_of_reading_are_no_readings():
    assert of(("data odczytu poprzedniego", "100"), ("sposób odczytu bieżącego", "1")) == ()


def test_several_meters_each_with_its_own_readings():
    found = of(
        ("Nr wodomierza", "1"), ("stan poprzedni", "10"), ("stan bieżący", "20"),
        ("Nr wodomierza", "2"), ("stan poprzedni", "30"), ("stan bieżący", "40"),
    )  # fmt: skip
    assert found == (MeterReading("1", "10", "20"), MeterReading("2", "30", "40"))


def test_readings_belong_to_the_line_that_they_are_about():
    notes = (
        Note("stan poprzedni", "10", 1),
        Note("stan bieżący", "20", 2),
    )
    assert readings(notes, ()) == (MeterReading("", "10", ""), MeterReading("", "", "20"))


def test_meter_in_a_row_above_its_readings():
    columns = tuple(
        (name, "txt") for name in ("Strefa", "Wskazanie bieżące", "Wskazanie poprzednie")
    )
    rows = (
        ("Licznik rozliczeniowy nr 77",),
        ("całodobowa", "20", "10"),
        ("Licznik nr 78",),
        ("", "-"),
    )
    block = Block("", (), (), (Table("Odczyty", (), columns, rows, ()),))
    assert readings((), (block,)) == (MeterReading("77", "10", "20"),)


@pytest.mark.parametrize("word", ["energii czynnej", "gazu", "(kWh)", "GJ"])
def test_meter_of_something_else_than_water_is_none_of_ours(word):
    columns = tuple((name, "txt") for name in ("Strefa", "Stan bieżący", "Stan poprzedni"))
    rows = ((f"Licznik {word} nr 77",), ("całodobowa", "20", "10"))
    block = Block("", (), (), (Table("Odczyty", (), columns, rows, ()),))
    assert readings((), (block,)) == ()


def test_facts_of_a_block_are_as_good_as_notes():
    block = Block("", (("Nr wodomierza", "5"), ("Stan bieżący", "7")), (), ())
    assert readings((), (block,)) == (MeterReading("5", "", "7"),)


@given(st.lists(st.tuples(st.text(), st.text(), st.integers(0, 3))))
def test_any_notes_are_looked_at_without_harm(found):
    for reading in readings(tuple(Note(*one) for one in found), ()):
        assert reading.serial or reading.previous or reading.current
