"""Sums of money, typed by people and written by billing systems: read back, never guessed."""

from datetime import date

import pytest
from hypothesis import assume, example, given, strategies as st

from ebok.billing import columns
from ebok.billing.dialect import Dialect, DialectDetector
from ebok.billing.errors import Refused
from ebok.forms import tidy
from ebok.values import normalize
from properties.texts import BLANKS, INVISIBLE, wide

GROSZE = st.integers(0, 10**10 - 1)
SPACES = st.sampled_from((" ", "\u00a0", "\u202f", "\u2009"))
CURRENCIES = st.sampled_from(("", "zł", " zł", "ZŁ", " zł.", " PLN", "pln", " zl", "\u00a0zł"))


def grouped(whole: int, sign: str) -> str:
    """1234567 as 1 234 567."""
    return f"{whole:,}".replace(",", sign)


@st.composite
def written(draw) -> tuple[int, str]:
    """Grosze, and the sum as people write it: any sign, grouping and currency, stray spaces."""
    grosze = draw(GROSZE)
    whole, part = divmod(grosze, 100)
    sign = draw(st.sampled_from(",."))
    thousands = draw(st.one_of(st.just(""), st.just({",": ".", ".": ","}[sign]), SPACES))
    number = f"{grouped(whole, thousands)}{draw(BLANKS)}{sign}{draw(BLANKS)}{part:02}"
    minus = draw(st.sampled_from(("", "", "-", "−", "- ")))
    text = f"{draw(BLANKS)}{minus}{number}{draw(CURRENCIES)}{draw(BLANKS)}"
    shown = draw(st.sampled_from((text, wide(text), text.replace(" ", draw(INVISIBLE) + " "))))
    return (-grosze if minus else grosze), shown


@given(written())
@example((123456, "1 234,56 zł"))
@example((12345, "123,45"))
@example((12345, "123.45"))
@example((12345, "PLN 123,45"))
@example((100, "1.00"))
def test_every_written_form_reads_back(pair):
    grosze, text = pair
    # As a field hands it on: invisible characters have gone.
    assert normalize.amount_grosze(tidy(text)) == grosze


@given(st.integers(0, 10**8), SPACES, CURRENCIES)
def test_whole_zlote_and_tenths_may_be_short(whole, space, currency):
    assert normalize.amount_grosze(f"{whole}{currency}") == whole * 100
    assert normalize.amount_grosze(f"{grouped(whole, space)}{currency}") == whole * 100
    assert normalize.amount_grosze(f"{whole},5{currency}") == whole * 100 + 50


@given(st.integers(1, 999_999), st.integers(0, 999), st.sampled_from(",."), CURRENCIES)
def test_three_digits_after_the_only_sign_are_not_guessed(whole, part, sign, currency):
    refuse(f"{whole}{sign}{part:03}{currency}")
    refuse(f"{whole}{sign}{part:03}{sign}{part:03}{currency}")


@given(st.integers(1, 999_999), st.integers(0, 99), SPACES, CURRENCIES)
def test_space_where_a_comma_belongs_is_not_guessed(whole, part, space, currency):
    refuse(f"{whole}{space}{part:02}{currency}")
    refuse(f"{whole}{space}{part % 10}{currency}")


@given(st.integers(1, 999_999), st.integers(0, 99))
def test_raised_grosze_of_a_price_tag_are_not_guessed(whole, part):
    refuse(f"{whole}{f'{part:02}'.translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}")


@given(st.text(st.sampled_from("0123456789,. -zł"), max_size=14))
def test_what_is_read_has_the_digits_that_were_typed(text):
    try:
        grosze = normalize.amount_grosze(text)
    except normalize.Unreadable:
        return
    digits = "".join(c for c in text if c.isdigit())
    assert int(digits) in (abs(grosze), abs(grosze) // 10, abs(grosze) // 100)


def refuse(text: str) -> None:
    """The sum must be refused."""
    with pytest.raises(normalize.Unreadable):
        normalize.amount_grosze(text)


def reader(sign: str):
    """A reader of a file whose decimal sign is known."""
    return columns.amount(Dialect("utf-8-sig", ";", sign, "iso"))


@given(st.integers(-(10**14), 10**14), st.sampled_from(",."), st.sampled_from(("", " ", "\u00a0")))
def test_billing_sum_reads_back_in_either_dialect(grosze, sign, space):
    whole, part = divmod(abs(grosze), 100)
    text = f"{'-' if grosze < 0 else ''}{grouped(whole, space)}{sign}{part:02}"
    assume(len(text) <= 20)
    other = {",": ".", ".": ","}[sign]
    assert reader(sign)(text) == grosze
    with pytest.raises(columns.Unfit):
        reader(other)(text)
    # Without a sign seen, none is guessed.
    with pytest.raises(columns.Unfit):
        columns.amount(Dialect("utf-8-sig", ";"))(text)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(",."), st.sampled_from(("", "-")))
def test_billing_sum_with_two_readings_refuses_the_file(whole, part, sign, minus):
    text = f"{minus}{whole}{sign}{part:03}"
    with pytest.raises(Refused):
        DialectDetector("invoices.csv").observe_amount(2, "gross", text)
    with pytest.raises(columns.Unfit):
        reader(sign)(text)


@given(st.dates())
def test_billing_day_is_read_in_its_own_form_alone(day):
    iso, dotted = day.isoformat(), f"{day.day:02}.{day.month:02}.{day.year:04}"
    read_iso = columns.day(Dialect("utf-8-sig", ";", dates="iso"))
    read_dotted = columns.day_or_none(Dialect("utf-8-sig", ";", dates="dotted"))
    if 1900 <= day.year < 2100:
        assert read_iso(iso) == read_dotted(dotted) == iso
    for read, text in ((read_iso, dotted), (read_dotted, iso), (read_iso, iso[2:])):
        with pytest.raises(columns.Unfit):
            read(text)


@given(st.integers(0, 2999), st.integers(0, 99), st.integers(0, 99))
def test_day_that_no_calendar_has_is_refused(year, month, day):
    read = columns.day(Dialect("utf-8-sig", ";", dates="iso"))
    text = f"{year:04}-{month:02}-{day:02}"
    if is_day(text) and 1900 <= year < 2100:
        assert read(text) == text
    else:
        with pytest.raises(columns.Unfit):
            read(text)


def is_day(text: str) -> bool:
    """Whether Python's own calendar has this day."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
