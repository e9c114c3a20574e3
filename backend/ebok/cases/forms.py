"""Forms of the customer's page in the office."""

from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from ebok.cases.operations_acts import LONGEST_NOTE, REACHED_BY
from ebok.cases.texts_acts import HOW, REASONS
from ebok.forms import Form
from ebok.profile.operations_looks import PURPOSES

CHOOSE = lazy("Choose one of them.")


def _choice(question: str, values: tuple[str, ...]) -> RadioField:
    told = [(value, REASONS[value]) for value in values]
    return RadioField(question, choices=told, validators=[DataRequired(CHOOSE)])


class PurposeForm(Form):
    """Why one looks."""

    purpose = SelectField(choices=[(name, "") for name in PURPOSES], validate_choice=True)


def because(question: str, values: tuple[str, ...]) -> type[Form]:
    """A form that asks nothing but this."""
    return type("BecauseForm", (Form,), {"because": _choice(question, values)})


class UnfreezeForm(Form):
    """How the owner was reached, and whether the address before the last change counts again."""

    because = _choice(HOW, REACHED_BY)
    former_address = BooleanField(
        lazy(
            "somebody else changed the e-mail address: back to the one before, with a new password"
        )
    )


class NoteForm(Form):
    """A note for the others."""

    note = TextAreaField(
        lazy("Note"),
        validators=[
            DataRequired(lazy("Write the note.")),
            Length(max=LONGEST_NOTE, message=lazy("A note has at most 2000 characters.")),
        ],
    )
