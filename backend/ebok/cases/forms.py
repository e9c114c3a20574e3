"""Forms of the customer's page in the office."""

from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from ebok.cases.operations_acts import (
    CLOSED_BECAUSE,
    FROZEN_BECAUSE,
    LOGGED_OUT_BECAUSE,
    LONGEST_NOTE,
    REACHED_BY,
)
from ebok.forms import Form
from ebok.profile.operations_looks import PURPOSES

CHOOSE = lazy("Choose one of them.")


def _choice(values: tuple[str, ...]) -> RadioField:
    wanted = [DataRequired(CHOOSE)]
    return RadioField(choices=[(value, "") for value in values], validators=wanted)


class PurposeForm(Form):
    """Why one looks."""

    purpose = SelectField(choices=[(name, "") for name in PURPOSES], validate_choice=True)


class FreezeForm(Form):
    """Why the account is blocked."""

    because = _choice(FROZEN_BECAUSE)


class UnfreezeForm(Form):
    """How the owner was reached, and whether the address before the last change counts again."""

    because = _choice(REACHED_BY)
    former_address = BooleanField()


class EndSessionsForm(Form):
    """Why the customer is logged out."""

    because = _choice(LOGGED_OUT_BECAUSE)


class ClearForm(Form):
    """How the owner was reached."""

    because = _choice(REACHED_BY)


class CloseForm(Form):
    """Why the account is closed."""

    because = _choice(CLOSED_BECAUSE)


class NoteForm(Form):
    """A note for the others."""

    note = TextAreaField(
        validators=[
            DataRequired(lazy("Write the note.")),
            Length(max=LONGEST_NOTE, message=lazy("A note has at most 2000 characters.")),
        ]
    )
