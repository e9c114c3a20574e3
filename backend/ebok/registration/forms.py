"""The wizard's forms: input is read leniently, and each fault is reported at its field."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask_babel import gettext as _, lazy_gettext as lazy
from wtforms import BooleanField, Field
from wtforms.validators import AnyOf, DataRequired, Length, Optional

from ebok import settings
from ebok.captcha.operations_work import is_work
from ebok.customers.models import LONGEST_NAME
from ebok.forms import Form, Text, fail, read_as, read_email, required, six_digits
from ebok.invoices.operations import Proof
from ebok.registration.operations import Application
from ebok.values import normalize

LONGEST_NUMBER = 200
ASKED_NUMBER = lazy("Enter the invoice number.")
ASKED_PHONE = lazy("Enter your mobile number, or tick the box below.")


class StartForm(Form):
    """*Twoje dane*."""

    customer_code = Text(
        validators=required(lazy("Enter your customer code. It is on every invoice.")),
        description="""
Spaces are dropped, and every kind of dash is taken; without any it is read if only one code can be
meant.
""",
    )
    email = Text(
        validators=required(lazy("Enter your e-mail address. We will send a code to it.")),
        description="Not looked up; spaces around it and beside its marks are dropped.",
    )
    captcha_id = Text(validators=[Length(max=100)])
    captcha_answer = Text(
        validators=required(lazy("Enter the six digits from the picture.")),
        description="Six digits, however they are grouped; or the half of the key of a work.",
    )

    def validate_customer_code(self, field: Field):
        """Refuse what does not match the configured pattern, by default 39-29001."""
        own = settings.current()
        read_as(normalize.customer_code, field, own.customer_code_pattern, own.example_code)

    def validate_email(self, field: Field):
        """Refuse what is no e-mail address."""
        read_email(field)

    def validate_captcha_answer(self, field: Field):
        """Refuse what is neither six digits nor a proof of work, before the captcha is used up."""
        if not is_work(self.captcha_id.data or ""):
            six_digits(field, _("Enter the six digits from the picture."))


class CodeForm(Form):
    """The one-time code; spaces and dashes are ignored."""

    code = Text(
        validators=required(lazy("Enter the six digits from our e-mail.")),
        description="Six digits; spaces and dashes fall away.",
    )

    def validate_code(self, field: Field):
        """Refuse anything but six digits."""
        six_digits(field, _("The code has six digits."))


class LinkForm(Form):
    """The link from the mail that moves the registration to this device."""

    token = Text(validators=[Length(max=100)])


class ConfirmationForm(Form):
    """*Potwierdzenie*: the fields in the order of the leaflet."""

    kind = Text(
        validators=[
            *required(lazy("Choose whether the invoices are for an individual or a company.")),
            AnyOf(("person", "company"), lazy("Choose individual or company.")),
        ]
    )
    buyer = Text(
        validators=required(
            lazy("Enter the name of the buyer as it is on the invoice."), LONGEST_NAME
        ),
        description="""
As on that invoice. Case, spaces, order of words, kinds of dash and quote, tails of letters, legal
forms spelt out or short, `&` for *i* and *ul.* for *ulica* are forgiven.
""",
    )
    nip = Text(
        validators=[Length(max=40, message=lazy("A NIP has 10 digits."))],
        description="""
A company's, not looked at for a person. Must be given and equal where billing holds one; elsewhere
it proves nothing and may be left out. PL, dashes and spaces fall away; a foreign one begins with
the letters of its country, and is kept.
""",
    )
    number = Text(
        validators=required(ASKED_NUMBER),
        description="The invoice's number or its KSeF number, *Faktura VAT nr* before it or not.",
    )
    amount = Text(
        validators=required(lazy("Enter the gross amount of the invoice.")),
        description="""
Gross, in złoty: 123,45, 123.45 or 1 234,56 zł. The minus of a correction may be left out.
""",
    )
    e_invoice = BooleanField(description="A consent, and recorded as one.")
    privacy = BooleanField(
        validators=[DataRequired(lazy("To open an account, accept the privacy policy."))],
        description="Accepts the privacy policy. Not ticked beforehand.",
    )
    terms = BooleanField(
        validators=[DataRequired(lazy("To open an account, accept the terms of use of e-BOK."))],
        description="Accepts the terms of e-BOK. Not ticked beforehand.",
    )
    phone = Text(
        validators=[Optional(), Length(max=40, message=ASKED_PHONE)],
        description="A mobile number; Polish without prefix, any with + or 00. Or `no_phone`.",
    )
    no_phone = BooleanField()

    def validate_nip(self, field: Field):
        """Refuse an invalid NIP; whether billing has it is not checked here."""
        if self.kind.data != "company":
            field.data = ""
        elif field.data:
            read_as(normalize.tax_number, field)

    def validate_number(self, field: Field):
        """Refuse what is neither an invoice number nor a KSeF number."""
        field.data = normalize.invoice_number(field.data)
        # Checked again after normalization: a ligature may become eighteen characters.
        if len(field.data) > LONGEST_NUMBER:
            fail(_("This is too long. %(asked)s", asked=ASKED_NUMBER))

    def validate_amount(self, field: Field):
        """Refuse what is no amount; `data` becomes grosze."""
        read_as(normalize.amount_grosze, field)

    def validate(self, extra_validators: Any = None):
        """Check all fields; either a number or the box "no phone" is required."""
        fits = super().validate(extra_validators)
        return self._has_phone() and fits

    def _has_phone(self) -> bool:
        if self.no_phone.data:
            self.phone.data = ""
            return True
        try:
            if not self.phone.data:
                raise normalize.Unreadable(str(ASKED_PHONE))
            self.phone.data = normalize.phone(self.phone.data)
        except normalize.Unreadable as fault:
            self.phone.errors = [str(fault)]
            return False
        return True

    def application(self) -> Application:
        """The form as an `Application`."""
        proof = Proof(self.buyer.data, self.nip.data or "", self.number.data, self.amount.data)  # pyright: ignore[reportArgumentType]
        return Application(proof, self.kind.data, self.phone.data or "", self.e_invoice.data)


class ReviewForm(ConfirmationForm):
    """*Poproś biuro o sprawdzenie*: accepts also values that the wizard cannot read.

    The kind and both acceptances are required, because only the applicant can decide them.
    """

    buyer = Text()
    nip = Text()
    number = Text()
    amount = Text()
    phone = Text()

    def validate_nip(self, field: Field):
        """Accept what cannot be read, like the fields below; see `_readable`."""

    validate_number = validate_amount = validate_nip

    def _has_phone(self) -> bool:
        return True

    def application(self) -> Application:
        """The form as an `Application`, with unreadable values as typed."""
        unread: dict[str, str] = {}
        read = {name: self._readable(name, reader, unread) for name, reader in READERS.items()}
        nip = read["nip"] if self.kind.data == "company" else ""
        phone = "" if self.no_phone.data else read["phone"]
        buyer = (self.buyer.data or "")[:LONGEST_NAME]
        proof = Proof(buyer, nip or "", read["number"] or "", read["amount"] or 0)
        typed_as = json.dumps(unread, ensure_ascii=False) if unread else ""
        return Application(proof, self.kind.data, phone or "", self.e_invoice.data, typed_as)

    def _readable(self, name: str, reader: Callable[..., Any], unread: dict[str, str]):
        text = self[name].data or ""
        with suppress(normalize.Unreadable):
            return reader(text) if text else None
        unread[name] = text[:LONGEST_NUMBER]
        return None


READERS = {
    "nip": normalize.tax_number,
    "number": lambda text: normalize.invoice_number(text)[:LONGEST_NUMBER],
    "amount": normalize.amount_grosze,
    "phone": normalize.phone,
}
