"""The rules of passwords hold for every letter that a keyboard has."""

import unicodedata

from flask_babel import force_locale
from hypothesis import assume, example, given, settings, strategies as st

from ebok.accounts import operations_passwords as passwords
from properties.texts import any_case

CODE, EMAIL = "39-29001", "anna.nowak@poczta.example"
# A letter or sign of each group; Polish and Ukrainian letters are letters.
CAPITALS = st.text("ABCXYZĄĘŁÓŻŹЇЖÜ", min_size=1, max_size=6)
SMALL = st.text("bcfgąęłóżźїжüß", min_size=1, max_size=6)
DIGITS = st.text("345678", min_size=1, max_size=6)
SPECIAL = st.text(" !#%&/()=?,.-_„”€\U0001f986", min_size=1, max_size=6)
GROUPS = (CAPITALS, SMALL, DIGITS, SPECIAL)
COMMON = st.sampled_from(("haslo", "qwerty", "polska", "kraków", "password", "wodociagi", "misiek"))
SHORT, LONG = "Use at least 8 characters.", "Use at most 128 characters."
MIX = (
    "Use at least three of these: capital letters, lower-case letters, digits, special characters."
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def faults(password: str) -> list[str]:
    """What is wrong with Anna's new password, in English."""
    with force_locale("en"):
        return passwords.faults(password, CODE, EMAIL, "", ("Wodociągi Przykładowo",))


@given(st.permutations(GROUPS), st.integers(0, 4), st.data())
def test_three_of_four_groups_are_needed_and_enough(groups, count, data):
    password = "".join(data.draw(group) for group in groups[:count])
    assert passwords.count_groups(password) == count
    long = (password or "xx") * 8
    assert (MIX in faults(long)) == (count < 3)


@given(st.integers(1, 140), st.sampled_from("ó\U0001f986Жx"))
@example(7, "x")
@example(8, "x")
@example(128, "\U0001f986")
@example(129, "ó")
def test_length_is_counted_in_code_points_after_nfc(length, letter):
    password = ("Zq7" + letter * length)[:length]
    decomposed = unicodedata.normalize("NFD", password)
    for text in (password, decomposed):
        assert (SHORT in faults(text)) == (length < 8)
        assert (LONG in faults(text)) == (length > 128)


@given(TEXTS, st.sampled_from(("NFC", "NFD")), st.sampled_from(("NFC", "NFD")))
def test_both_forms_of_a_letter_make_one_password(text, one, other):
    texts = [unicodedata.normalize(form, text) for form in (one, other)]
    assert passwords.normal(texts[0]) == passwords.normal(texts[1])
    assert faults(texts[0]) == faults(texts[1])


@settings(max_examples=15)
@given(TEXTS.filter(bool), TEXTS)
def test_password_is_right_in_both_forms_and_no_other_is(text, other):
    kept = passwords.hash_password(text)
    assert passwords.is_right(unicodedata.normalize("NFD", text), kept)
    assert passwords.is_right(unicodedata.normalize("NFC", text), kept)
    assert not passwords.is_right(f"{text} ", kept)
    assert not passwords.is_right(text, "")
    assume(passwords.normal(text) != passwords.normal(other))
    assert not passwords.is_right(other, kept)


@given(COMMON.flatmap(any_case), st.text("0123456789!?.-_ €", max_size=6))
def test_common_word_with_a_tail_is_common(word, tail):
    assert passwords.is_common(word + tail)
    assert faults(word + tail)


@given(TEXTS, TEXTS, st.sampled_from((CODE, "3929001", "anna.nowak", "Anna.Nowak", "ANNA.NOWAK")))
def test_code_and_name_of_the_address_are_found_wherever_they_stand(before, after, name):
    # A mark that follows would join the last letter to another one.
    assume(not unicodedata.combining(unicodedata.normalize("NFD", after[:1] or "x")[0]))
    assert passwords.names_owner(passwords.normal(before + name + after), CODE, EMAIL)


@given(st.text(st.sampled_from("bcdefgBCDEFG4568!"), max_size=20))
def test_password_without_them_names_nobody(text):
    assert not passwords.names_owner(text, CODE, EMAIL)
