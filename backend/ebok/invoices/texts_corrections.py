"""A sentence on a corrected invoice."""

from collections.abc import Sequence

from ebok.invoices.operations_corrections import Version
from ebok.languages import gettext as _
from ebok.values.money import zloty


def was_and_is(versions: Sequence[Version]) -> str:
    """The amounts before and after all corrections; "" if the last is unknown."""
    after = versions[-1].after_grosze if versions else None
    if after is None:
        return ""
    before = versions[0].invoice.gross_grosze
    return _("It was %(before)s and is now %(now)s.", before=zloty(before), now=zloty(after))
