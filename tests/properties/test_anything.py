"""Whatever is typed or imported: read or refused, and what was read once is read the same again."""

import unicodedata

import pytest
from hypothesis import example, given

from ebok import forms
from ebok.accounts import operations_passwords as passwords
from ebok.billing import columns, columns_text, quantities
from ebok.billing.dialect import Dialect
from ebok.mail import masking
from ebok.settings import Settings
from ebok.values import names, normalize
from properties.texts import ANYTHING

PATTERN, CODE = Settings().customer_code_pattern, Settings().example_code
DIALECTS = [
    Dialect("utf-8-sig", ";", decimal, dates) for decimal, dates in ((",", "iso"), (".", "dotted"))
]
TYPED = {
    "text": forms.tidy,
    "plain": normalize.plain,
    "customer code": lambda text: normalize.customer_code(text, PATTERN, CODE),
    "invoice number": normalize.invoice_number,
    "nip": normalize.nip,
    "phone": normalize.phone,
    "email": normalize.email,
    "mailbox": normalize.mailbox,
    "name": lambda text: " ".join(names.name_words(text)),
    "password": passwords.normal,
}
IMPORTED = {
    "text": columns_text.text,
    "some text": columns_text.some_text,
    "customer code": columns.CustomerCode(PATTERN),
    "kind": columns.one_of("person", "company"),
    "nip": columns.nip,
    "bank account": columns.bank_account,
    "masked account": columns.masked_account("109010140000", "PL61109010140000071219812874"),
    "rate of VAT": columns.vat_rate,
    "email": columns.email,
    "ksef number": columns.ksef_number,
}
READ_TO_ANOTHER_FORM = {
    "typed amount": normalize.amount_grosze,
    **{f"amount {d.decimal}": columns.amount(d) for d in DIALECTS},
    **{f"{s.__name__} {d.decimal}": s(d) for d in DIALECTS for s in quantities.BY_DIALECT},
    **{f"day {d.dates}": columns.day(d) for d in DIALECTS},
    **{f"day or none {d.dates}": columns.day_or_none(d) for d in DIALECTS},
}
JUDGES = {
    "masked code": masking.mask_code,
    "masked email": masking.mask_email,
    "groups": passwords.count_groups,
    "common": passwords.is_common,
    "owner": lambda text: passwords.names_owner(text, text[:9], text[3:]),
}


def read(reader, text: str):
    """What the reader makes of it; None when it refuses in its own words."""
    try:
        return reader(text)
    except (normalize.Unreadable, columns.Unfit) as refusal:
        return None if str(refusal) else "refused without a word"


@pytest.mark.parametrize("reader", TYPED.values(), ids=TYPED)
@given(text=ANYTHING)
# Letters that join when what stands between them falls; and one whose capital is three.
@example("A´")
@example("a\u200d\u0301")
@example("ΐ")
def test_what_is_typed_is_read_or_refused_and_read_the_same_again(reader, text):
    once = read(reader, text)
    assert once is None or reader(once) == once


@given(text=ANYTHING)
@example("a\u200d\u0301")
@example("o\u0301")
def test_field_keeps_text_in_one_form(text):
    assert unicodedata.is_normalized("NFC", forms.tidy(text))
    assert forms.tidy(unicodedata.normalize("NFD", text)) == forms.tidy(text)


@pytest.mark.parametrize("reader", IMPORTED.values(), ids=IMPORTED)
@given(text=ANYTHING)
def test_what_is_imported_is_read_or_refused_and_read_the_same_again(reader, text):
    once = read(reader, text)
    assert once is None or reader(once) == once
    # What a database cannot hold must not come so far.
    assert once is None or (once.encode() and "\0" not in once) or once == ""


@pytest.mark.parametrize("reader", READ_TO_ANOTHER_FORM.values(), ids=READ_TO_ANOTHER_FORM)
@given(text=ANYTHING)
def test_sums_and_days_are_read_or_refused(reader, text):
    read(reader, text)


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@given(text=ANYTHING)
def test_masks_and_rules_of_passwords_fail_at_nothing(judge, text):
    judge(text)
