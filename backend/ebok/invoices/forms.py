"""Filters shared by the list of invoices and the ZIP of documents."""

import re
from dataclasses import replace

from flask_babel import lazy_gettext as lazy
from wtforms import Field
from wtforms.validators import AnyOf, Length, Optional, Regexp

from ebok.forms import Form, Text, fail
from ebok.invoices.operations_list import FILTERS, MOST, PAGE, Wanted, bare, read_cursor

ASKED_NUMBER = lazy("Enter part of the number, for example 04417.")


class FilterForm(Form):
    """Filters; all optional."""

    state = Text(validators=[Optional(), AnyOf(FILTERS, lazy("There is no such status."))])
    year = Text(
        validators=[
            Optional(),
            Regexp(
                r"\A(19|20)[0-9]{2}\Z", 0, lazy("Enter the year in four digits, for example 2026.")
            ),
        ]
    )
    point = Text(
        validators=[Optional(), Length(max=60, message=lazy("There is no such point of use."))]
    )
    number = Text(validators=[Optional(), Length(max=60, message=ASKED_NUMBER)])

    def validate_number(self, field: Field):
        """Refuse a search text without letters or digits."""
        if not bare(field.data):
            fail(str(ASKED_NUMBER))

    def wanted(self) -> Wanted:
        """The filters as `Wanted`."""
        return Wanted(
            state=self.state.data or "",
            year=int(self.year.data or 0),
            point=self.point.data or "",
            number=self.number.data or "",
        )


class ListForm(FilterForm):
    """Filters, search and page of the list; all optional."""

    after = Text(validators=[Optional()])
    limit = Text(validators=[Optional()])

    def validate_after(self, field: Field):
        """Refuse a cursor that cannot be decoded."""
        if read_cursor(field.data) is None:
            fail(lazy("There is no such page. Start with the newest invoices."))

    def validate_limit(self, field: Field):
        """Refuse a page size outside the allowed range."""
        if not re.fullmatch("[0-9]{1,3}", field.data) or not 1 <= int(field.data) <= MOST:
            fail(lazy("A page has 1 to 100 invoices."))

    def wanted(self) -> Wanted:
        """The filters and the page as `Wanted`."""
        after = read_cursor(self.after.data) if self.after.data else None
        return replace(super().wanted(), after=after, limit=int(self.limit.data or PAGE))
