"""Numbers are written as Babel writes them, and sentences found as Flask-Babel finds them."""

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from flask_babel import force_locale
from hypothesis import given, strategies as st

from ebok import languages
from ebok.languages import LANGUAGES
from ebok.values import figures, language, money

ANY_OF_OURS = st.sampled_from(LANGUAGES)


@given(st.decimals(-(10**12), 10**12, places=8), ANY_OF_OURS)
def test_quantity_and_price_are_as_babel_writes_them(value, lang):
    for least, most, pattern in ((0, 8, "########"), (2, 8, "00######"), (0, 3, "###")):
        told = format_decimal(value, f"#,##0.{pattern}", locale=lang).replace("-", figures.MINUS)
        # What rounds to nothing has no sign of its own to compare.
        if round(value, most):
            assert figures.decimal(value, lang, least, most) == told


@given(st.integers(-(10**14), 10**14), ANY_OF_OURS)
def test_sum_is_as_babel_writes_it(grosze, lang):
    told = format_decimal(Decimal(grosze).scaleb(-2), "#,##0.00", locale=lang)
    assert money.number(grosze, lang) == told.replace("-", figures.MINUS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_those_of_flask_babel(lang):
    domain = languages.Catalogues()
    with force_locale(lang):
        assert language.in_use() == lang
        assert languages.gettext("Rounding") == domain.gettext("Rounding")
        told = {"sum": "1,00", "day": "x"}
        one, many = "%(sum)s by %(day)s, %(num)s day left", "%(sum)s by %(day)s, %(num)s days left"
        for num in (1, 2, 5, 22):
            counted = domain.ngettext(one, many, num, **told)
            assert languages.ngettext(one, many, num, **told) == counted


def test_language_that_is_forced_within_another_ends_with_its_block():
    with force_locale("uk"):
        with force_locale("en"):
            assert language.in_use() == "en"
        assert language.in_use() == "uk"
