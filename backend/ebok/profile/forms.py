"""Forms of *Moje dane*."""

from contextlib import suppress
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _, lazy_gettext as lazy
from wtforms import BooleanField, Field, PasswordField
from wtforms.validators import DataRequired, Length, Optional

from ebok.forms import Form, Text, fail, read_email, required, six_digits
from ebok.values import normalize

ASKED_PHONE = lazy("Enter a mobile number, or tick the box below.")
PASSWORD = [DataRequired(lazy("Enter your current password.")), Length(max=1024)]


class Said:
    """Validator: an explicit true or false is required."""

    field_flags = MappingProxyType({"required": True})

    def __call__(self, _form: Form, field: Field) -> None:
        if not field.raw_data:
            fail(_("Yes or no was expected here."))


class PresentPassword(Form):
    """The current password, required for every important change."""

    current_password = PasswordField(validators=PASSWORD)


class EInvoiceForm(Form):
    """The decision on the e-invoice: *TAK* or *NIE*."""

    given = BooleanField(validators=[Said()])


class ChoicesForm(Form):
    """Notification preferences."""

    attach_pdf = BooleanField(validators=[Said()])
    remind_due = BooleanField(validators=[Said()])
    remind_overdue = BooleanField(validators=[Said()])


class EmailForm(Form):
    """A new e-mail address, with the current password."""

    email = Text(validators=required(lazy("Enter your new e-mail address.")))
    current_password = PasswordField(validators=PASSWORD)

    def validate_email(self, field: Field):
        """Refuse what is no e-mail address."""
        read_email(field)


class EmailCodeForm(Form):
    """The one-time code from the mail; spaces and dashes are ignored."""

    code = Text(validators=required(lazy("Enter the six digits from our e-mail.")))

    def validate_code(self, field: Field):
        """Refuse anything but six digits."""
        six_digits(field, _("The code has six digits."))


class PhoneForm(Form):
    """A new phone number, or an explicit none."""

    phone = Text(validators=[Optional(), Length(max=40, message=ASKED_PHONE)])
    no_phone = BooleanField()
    current_password = PasswordField(validators=PASSWORD)

    def validate(self, extra_validators: Any = None):
        """Check all fields; either a number or the box "no phone" is required."""
        fits = super().validate(extra_validators)
        return self._has_phone() and fits

    def _has_phone(self) -> bool:
        if self.no_phone.data:
            self.phone.data = ""
            return True
        with suppress(normalize.Unreadable):
            self.phone.data = normalize.phone(self.phone.data or "")
            return True
        self.phone.errors = [str(ASKED_PHONE)]
        return False
