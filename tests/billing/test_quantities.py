"""Quantities, prices and readings: read back as they were written, alone or by the hundreds."""

from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st

from ebok.billing import columns, quantities
from ebok.billing.dialect import Dialect
from properties.texts import ANYTHING

SHAPES = {quantities.quantity: 6, quantities.unit_price: 8, quantities.reading: 3}
SIGNS = st.sampled_from(",.")
NEARLY = st.text("0123456789,. -\u00a0", max_size=14)


def dialect(sign: str) -> Dialect:
    return Dialect("utf-8-sig", ";", sign, "iso")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@given(st.integers(0, 10**17), SIGNS, st.sampled_from(["", " ", "\u00a0"]))
def test_number_is_read_back_as_it_was_written(shape, whole, sign, thousands):
    decimals = SHAPES[shape]
    written = f"{Decimal(whole).scaleb(-decimals):,.{decimals}f}"
    before, _, after = written.partition(".")
    if len(before.replace(",", "")) > 12:
        return
    text = f"{before.replace(',', thousands)}{sign}{after}"
    assert shape(dialect(sign))(text) == whole


@pytest.mark.parametrize("shape", [quantities.quantity, quantities.unit_price])
@given(st.lists(NEARLY | ANYTHING, min_size=1, max_size=6), st.sampled_from(["", ",", "."]))
@example(["1\n2", "3"], ",")
@example(["-0,5", ""], ",")
@example(["1" * 12 + ",5", "1"], ",")
def test_many_at_once_are_read_as_one_by_one(shape, values, sign):
    read, read_all = shape(dialect(sign)), quantities.batch(shape, dialect(sign))

    def outcome(act):
        try:
            return act()
        except columns.Unfit as unfit:
            return str(unfit)

    assert outcome(lambda: read_all(values)) == outcome(lambda: list(map(read, values)))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_sign_that_no_value_has_shown_is_not_read(shape):
    with pytest.raises(columns.Unfit):
        shape(dialect(""))("1,5")
