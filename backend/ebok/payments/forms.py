"""Forms of the ledger, transfers and payments online."""

import re
from datetime import date

from flask_babel import gettext as _, lazy_gettext as lazy
from wtforms import Field, IntegerField, ValidationError
from wtforms.validators import Length, NumberRange, Optional

from ebok.forms import Form, Text, fail
from ebok.payments.operations_choice import Choice

EARLIEST = date(1990, 1, 1)
MOST_ON_A_PAGE = 100
MOST_CHOSEN = 100


class Day(Text):
    """A date as 2026-11-25 or 25.11.2026; None if empty."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = _day(str(self.data)) if self.data else None


def _day(text: str) -> date:
    try:
        first, second, third = text.replace(".", "-").split("-")
        parts = (first, second, third) if len(first) == 4 else (third, second, first)
        day = date(*map(int, parts))
    except (ValueError, OverflowError):
        raise ValidationError(_("Enter the date like this: 25.11.2026.")) from None
    if not EARLIEST <= day <= date(2100, 1, 1):
        raise ValidationError(_("Enter the date like this: 25.11.2026."))
    return day


class PeriodForm(Form):
    """A period, both days included; both are optional."""

    from_ = Day(validators=[Optional()])
    to = Day(validators=[Optional()])

    def validate_to(self, field: Field):
        """Refuse a period that ends before it begins."""
        if field.data and self.from_.data and field.data < self.from_.data:
            fail(_("This day is before the first one."))


class LedgerForm(PeriodForm):
    """One page of the ledger."""

    after = Text(validators=[Length(max=300)])
    limit = IntegerField(validators=[Optional(), NumberRange(1, MOST_ON_A_PAGE)], default=25)


class ChoiceForm(Form):
    """What to pay: certain invoices, those of a point of use, or by default all that is owed."""

    ids = Text(
        validators=[Optional()],
        description=f"Several, their ids with commas between; {MOST_CHOSEN} at most.",
    )
    point = Text(
        validators=[Optional(), Length(max=60)],
        description="The invoices of a point of use. With nothing chosen all that is owed.",
    )

    def validate_ids(self, field: Field):
        """Refuse malformed ids, or too many."""
        ids = field.data.split(",")
        if len(ids) > MOST_CHOSEN or not all(re.fullmatch("[0-9a-f]{32}", one) for one in ids):
            fail(lazy("Select between 1 and 100 invoices."))

    def choice(self) -> Choice:
        """What was chosen."""
        ids = tuple(self.ids.data.split(",")) if self.ids.data else ()
        return Choice(ids, self.point.data or "")


class OrderForm(ChoiceForm):
    """A payment online; `invoice_id` chooses a single invoice."""

    invoice_id = Text(validators=[Length(max=64)], description="One invoice.")

    def choice(self) -> Choice:
        """What was chosen."""
        return Choice((self.invoice_id.data,)) if self.invoice_id.data else super().choice()
