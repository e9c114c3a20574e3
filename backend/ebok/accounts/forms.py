"""Forms for logging in and for setting a password."""

from flask_babel import lazy_gettext as lazy
from wtforms import Field, PasswordField
from wtforms.validators import DataRequired, Length

from ebok import settings
from ebok.accounts.operations_passwords import GROUPS, LONGEST, SHORTEST
from ebok.forms import Form, Text, read_as, required
from ebok.values import normalize

TYPED_PASSWORD = Length(max=1024)
TOKEN = "From the fragment of the link in the mail. Without it, `link-spent`."
NEW_PASSWORD = f"""
{SHORTEST} to {LONGEST} characters, counted in code points after NFC. At least {GROUPS} of: capital
letters, small letters, digits, special characters. Not common, not the current one, without the
customer code and the name of the e-mail address.
"""


class WithLogin(Form):
    """The customer code as login. Its form is checked before any account is looked up."""

    customer_code = Text(validators=required(lazy("Enter your customer code.")))

    def validate_customer_code(self, field: Field):
        """Check the configured pattern alone, so that the answer is the same for every code."""
        own = settings.current()
        read_as(normalize.login, field, own.customer_code_pattern, own.example_code)


class LoginForm(WithLogin):
    """*Zaloguj się*."""

    password = PasswordField(
        validators=[DataRequired(lazy("Enter your password.")), TYPED_PASSWORD]
    )


class PasswordForm(Form):
    """`current_password` stays empty while a temporary password is replaced."""

    current_password = PasswordField(
        validators=[TYPED_PASSWORD],
        description="Left out while the current password is temporary.",
    )
    new_password = PasswordField(
        validators=[DataRequired(lazy("Enter a new password.")), TYPED_PASSWORD],
        description=NEW_PASSWORD,
    )


class AskResetForm(WithLogin):
    """*Nie pamiętam hasła*."""

    email = Text(validators=required(lazy("Enter your e-mail address.")))

    def validate_email(self, field: Field):
        """Check the form of the address, as registration does."""
        read_as(normalize.email, field)


class ResetForm(Form):
    """The link's token and the new password."""

    token = Text(validators=[Length(max=100)], description=TOKEN)
    new_password = PasswordField(
        validators=[DataRequired(lazy("Enter a new password.")), TYPED_PASSWORD],
        description=NEW_PASSWORD,
    )


class TokenForm(Form):
    """A link's token, from the fragment of its address."""

    token = Text(validators=[Length(max=100)], description=TOKEN)
