"""What is typed to log in and to set a password."""

from contextlib import suppress

from flask_babel import lazy_gettext as lazy
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ebok import typed
from ebok.forms import Form, Text, required

TYPED_PASSWORD = Length(max=1024)


class LoginForm(Form):
    """A wrong shape is a wrong login: the form does not judge the customer code."""

    customer_code = Text(validators=required(lazy("Type your customer code.")))
    password = StringField(validators=[DataRequired(lazy("Type your password.")), TYPED_PASSWORD])


class PasswordForm(Form):
    """`current_password` is empty while a temporary password is being replaced."""

    current_password = StringField(validators=[TYPED_PASSWORD])
    new_password = StringField(
        validators=[DataRequired(lazy("Type a new password.")), TYPED_PASSWORD]
    )


class AskResetForm(Form):
    """*Nie pamiętam hasła*."""

    customer_code = Text(validators=required(lazy("Type your customer code.")))
    email = Text(validators=required(lazy("Type your e-mail address.")))

    def validate_email(self, field):
        """Read as in registration; what cannot be an address is nobody's, and is not told."""
        with suppress(typed.Unreadable):
            field.data = typed.email(field.data)


class ResetForm(Form):
    """The link's token and the new password."""

    token = Text(validators=[Length(max=100)])
    new_password = StringField(
        validators=[DataRequired(lazy("Type a new password.")), TYPED_PASSWORD]
    )


class TokenForm(Form):
    """A link's token, from the fragment of its address."""

    token = Text(validators=[Length(max=100)])
