"""Forms of the staff's logins, and of the list of staff."""

from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, Field, PasswordField, SelectField
from wtforms.validators import DataRequired, Length

from ebok.access import Role
from ebok.accounts.forms import TYPED_PASSWORD
from ebok.forms import Form, Text, read_as, read_email, required
from ebok.values import normalize

LONGEST_ANSWER = 8192
TOO_LONG = lazy(
    "This is too long. %(asked)s", asked=lazy("For example: the computer at the counter")
)


class StaffLoginForm(Form):
    """*Zaloguj się* in the office."""

    email = Text(validators=required(lazy("Enter your e-mail address.")))
    password = PasswordField(
        validators=[DataRequired(lazy("Enter your password.")), TYPED_PASSWORD]
    )

    def validate_email(self, field: Field):
        """Check the form of the address, before any login is looked up."""
        read_as(normalize.email, field)


class PasskeyForm(Form):
    """What the browser has made of a question to a passkey."""

    answer = PasswordField(validators=[Length(max=LONGEST_ANSWER)])


class NewPasskeyForm(PasskeyForm):
    """A new passkey; `passkey_name` tells it from others, by default after the browser."""

    passkey_name = Text(validators=[Length(max=60, message=TOO_LONG)])


class StaffCodeForm(Form):
    """A code of the app, or from the paper."""

    code = Text(validators=required(lazy("Enter the code."), 20))


class AppForm(Form):
    """The first code of a new app."""

    totp = Text(validators=required(lazy("Enter the code from the app."), 20))


class InvitationLinkForm(Form):
    """The link of an invitation."""

    token = Text(validators=[Length(max=100)])


class InvitationForm(InvitationLinkForm):
    """The first password, by the link of an invitation."""

    new_password = PasswordField(
        validators=[DataRequired(lazy("Enter a new password.")), TYPED_PASSWORD]
    )


class StaffPasswordForm(Form):
    """Another own password."""

    current_password = PasswordField(
        validators=[DataRequired(lazy("Enter your current password.")), TYPED_PASSWORD]
    )
    new_password = PasswordField(
        validators=[DataRequired(lazy("Enter a new password.")), TYPED_PASSWORD]
    )


class KeysForm(Form):
    """*Klawiatura*: what is not ticked is not sent."""

    single_keys = BooleanField()


class RoleForm(Form):
    """Another role of a member."""

    role = SelectField(
        choices=[(str(role), "") for role in Role],
        validate_choice=True,
    )


class InviteForm(RoleForm):
    """*Zaproś osobę*."""

    name = Text(validators=required(lazy("Enter first name and surname."), 100))
    email = Text(validators=required(lazy("Enter the e-mail address.")))

    def validate_email(self, field: Field):
        """Read the address as it will be written to."""
        read_email(field)
