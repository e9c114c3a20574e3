"""A rate of VAT as a number."""

from fractions import Fraction

import pytest

from ebok.values.vat import FREE, percent


@pytest.mark.parametrize(
    ("rate", "number"),
    [("23", 23), ("8", 8), ("5,5", Fraction(11, 2)), ("OSS 21.5", Fraction(43, 2)), ("", None)],
)
def test_rate_is_read_as_a_number(rate, number):
    assert percent(rate) == number


@pytest.mark.parametrize("rate", FREE)
def test_no_vat_is_counted_of_what_is_free_of_it(rate):
    assert percent(rate) == 0
