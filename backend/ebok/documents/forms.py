"""Which invoices a ZIP is asked for: the filters of the list, or ids."""

import re

from flask_babel import lazy_gettext as lazy
from wtforms.validators import AnyOf, Length, Optional, Regexp

from ebok.documents.operations import MOST_IN_ARCHIVE
from ebok.forms import Form, Text, fail
from ebok.invoices.listing import FILTERS, Wanted, bare

TOO_LONG = Length(max=60, message=lazy("This is too long."))
IDS = re.compile(r"[\w-]{1,40}(,[\w-]{1,40}){0,199}")
"""Two hundred make an address of five kilobytes, which servers still take."""


class ArchiveForm(Form):
    """Each may be left out, or empty; with `ids` the rest does not matter."""

    state = Text(validators=[Optional(), AnyOf(FILTERS, lazy("There is no such state."))])
    year = Text(
        validators=[Optional(), Regexp(r"\A(19|20)[0-9]{2}\Z", 0, lazy("A year looks like 2026."))]
    )
    point = Text(validators=[Optional(), TOO_LONG])
    number = Text(validators=[Optional(), TOO_LONG])
    ids = Text(validators=[Optional()])

    def validate_number(self, field):
        """Refuse what has nothing to look for in it."""
        if not bare(field.data):
            fail(lazy("Type a part of the number, for example 04417."))

    def validate_ids(self, field):
        """Refuse what cannot be ids of invoices, or too many."""
        if not IDS.fullmatch(field.data):
            fail(lazy("One to 200 invoices were expected here."))

    def chosen(self) -> list[str]:
        """The ids that are named."""
        return self.ids.data.split(",") if self.ids.data else []

    def wanted(self) -> Wanted:
        """The filters, read."""
        return Wanted(
            state=self.state.data or "",
            year=int(self.year.data or 0),
            point=self.point.data or "",
            number=self.number.data or "",
            limit=MOST_IN_ARCHIVE,
        )
