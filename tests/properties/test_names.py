"""The buyer's name: the same words are the same buyer, and other words are another."""

import unicodedata

import pytest
from hypothesis import assume, example, given, strategies as st

from ebok.forms import tidy
from ebok.invoices.models import Invoice
from ebok.invoices.operations import Proof, proves
from ebok.values import names
from properties.texts import ANYTHING, DASHES, INVISIBLE, QUOTES, any_case

pytestmark = pytest.mark.shows("P58")

WORDS = [
    *("Anna", "Żółć", "Nowak", "Wójcik", "Gęś", "Łukasz", "Kłos", "Spółdzielnia"),
    *("Bartłomiej", "Zakład", "von", "D’Arc", "O'Neill", "1999", "S.A.", "św.", "Їжак", "Оксана"),
]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
GAPS = st.sampled_from((" ", "  ", "\u00a0", "\t", " \u2009 ", ", ", " - ", "; ", " / "))
LIMITED = st.sampled_from(
    (
        *("sp. z o.o.", "Sp. z o. o.", "SP Z O O", "sp.z o.o.", "Sp.z.o.o.", "sp z oo", "spzoo"),
        *("Spółka z o.o.", "spółka z ograniczoną odpowiedzialnością", "sp. z ogr. odp."),
        *("SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ", "Sp. z ograniczoną odpowiedzialnością"),
        *("spolka z ograniczona odpowiedzialnoscia", "sp. z\u00a0o.o", "Sp. z o.o,"),
    )
)

FORMS = (
    ("S.A.", "S. A.", "SA", "spółka akcyjna", "Sp. Akc.", "spolka akcyjna"),
    ("sp.k.", "sp. k.", "Sp. Kom.", "spk", "spółka komandytowa", "sp. komandytowa"),
    ("sp.j.", "sp. j.", "SPJ", "spółka jawna", "sp. jawna"),
    ("s.c.", "S. C.", "sc", "spółka cywilna", "sp. cyw.", "sp.c."),
    ("sp.p.", "sp. p.", "spółka partnerska"),
    ("P.S.A.", "PSA", "p. s. a.", "prosta spółka akcyjna"),
    ("S.K.A.", "SKA", "spółka komandytowo-akcyjna", "sp. komandytowo – akcyjna"),
    ("sp. z o.o.", "spółka z ograniczoną odpowiedzialnością", "sp. z o. o."),
    ("sp. z o.o. sp.k.", "spółka z ograniczoną odpowiedzialnością spółka komandytowa"),
)


def same(one: str, other: str) -> bool:
    """Whether two names are one buyer's; asked both ways."""
    matched = _matches(one, other)
    assert matched == _matches(other, one)
    return matched


def _matches(typed_name: str, billed_name: str) -> bool:
    invoice = Invoice(number="1", ksef_number="", gross_grosze=1, buyer_name=billed_name)
    return proves(Proof(typed_name, "", "1", 1), invoice)


@given(NAMES, st.data())
def test_case_spacing_order_dashes_and_invisible_characters_make_no_difference(words, data):
    billed = " ".join(words)
    typed_words = [
        data.draw(any_case(word)) + data.draw(INVISIBLE)
        for word in data.draw(st.permutations(words))
    ]
    typed_name = typed_words[0] + "".join(data.draw(GAPS) + word for word in typed_words[1:])
    assert same(typed_name, billed)
    assert same(unicodedata.normalize("NFD", typed_name), billed)


@given(NAMES, QUOTES, QUOTES, DASHES)
def test_quotes_and_kinds_of_dash_make_no_difference(words, opened, closed, dash):
    billed = "-".join(words)
    assert same(f"{opened}{dash.join(words)}{closed}", billed)
    assert same(f" {dash} ".join(words), f"„{billed}”")


@given(QUOTES, QUOTES)
def test_apostrophe_within_a_word_is_any_quote(one, other):
    assert same(f"Мар{one}яна O{other}Neill", f"Мар{other}яна O{one}Neill")
    assert same(f"O{one}Neill", "ONeill")


@given(NAMES, LIMITED, LIMITED)
def test_limited_company_may_be_spelt_out(words, one, other):
    name = " ".join(words)
    assert same(f"{name} {one}", f"{name} {other}")
    assert same(f"{one} {name}", f"„{name}” {other}")
    assert not same(f"{name} {one}", name)
    assert not same(f"{name} {one}", f"{name} S.A.")


@given(NAMES, st.sampled_from(FORMS), st.data())
def test_legal_form_may_be_spelt_out_or_short(words, spellings, data):
    name = " ".join(words)
    one, other = (data.draw(any_case(data.draw(st.sampled_from(spellings)))) for _ in range(2))
    assert same(f"{name} {one}", f"„{name}” {other}")
    assert not same(f"{name} {one}", name)
    another = data.draw(st.sampled_from([form for form in FORMS if form is not spellings]))
    assert not same(f"{name} {one}", f"{name} {another[0]}")


@given(st.permutations(("S.", "A.", "Nowak")), st.permutations(("S", "A", "Nowak")))
def test_initials_that_look_like_a_legal_form_may_stand_in_any_order(one, other):
    assert same(" ".join(one), " ".join(other))


@pytest.mark.parametrize(
    ("billed", "written"),
    [
        ("Đorđe Bjørnstjerne", "Dorde Bjornstjerne"),
        ("Ræder Weiß-Yıldız", "RAEDER WEISS YILDIZ"),
        ("Œuvre Þór Ħal Ŧor", "oeuvre thor hal tor"),
        ("Weiß", "WEIẞ"),
        ("Lis i Syn s.c.", "LIS & SYN S.C."),
        ("Lis&Syn", "Lis i Syn"),
        ("Wspólnota Mieszkaniowa ul. Lipowa 5", "Wspólnota Mieszkaniowa ulica Lipowa 5"),
        (
            "Wspólnota Mieszkaniowa przy ul. Lipowej 5",
            "wspólnota mieszkaniowa przy ulicy Lipowej 5",
        ),
        ("Parafia pw. św. Jana", "Parafia pod wezwaniem Świętego Jana"),
        ("Spółdzielnia im. Kopernika os. Leśne", "Spółdzielnia imienia Kopernika osiedle Leśne"),
        ("Szkoła Podstawowa nr 5", "Szkoła Podstawowa Numer 5"),
        ("Галаґан Їжак", "Галаган Їжак"),
    ],
)
def test_letters_and_words_of_other_spelling_are_the_same_name(billed, written):
    assert same(written, billed)


@given(st.sampled_from(WORDS[:8]).flatmap(lambda word: st.tuples(st.just(word), any_case(word))))
def test_polish_tails_may_be_missing(pair):
    word, typed_word = pair
    plain = typed_word.translate(str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ"))
    assert same(plain, word)


@given(NAMES, st.sampled_from(WORDS), st.integers(0, 5))
def test_one_word_more_less_or_other_is_another_buyer(words, word, place):
    place %= len(words)
    name, rest = " ".join(words), words[:place] + words[place + 1 :]
    assert not same(" ".join([*words, word]), name)
    assert not same(" ".join(rest), name)
    assume(word != words[place])
    assert not same(" ".join([*rest, word]), name)


@given(NAMES, st.sampled_from(("\t", "\n", "\r\n", "\u2028", "\u00a0")), INVISIBLE)
def test_words_that_were_pasted_stay_apart_in_a_field(words, gap, invisible):
    pasted = f"{gap}{(gap + invisible).join(words)}{gap}"
    assert tidy(pasted).split() == words
    assert same(tidy(pasted), " ".join(words))


@given(st.text("abcdefghijklmnoprstuwyzżźćńółęąś", min_size=1, max_size=8), st.data())
def test_one_letter_more_less_or_other_is_another_buyer(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    other = data.draw(st.sampled_from("bdfghjkmprtuwxy"))
    assume(other != word[place])
    assert not same(word[:place] + other + word[place + 1 :], word)
    assert not same(word + other, word)
    assert not same(word[:place] + word[place + 1 :], word)


@given(one=ANYTHING, other=ANYTHING)
@example("-", "„”")
@example("", "-")
def test_no_words_prove_nothing_and_matching_goes_both_ways(one, other):
    assert same(one, one) == bool(names.name_words(one))
    same(one, other)
    assert not same(one, "–")
