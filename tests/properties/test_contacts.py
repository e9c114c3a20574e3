"""How people are reached, and what is shown of it to who may not see it whole."""

import re
import unicodedata

import phonenumbers
import pytest
from hypothesis import assume, given, strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from ebok.billing import columns
from ebok.mail.masking import mask_code, mask_email
from ebok.values import normalize
from properties.texts import BLANKS, DASHES, INVISIBLE, any_case, spread, wide

pytestmark = pytest.mark.shows("P58")

# Ranges of Polish mobile numbers (numbering plan of UKE).
POLISH = st.builds(
    "{}{}".format,
    st.sampled_from(("450", "501", "511", "530", "570", "600", "660", "690", "720", "780", "880")),
    st.text("0123456789", min_size=6, max_size=6),
)
# Only when they are tried: the rules of all countries are read for them.
FOREIGN = st.deferred(
    lambda: st.sampled_from(
        [
            number
            for region in sorted(phonenumbers.SUPPORTED_REGIONS)
            if (number := phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE))
        ]
    )
)
LOCALS = st.from_regex(r"[a-z][a-z0-9]{0,7}(\.[a-z0-9]{1,6}){0,2}(\+[a-z]{1,5})?", fullmatch=True)
DOMAINS = st.sampled_from(("poczta.example", "gmail.com", "wp.pl", "żółw.pl", "sub.domena.edu.pl"))

MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@given(POLISH, DASHES, st.data())
def test_polish_mobile_number_is_read_however_it_is_grouped(digits, dash, data):
    parts = (digits[:3], digits[3:6], digits[6:])
    between = st.one_of(BLANKS, INVISIBLE)
    prefix = data.draw(
        st.sampled_from(
            (
                "",
                "+48",
                "+48 ",
                "0048",
                "(48) ",
                "+ 48-",
                "48 ",
                "(+48) ",
                "0 ",
                "0-",
                "(0) ",
                "+48 (0)",
                "(0048)",
                "tel. ",
                "Telefon: +48 ",
                "nr tel. kom.: ",
                "моб. ",
            )
        )
    )
    texts = (digits, dash.join(parts), " ".join(parts), ".".join(parts), wide(digits))
    for text in (*texts, data.draw(spread(digits, between))):
        assert normalize.phone(prefix + text) == f"+48{digits}"
    assert normalize.phone(normalize.phone(digits)) == f"+48{digits}"


@given(FOREIGN)
def test_foreign_mobile_number_is_read_with_plus_or_zeros_and_read_the_same_again(number):
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    try:
        assert normalize.phone(e164) == e164
    except normalize.Unreadable:
        # The library's own example is no mobile number to itself in a few territories.
        assert phonenumbers.number_type(phonenumbers.parse(e164)) not in MOBILE
        return
    assert normalize.phone(shown) == normalize.phone(f"00{e164[1:]}") == e164


@given(POLISH, st.sampled_from(("x5", "#7", ";ext=3", "wew. 12", "A", ",1", "*2")), st.booleans())
def test_letters_and_extensions_are_not_dropped_in_silence(digits, more, is_first):
    with pytest.raises(normalize.Unreadable):
        normalize.phone(more + digits if is_first else digits + more)


@given(st.text(st.sampled_from("0123456789+- ()x"), max_size=16))
def test_phone_ends_with_the_digits_that_were_typed(text):
    try:
        number = normalize.phone(text)
    except normalize.Unreadable:
        return
    digits = "".join(c for c in text if c.isdigit()).lstrip("0")
    assert number.endswith(digits)


@given(st.text("0123456789", max_size=8))
def test_short_numbers_are_refused(digits):
    with pytest.raises(normalize.Unreadable):
        normalize.phone(digits)


@given(LOCALS, DOMAINS, st.data())
def test_address_forgives_spaces_beside_its_marks_and_is_read_the_same_again(local, domain, data):
    address = f"{local}@{domain}"
    parts = re.split(r"([@.+])", address)
    typed = "".join(data.draw(BLANKS) + part for part in parts) + data.draw(BLANKS)
    assert normalize.email(typed) == normalize.email(address) == address
    assert columns.email(address) == address
    assert normalize.email(unicodedata.normalize("NFD", address)) == address
    assert normalize.email(f"{local}@{domain.upper()}") == address


@given(LOCALS, DOMAINS, BLANKS)
def test_space_inside_a_name_is_never_guessed_away(local, domain, blanks):
    assume(blanks)
    with pytest.raises(normalize.Unreadable):
        normalize.email(f"anna{blanks}{local}@{domain}")


@given(LOCALS, DOMAINS)
def test_address_that_is_proposed_is_the_one_that_was_meant(local, domain):
    address = f"{local}@{domain}"
    for typed in (
        address.replace(".", ","),
        address.replace("@", ".@"),
        address.replace(".", ".."),
    ):
        if typed != address:
            with pytest.raises(normalize.Unreadable, match=re.escape(f" {address}?")):
                normalize.email(typed)


@given(LOCALS, DOMAINS, st.data())
def test_one_mailbox_is_counted_once_however_it_is_spelt(local, domain, data):
    name = local.partition("+")[0].replace(".", "")
    dotted = "".join(c + data.draw(st.sampled_from(("", "."))) for c in name)
    spelt = data.draw(any_case(f"{dotted}+{data.draw(st.sampled_from(('', 'gas', 'a.b')))}"))
    counted = normalize.mailbox(f"{local}@{domain}")
    assert normalize.mailbox(f"{spelt}@{domain.upper()}") == counted == f"{name}@{domain}"
    assert normalize.mailbox(wide(f"{local}@{domain}")) == counted


@given(LOCALS, LOCALS, DOMAINS, DOMAINS)
def test_another_mailbox_is_counted_apart(one, other, here, there):
    names = [local.partition("+")[0].replace(".", "") for local in (one, other)]
    assume((names[0], here) != (names[1], there))
    assert normalize.mailbox(f"{one}@{here}") != normalize.mailbox(f"{other}@{there}")


@given(st.from_regex(r"[0-9]{1,4}-[0-9]{1,8}(-[0-9]{1,3})?|[0-9]{1,12}", fullmatch=True))
def test_masked_code_shows_a_short_first_group_and_two_digits_at_most(code):
    group, dash, number = code.partition("-") if "-" in code[:3] else ("", "", code)
    shown, _dots, end = mask_code(code).partition("…")
    assert shown == f"{group}{dash}"
    assert number.endswith(end)
    assert len(end) <= 2
    # As many codes as the hidden digits allow have this mask.
    assert len(number) - len(end) >= min(3, len(number))


@given(LOCALS, DOMAINS)
def test_masked_address_shows_two_letters_of_its_name_at_most(local, domain):
    shown, _dots, end = mask_email(f"{local}@{domain}").partition("…")
    assert shown == local[0]
    assert end in (f"@{domain}", f"{local[-1]}@{domain}")
    assert len(local) > 2 or end == f"@{domain}"


@given(LOCALS, LOCALS, DOMAINS)
def test_addresses_that_differ_in_what_is_hidden_have_one_mask(one, other, domain):
    masked = mask_email(f"a{one}z@{domain}")
    assert masked == mask_email(f"a{other}z@{domain}") == f"a…z@{domain}"
