"""Strategies for text that people, phones and copied documents put into fields."""

import re
import unicodedata

from hypothesis import strategies as st

# Half a surrogate pair, NUL, marks of direction, joiners, wide and foreign digits, ligatures that
# become eighteen letters, letters whose capital is two, and marks without anything to stand on.
ODD = (
    "\ud800\udfff\x00\x1b\t\n\r\x85\u2028\u200b\u200d\u200e\u202e\u2066\ufeff\u00ad\u00a0\u202f\u3000"
    "０１２３٣४²③½ﬁﷺŉßẞİıſΐǅK\u0301\u0307\u0308\u0327\u0338´`'’ʼ′„”«»-–—−‑_/\\⁄."
    ",;:@+%zZłŁżŻaAéÉ\U0001f986\U0001d7d9\U000e0061\uffff\ufffd\u0345\u1fb7\u03a3\u03c2"
)
# Also of the shapes that are wanted, so that readers are not left at their first line.
SHAPED = st.from_regex(
    re.compile(r"[-−]?[0-9 .,٣]{0,12}(zł|PLN)?|PL[0-9 -]{10,14}|\+?[0-9 ()-]{5,15}|.{1,9}@.{1,9}"),
    fullmatch=True,
)
ANY_CHARACTER = st.characters(exclude_categories=())
SHORT = st.one_of(st.text(ANY_CHARACTER), st.text(st.sampled_from(ODD)), SHAPED)
LONG = st.builds(lambda text, times: (text * times)[:10_000], SHORT, st.just(10_000))
ANYTHING = st.one_of(SHORT, SHORT, SHORT, LONG)
"""Any text that a program can hold, of up to 10,000 characters."""

BLANKS = st.text(st.sampled_from(" \u00a0\u202f\u2009\t\u3000"), max_size=2)
"""Spaces of all widths: of a keyboard, of a printed sum, of a Japanese telephone."""

DASHES = st.sampled_from("-‐‑‒–—―−﹣－")
QUOTES = st.sampled_from("\"'„”“«»‚‘’`´‹›′″ʼ＂＇")
INVISIBLE = st.text(st.sampled_from("\u200b\u200e\u202c\u2060\ufeff\u00ad"), max_size=2)


def any_case(text: str) -> st.SearchStrategy[str]:
    """The text in capitals, small letters, or anyhow."""
    anyhow = [st.sampled_from((c.lower(), c.upper())) for c in text]
    return st.one_of(st.just(text.upper()), st.just(text.lower()), st.tuples(*anyhow).map("".join))


def wide(text: str) -> str:
    """The text's digits as full-width ones."""
    return text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})


def in_either_form(text: str) -> st.SearchStrategy[str]:
    """The text with ó as one character, or as o and its accent."""
    return st.sampled_from(("NFC", "NFD")).map(lambda form: unicodedata.normalize(form, text))


@st.composite
def spread(draw, text: str, between=BLANKS) -> str:
    """The text with blanks, or whatever `between` gives, around and between its characters."""
    return "".join(draw(between) + c for c in text) + draw(between)
