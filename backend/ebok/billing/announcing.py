"""Who is told of an import, and what its report says of that."""

from ebok.billing.differences import Difference
from ebok.billing.fakturas import INVOICES
from ebok.billing.ownership import MOVED_NUMBERS
from ebok.sentences import count as ngettext


def with_new(differences: list[Difference]) -> str:
    """The SQL of the codes of customers who have new invoices; nothing where all may have."""
    found = (each for each in differences if each.stage.layout.name == INVOICES)
    invoices = next(found, None)
    if not invoices or not invoices.is_compared:
        return ""
    return f"SELECT customer_code FROM {invoices.rows} WHERE is_new OR number IN ({MOVED_NUMBERS})"


def told_again(differences: list[Difference]) -> str:
    """The SQL of the numbers of invoices that are new or changed."""
    found = (each for each in differences if each.stage.layout.name == INVOICES)
    invoices = next(found, None)
    return f"SELECT number FROM {invoices.rows} AS told" if invoices else "SELECT ''"


def announced(import_id: int, count: int, held_for: tuple[str, ...]) -> str:
    """How many customers hear of an import, or will once it is published."""
    if held_for:
        return ngettext(
            "%(num)s customer is told after `ebok imports publish`; samples go to %(samples)s. "
            "`ebok imports undo` takes import %(id)s back.",
            "%(num)s customers are told after `ebok imports publish`; samples go to %(samples)s. "
            "`ebok imports undo` takes import %(id)s back.",
            count,
            samples=", ".join(held_for),
            id=import_id,
        )
    if not count:
        return ""
    return ngettext(
        "%(num)s customer is told by mail.", "%(num)s customers are told by mail.", count
    )
