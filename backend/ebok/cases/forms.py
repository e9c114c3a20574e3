"""Forms of the customer's page in the office."""

from wtforms import SelectField

from ebok.forms import Form
from ebok.profile.operations_looks import PURPOSES


class PurposeForm(Form):
    """Why one looks."""

    purpose = SelectField(choices=[(name, "") for name in PURPOSES], validate_choice=True)
