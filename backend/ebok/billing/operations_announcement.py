"""Which customers get mails about an import, and what its report says of them."""

from collections.abc import Mapping

from ebok.billing.differences import Difference
from ebok.billing.fa3_import import INVOICES
from ebok.billing.operations_ownership import MOVED_NUMBERS
from ebok.languages import count as ngettext


def customers_with_new(differences: Mapping[str, Difference]) -> str:
    """SQL of the codes of customers with new invoices; "" if all customers may have some."""
    invoices = differences.get(INVOICES)
    if not invoices or not invoices.is_compared:
        return ""
    return f"SELECT customer_code FROM {invoices.rows} WHERE is_new OR number IN ({MOVED_NUMBERS})"


def invoices_written(differences: Mapping[str, Difference]) -> str:
    """SQL of the numbers of new and changed invoices."""
    invoices = differences.get(INVOICES)
    return f"SELECT number FROM {invoices.rows} AS src" if invoices else "SELECT ''"


def announced(count: int) -> str:
    """How many customers get a mail."""
    if not count:
        return ""
    return ngettext(
        "%(num)s customer is told by e-mail.", "%(num)s customers are told by e-mail.", count
    )


def announced_again(count: int) -> str:
    """How many mails are sent once more."""
    if not count:
        return ""
    return ngettext(
        "%(num)s e-mail that was given up is queued again.",
        "%(num)s e-mails that were given up are queued again.",
        count,
    )


def sampled(count: int, addresses: tuple[str, ...]) -> str:
    """How many customers will get a mail once it is published, and who gets samples."""
    return ngettext(
        "%(num)s customer is told by e-mail when it is published; samples go to %(samples)s.",
        "%(num)s customers are told by e-mail when it is published; samples go to %(samples)s.",
        count,
        samples=", ".join(addresses),
    )
