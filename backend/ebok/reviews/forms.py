"""Forms of a decision about a registration."""

from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from ebok.cases.operations_acts import LONGEST_NOTE
from ebok.forms import Form
from ebok.registration.operations_reviews import REACHED_BY, REASONS

CHOOSE = lazy("Choose one of them.")


class DecisionForm(Form):
    """What every decision may add: a sentence for the others of the office."""

    told = TextAreaField(
        validators=[Length(max=LONGEST_NOTE, message=lazy("A note has at most 2000 characters."))]
    )


class ApproveForm(DecisionForm):
    """How the customer was reached."""

    reached_by = RadioField(
        choices=[(way, "") for way in REACHED_BY], validators=[DataRequired(CHOOSE)]
    )


class RefuseForm(DecisionForm):
    """Why the account is not opened."""

    reason = RadioField(
        choices=[(reason, "") for reason in REASONS], validators=[DataRequired(CHOOSE)]
    )
