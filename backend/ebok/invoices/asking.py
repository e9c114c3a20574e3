"""Which invoices of the list are asked for: the fields that a page of it and a ZIP of it share."""

from flask_babel import lazy_gettext as lazy
from wtforms.validators import AnyOf, Length, Optional, Regexp

from ebok.forms import Form, Text, fail
from ebok.invoices.listing import FILTERS, Wanted, bare

TOO_LONG = Length(max=60, message=lazy("This is too long."))


class FilterForm(Form):
    """Each may be left out, or empty."""

    state = Text(validators=[Optional(), AnyOf(FILTERS, lazy("There is no such state."))])
    year = Text(
        validators=[Optional(), Regexp(r"\A(19|20)[0-9]{2}\Z", 0, lazy("A year looks like 2026."))]
    )
    point = Text(validators=[Optional(), TOO_LONG])
    number = Text(validators=[Optional(), TOO_LONG])

    def validate_number(self, field):
        """Refuse what has nothing to look for in it."""
        if not bare(field.data):
            fail(lazy("Type a part of the number, for example 04417."))

    def wanted(self) -> Wanted:
        """What is asked for, read."""
        return Wanted(
            state=self.state.data or "",
            year=int(self.year.data or 0),
            point=self.point.data or "",
            number=self.number.data or "",
        )
