"""What is typed under *Moje dane*."""

from contextlib import suppress
from types import MappingProxyType

from flask_babel import gettext as _, lazy_gettext as lazy
from wtforms import BooleanField, Field, PasswordField
from wtforms.validators import DataRequired, Length, Optional

from ebok.forms import Form, Text, fail, read_email, required, six_digits
from ebok.values import normalize

PASSWORD = [DataRequired(lazy("Enter your current password.")), Length(max=1024)]


class Said:
    """Requires an explicit decision: a missing one is not a no."""

    field_flags = MappingProxyType({"required": True})

    def __call__(self, _form: Form, field: Field) -> None:
        if not field.raw_data:
            fail(_("Yes or no was expected here."))


class PresentPassword(Form):
    """The current password, required for every important change."""

    current_password = PasswordField(validators=PASSWORD)


class EInvoiceForm(Form):
    """*TAK* or *NIE*."""

    given = BooleanField(validators=[Said()])


class ChoicesForm(Form):
    """How and of what the customer is told."""

    attach_pdf = BooleanField(validators=[Said()])
    remind_due = BooleanField(validators=[Said()])
    remind_overdue = BooleanField(validators=[Said()])


class EmailForm(Form):
    """A new address, and who wants it."""

    email = Text(validators=required(lazy("Enter your new e-mail address.")))
    current_password = PasswordField(validators=PASSWORD)

    def validate_email(self, field: Field):
        """An address that could exist."""
        read_email(field)


class EmailCodeForm(Form):
    """The code from the mail: spaces and dashes fall away."""

    code = Text(validators=required(lazy("Enter the six digits from our e-mail.")))

    def validate_code(self, field: Field):
        """Six digits."""
        six_digits(field, _("The code has six digits."))


class PhoneForm(Form):
    """Another number, or none any more."""

    phone = Text(validators=[Optional(), Length(max=40, message=lazy("This is too long."))])
    no_phone = BooleanField()
    current_password = PasswordField(validators=PASSWORD)

    def validate(self, extra_validators=None):
        """All fields, and the phone: a number, or the box that says there is none."""
        fits = super().validate(extra_validators)
        return self._has_phone() and fits

    def _has_phone(self) -> bool:
        if self.no_phone.data:
            self.phone.data = ""
            return True
        with suppress(normalize.Unreadable):
            self.phone.data = normalize.phone(self.phone.data or "")
            return True
        self.phone.errors = [_("Enter a mobile number, or tick the box below.")]
        return False
