"""Parameters of a ZIP: filters of the list, or ids of invoices."""

import re
from dataclasses import replace

from flask_babel import lazy_gettext as lazy
from wtforms import Field
from wtforms.validators import Optional

from ebok.documents.operations import MOST_IN_ZIP
from ebok.forms import Text, fail
from ebok.invoices.forms import FilterForm
from ebok.invoices.operations_list import Wanted

IDS = re.compile(r"[\w-]{1,40}(,[\w-]{1,40}){0,199}")
"""Two hundred ids make a URL of five kilobytes, which servers accept."""


class ZipForm(FilterForm):
    """If there are `ids`, the filters are ignored."""

    ids = Text(validators=[Optional()])

    def validate_ids(self, field: Field):
        """Refuse what cannot be ids of invoices, or too many."""
        if not IDS.fullmatch(field.data):
            fail(lazy("List between 1 and 200 invoices here."))

    def chosen(self) -> list[str]:
        """The ids."""
        return self.ids.data.split(",") if self.ids.data else []

    def wanted(self) -> Wanted:
        """The filters, with the limit of one ZIP."""
        return replace(super().wanted(), limit=MOST_IN_ZIP)
