"""The form of the search box."""

from flask_babel import lazy_gettext as lazy
from wtforms.validators import Length

from ebok.forms import Form, Text
from ebok.lookup.operations import LONGEST_QUERY


class SearchForm(Form):
    """*Szukaj*: whatever was typed, or nothing."""

    q = Text(validators=[Length(max=LONGEST_QUERY, message=lazy("This is too long."))])
