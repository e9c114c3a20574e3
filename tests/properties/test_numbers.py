"""Numbers that people copy from paper: of invoices, of KSeF, of taxpayers; and the mailed code."""

import math
import re
from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import assume, example, given, strategies as st

from ebok.billing import columns
from ebok.errors import InvalidForm
from ebok.forms import read
from ebok.invoices.models import Invoice
from ebok.invoices.operations import Proof, proves
from ebok.ksef.numbers import KSEF_1_DAYS
from ebok.registration.forms import CodeForm
from ebok.settings import Settings
from ebok.tokens import CAPITALS, new_short_code, shown_short_code
from ebok.values import normalize
from properties.texts import BLANKS, DASHES, INVISIBLE, any_case, spread, wide

pytestmark = pytest.mark.shows("P58")

FORM = Settings().customer_code_pattern, Settings().example_code
DIGITS = "0123456789"
WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)


@st.composite
def nips(draw) -> str:
    """A NIP whose check digit is right: the weighted sum modulo 11."""
    digits = draw(st.lists(st.integers(0, 9), min_size=9, max_size=9))
    check = sum(w * d for w, d in zip(WEIGHTS, digits, strict=True)) % 11
    assume(check < 10)
    number = "".join(map(str, [*digits, check]))
    assume(len(set(number)) > 1)
    return number


def bitwise_crc8(text: str) -> int:
    """CRC-8 as its definition says it: polynomial 0x07, a bit at a time."""
    crc = 0
    for byte in text.encode():
        crc ^= byte
        for _bit in range(8):
            crc = (crc << 1) ^ 0x107 if crc & 0x80 else crc << 1
    return crc


@st.composite
def ksef_numbers(draw) -> str:
    """A KSeF number with its checksum, counted here by the definition."""
    day = draw(st.dates(date(2000, 1, 1)))
    body = f"{draw(nips())}-{day:%Y%m%d}-"
    body += draw(st.text("0123456789ABCDEF", min_size=12, max_size=12))
    return f"{body}-{bitwise_crc8(body):02X}"


CODES = st.from_regex(r"[0-9]{1,4}-[0-9]{1,8}", fullmatch=True)
INVOICES = st.from_regex(r"[A-ZŁŻ]{1,4}/20[0-9]{2}/[0-9]{1,2}/[0-9]{1,8}", fullmatch=True)


@given(CODES, DASHES, st.data())
@example("39-29001", "–", None)
def test_customer_code_may_have_any_dash_and_spaces(code, dash, data):
    left, right = code.split("-")
    assert normalize.customer_code(f"{left}{dash}{right}", *FORM) == code
    assert normalize.customer_code(f" {left} {dash} {wide(right)} ", *FORM) == code
    # On many phones a dash is on the third keyboard.
    for typed in (" ", ".", ",", "/", "--", f" {dash}{dash} ", ". "):
        assert normalize.customer_code(f"{left}{typed}{right}", *FORM) == code
    assert normalize.customer_code(f"{code}.", *FORM) == code
    if data:
        assert normalize.customer_code(data.draw(spread(code)), *FORM) == code


@given(st.sampled_from((r"\d{2}-\d{5}", r"\d{1,4}-\d{1,8}", r"\d{2}-\d{3,4}-\d")), st.data())
def test_customer_code_without_its_dashes_is_read_if_only_one_can_be_meant(pattern, data):
    code = data.draw(st.from_regex(pattern.replace(r"\d", "[0-9]"), fullmatch=True))
    bare, count = code.replace("-", ""), code.count("-")
    alike = {
        "-".join(bare[a:b] for a, b in pairwise((0, *places, len(bare))))
        for places in combinations(range(1, len(bare)), count)
    }
    alike = {other for other in alike if re.fullmatch(pattern, other)}
    assert code in alike
    if len(alike) == 1:
        assert normalize.customer_code(f" {bare} ", pattern, code) == code
    else:
        with pytest.raises(normalize.Unreadable):
            normalize.customer_code(bare, pattern, code)


def test_usual_code_of_seven_digits_may_be_any_of_four():
    with pytest.raises(normalize.Unreadable):
        normalize.customer_code("3929001", *FORM)
    assert normalize.customer_code("K1234", r"K\d{3}/\d", "K123/4") == "K123/4"


@given(st.text(st.sampled_from("0123456789-–. /x"), max_size=16))
def test_customer_code_has_the_digits_that_were_typed_or_is_none(text):
    try:
        code = normalize.customer_code(text, *FORM)
    except normalize.Unreadable:
        return
    assert code.replace("-", "") == "".join(c for c in text if c in DIGITS)


@given(INVOICES, st.data())
def test_invoice_number_forgives_spaces_case_and_slashes(number, data):
    text = data.draw(any_case(data.draw(spread(number, st.one_of(BLANKS, INVISIBLE)))))
    slash = data.draw(st.sampled_from("/\\∕⁄／"))
    invoice = Invoice(number=number, ksef_number="", gross_grosze=1, buyer_name="Anna")
    told = normalize.invoice_number(text.replace("/", slash))
    assert told == number
    assert proves(Proof("Anna", "", told, 1), invoice)
    for mark in "-–.":
        told = normalize.invoice_number(number.replace("/", mark))
        assert proves(Proof("Anna", "", told, 1), invoice)


LABELS = (
    *(
        "nr ",
        "Nr: ",
        "nr.",
        "NUMER ",
        "№ ",
        "Faktura ",
        "faktura VAT ",
        "Faktura VAT nr ",
        "F-ra nr ",
    ),
    *(
        "Faktura\u00a0VAT\u00a0Nr:\u00a0",
        "Faktura korygująca nr ",
        "Numer KSeF: ",
        "Рахунок № ",
        "Рахунка-фактури ",
        "nr nr ",
    ),
)


@given(INVOICES, st.sampled_from(LABELS))
def test_words_before_an_invoice_number_fall_away_on_either_side(number, label):
    assert normalize.invoice_number(f"{label}{number}") == number
    invoice = Invoice(number=f"{label}{number}", ksef_number="", gross_grosze=1, buyer_name="Anna")
    assert proves(Proof("Anna", "", normalize.invoice_number(number), 1), invoice)


@given(INVOICES, INVOICES)
def test_other_invoice_number_is_another_invoice(one, other):
    assume(one != other)
    assert normalize.invoice_number(one) != normalize.invoice_number(other)
    invoice = Invoice(number=one, ksef_number="", gross_grosze=1, buyer_name="Anna")
    assert not proves(Proof("Anna", "", normalize.invoice_number(other), 1), invoice)
    assert not proves(Proof("Anna", "", "", 1), invoice)


@given(ksef_numbers(), DASHES, st.data())
@example("5265877635-20250826-0100001AF629-AF", "-", None)
def test_ksef_number_is_taken_however_it_is_typed(number, dash, data):
    assert columns.ksef_number(number.lower()) == number
    text = number.replace("-", dash).lower()
    invoice = Invoice(number="FV/1", ksef_number=number, gross_grosze=1, buyer_name="Anna")
    for told in (text, data.draw(spread(text)) if data else text):
        assert proves(Proof("Anna", "", normalize.invoice_number(told), 1), invoice)


@given(ksef_numbers(), st.integers(0, 34), st.sampled_from("0123456789ABCDEF"))
def test_ksef_number_with_one_wrong_character_is_refused(number, place, put):
    wrong = number[:place] + put + number[place + 1 :]
    assume(number[place] not in (put, "-"))
    assume(not KSEF_1_DAYS[0] <= wrong[11:19] <= KSEF_1_DAYS[1])
    with pytest.raises(columns.Unfit):
        columns.ksef_number(wrong)


@given(ksef_numbers(), st.integers(0, 33))
def test_ksef_number_with_two_characters_exchanged_is_refused(number, place):
    one, other = number[place : place + 2]
    exchanged = number[:place] + other + one + number[place + 2 :]
    # What looks like a number of KSeF 1 has a checksum that nobody can count.
    assume(one != other and not KSEF_1_DAYS[0] <= exchanged[11:19] <= KSEF_1_DAYS[1])
    with pytest.raises(columns.Unfit):
        columns.ksef_number(exchanged)


@given(nips(), DASHES, st.data())
def test_nip_is_taken_however_it_is_typed(number, dash, data):
    parts = (number[:3], number[3:6], number[6:8], number[8:])
    prefix = data.draw(st.sampled_from(("", "PL", "pl ", "Pl-", " PL  ")))
    for text in (dash.join(parts), " ".join(parts), wide(number), data.draw(spread(number))):
        assert normalize.nip(prefix + text) == number
    # Billing is stricter about dashes; what it reads is the same number.
    assert columns.nip(prefix + "-".join(parts)) == number


@given(nips(), st.integers(0, 9), st.sampled_from(DIGITS))
def test_nip_with_one_wrong_digit_is_refused(number, place, put):
    assume(number[place] != put)
    refuse_nip(number[:place] + put + number[place + 1 :])


@given(nips(), st.integers(0, 7))
def test_nip_with_two_neighbours_exchanged_is_refused(number, place):
    one, other = number[place : place + 2]
    assume(one != other)
    refuse_nip(number[:place] + other + one + number[place + 2 :])


@pytest.mark.parametrize("digit", DIGITS)
def test_ten_equal_digits_are_nobodys_nip(digit):
    refuse_nip(digit * 10)


@given(nips(), st.sampled_from(("", "1", "12")))
def test_nip_of_another_length_is_refused(number, more):
    refuse_nip(number[:-1] if not more else number + more)


def refuse_nip(text: str) -> None:
    """Both readers must refuse it."""
    with pytest.raises(normalize.Unreadable):
        normalize.nip(text)
    with pytest.raises(columns.Unfit):
        columns.nip(text)


@given(st.text(DIGITS, min_size=24, max_size=24), st.integers(0, 25), st.sampled_from(DIGITS))
def test_bank_account_with_one_wrong_digit_is_refused(body, place, put):
    check = 98 - int(f"{body}252100") % 97
    number = f"{check:02}{body}"
    assert columns.bank_account(number) == number
    assert columns.bank_account(f"PL {number[:2]} {number[2:14]} {number[14:]}") == number
    assume(number[place] != put)
    with pytest.raises(columns.Unfit):
        columns.bank_account(number[:place] + put + number[place + 1 :])


@given(st.text(DIGITS, min_size=6, max_size=6), st.data())
def test_mailed_code_is_six_digits_however_they_are_grouped(languages, code, data):
    grouped = data.draw(spread(code, st.one_of(BLANKS, DASHES, INVISIBLE)))
    for text in (code, f"{code[:3]} {code[3:]}", f"{code[:3]}–{code[3:]}", wide(code), grouped):
        assert typed_code(languages, text) == code


@given(st.text(st.sampled_from("0123456789 -٣x²"), max_size=9))
def test_mailed_code_of_other_than_six_digits_is_refused(languages, text):
    digits = "".join(c for c in text if c in DIGITS + "²").replace("²", "2")
    if len(digits) == 6 and not set(text) & set("٣x"):
        assert typed_code(languages, text) == digits
    else:
        with pytest.raises(InvalidForm):
            typed_code(languages, text)


def typed_code(app, text: str) -> str:
    """The code as the form reads it from a request."""
    with app.test_request_context(method="POST", json={"code": text}):
        return read(CodeForm).code.data


@given(st.integers(0, 10**24 - 1), st.sampled_from(["", " ", "-", "\u00a0", "– "]), st.booleans())
def test_bank_account_is_read_however_it_is_grouped(rest, between, has_country):
    check = 98 - int(f"{rest:024}252100") % 97
    digits = f"{check:02}{rest:024}"
    grouped = between.join([digits[:2], *(digits[n : n + 4] for n in range(2, 26, 4))])
    assert normalize.bank_account(f"pl {grouped}" if has_country else grouped) == digits


@given(st.integers(0, 10**24 - 1), st.integers(0, 25))
def test_bank_account_with_one_wrong_digit_is_told(rest, place):
    check = 98 - int(f"{rest:024}252100") % 97
    digits = f"{check:02}{rest:024}"
    wrong = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
    with pytest.raises(normalize.Unreadable):
        normalize.bank_account(wrong)


def test_short_code_is_read_as_it_is_shown():
    for _ in range(200):
        code = new_short_code()
        assert normalize.short_code(shown_short_code(code).lower()) == code


def test_short_code_has_38_bits_and_no_two_characters_that_look_alike():
    assert {each for _ in range(2000) for each in new_short_code()} == set(CAPITALS)
    assert 8 * math.log2(len(CAPITALS)) >= 38
    for alike in ("0OQD", "1I|L", "2Z", "5S", "6G", "8B"):
        (one,) = set(alike) & set(CAPITALS)
        assert all(normalize.short_code(each * 8) == one * 8 for each in alike)
    assert normalize.short_code("авезнікм") == "ABE3HLKM"
