"""What may stand in the address of the list of invoices."""

import re
from dataclasses import replace

from flask_babel import lazy_gettext as lazy
from wtforms.validators import Optional

from ebok.forms import Text, fail
from ebok.invoices.asking import FilterForm
from ebok.invoices.listing import MOST, PAGE, Wanted, read_cursor


class ListForm(FilterForm):
    """Filters, search and page of the list: each may be left out, or empty."""

    after = Text(validators=[Optional()])
    limit = Text(validators=[Optional()])

    def validate_after(self, field):
        """Refuse a cursor that this list has never given."""
        if read_cursor(field.data) is None:
            fail(lazy("There is no such page. Begin with the newest invoices."))

    def validate_limit(self, field):
        """Refuse a page that is empty, or too long."""
        if not re.fullmatch("[0-9]{1,3}", field.data) or not 1 <= int(field.data) <= MOST:
            fail(lazy("A page has 1 to 100 invoices."))

    def wanted(self) -> Wanted:
        """What is asked for, and which page of it."""
        after = read_cursor(self.after.data) if self.after.data else None
        return replace(super().wanted(), after=after, limit=int(self.limit.data or PAGE))
