"""The summary of an import for clerks, and the rows worth a look before customers see them."""

from typing import Any

from ebok.billing.differences import Difference
from ebok.billing.errors import MAX_LISTED
from ebok.billing.operations_checks_invoices import habits
from ebok.billing.operations_ownership import foreign_corrections
from ebok.billing.staging import execute
from ebok.billing.texts_report import Report
from ebok.languages import count as ngettext, say as _
from ebok.values import money

INVOICES, CUSTOMERS = "invoices.csv", "customers.csv"
TIMES = 5
"""An invoice is unusual if it is this many times more or less than the customer's average."""
LEAST_GROSZE = 50_00
"""Smaller differences are not worth a look."""


def summarise(differences: dict[str, Difference], moved: int, report: Report) -> None:
    """Summarise an import, and list what is unusual.

    `moved` is the number of invoices that move to another customer.
    """
    # Called again if another import was applied meanwhile: start over.
    report.notes, report.note_count = [], 0
    report.brief = [
        *_of_invoices(differences.get(INVOICES), moved),
        *_of_corrections(differences.get(INVOICES), report),
        *_of_customers(differences.get(CUSTOMERS)),
        *_set_aside(report.aside_row_count),
        *_unusual(differences.get(INVOICES), report),
        *_bounced(differences, report),
    ]


def summarise_refusal(unknown: list[str], unknown_count: int, report: Report) -> None:
    """Summarise why a bundle was refused: unknown customers, or accounts without the mask."""
    if unknown_count:
        codes = f"{', '.join(unknown)}{', …' if unknown_count > len(unknown) else ''}"
        text = ngettext(
            "%(num)s unknown customer (%(codes)s)",
            "%(num)s unknown customers (%(codes)s)",
            unknown_count,
            codes=codes,
        )
        report.brief.append(text)
    if report.unmasked_count:
        text = ngettext(
            "%(num)s account without the utility's mask",
            "%(num)s accounts without the utility's mask",
            report.unmasked_count,
        )
        report.brief.append(text)


def _of_invoices(difference: Difference | None, moved: int) -> list[str]:
    if not difference:
        return []
    new, changed = difference.new, difference.changed
    counts: list[int | str] = [
        new and ngettext("%(num)s new invoice", "%(num)s new invoices", new),
        changed and ngettext("%(num)s changed invoice", "%(num)s changed invoices", changed),
        moved
        and ngettext(
            "%(num)s of them moves to another customer",
            "%(num)s of them move to another customer",
            moved,
        ),
    ]
    return [text for text in counts if isinstance(text, str)] or [_("no invoice new or changed")]


def _of_corrections(difference: Difference | None, report: Report) -> list[str]:
    """Corrections of another customer's invoices, which are not linked."""
    found = foreign_corrections(difference.row_table) if difference and difference.rows else []
    for number, code, corrected, owner, _count in found:
        report.point_out(
            _(
                "%(number)s of %(code)s corrects %(corrected)s, which belongs to "
                "%(owner)s: the two are not linked",
                number=number,
                code=code,
                corrected=corrected,
                owner=owner,
            )
        )
    count = found[0][-1] if found else 0
    report.note_count += count - len(found)
    if not count:
        return []
    text = ngettext(
        "%(num)s correction of another customer's invoice",
        "%(num)s corrections of other customers' invoices",
        count,
    )
    return [text]


def _of_customers(difference: Difference | None) -> list[str]:
    if not difference:
        return []
    new, changed = difference.new, difference.changed
    counts: list[int | str] = [
        new and ngettext("%(num)s new customer", "%(num)s new customers", new),
        changed and ngettext("%(num)s changed customer", "%(num)s changed customers", changed),
    ]
    return [text for text in counts if isinstance(text, str)] or [_("no customer new or changed")]


def _set_aside(count: int) -> list[str]:
    text = ngettext("%(num)s row set aside", "%(num)s rows set aside", count)
    return [text] if count else []


def _unusual(difference: Difference | None, report: Report) -> list[str]:
    """New invoices whose gross is far from the average of the customer's earlier ones."""
    if not difference or not difference.new or not difference.is_compared:
        return []
    new = f"(SELECT * FROM {difference.rows} AS src WHERE src.is_new)"
    found = execute(
        f"""
        WITH habit AS MATERIALIZED {habits(new)}
        SELECT src.number, src.customer_code, src.gross_grosze, habit.usual, habit.times,
        count(*) OVER ()
        FROM {difference.rows} AS src JOIN habit ON habit.customer_code = src.customer_code
        WHERE src.is_new AND src.kind = 'invoice'
        AND abs(src.gross_grosze - habit.usual) >= {LEAST_GROSZE:d}
        AND (src.gross_grosze > habit.usual * {TIMES:d}
             OR src.gross_grosze * {TIMES:d} < habit.usual)
        ORDER BY src.gross_grosze DESC LIMIT {MAX_LISTED:d}
        """
    )
    for number, code, gross, usual, times, _count in found:
        report.point_out(_far(gross, float(usual), number=number, code=code, times=times))
    count = found[0][-1] if found else 0
    report.note_count += count - len(found)
    if not count:
        return []
    return [
        ngettext(
            "%(num)s invoice far from the usual amount",
            "%(num)s invoices far from the usual amount",
            count,
        )
    ]


def _far(gross: int, usual: float, **what: Any) -> str:
    values = what | {"gross": money.plain(gross), "usual": money.plain(round(usual))}
    if gross >= usual:
        return _(
            "%(number)s of %(code)s: %(gross)s is %(ratio)s times the average of %(usual)s "
            "(invoices so far: %(times)s)",
            ratio=f"{gross / usual:.0f}",
            **values,
        )
    return _(
        "%(number)s of %(code)s: %(gross)s is only %(ratio)s of the average of %(usual)s "
        "(invoices so far: %(times)s)",
        ratio=f"{max(gross, 0) / usual:.0%}",
        **values,
    )


def _bounced(differences: dict[str, Difference], report: Report) -> list[str]:
    """Addresses that bounce: of customers with new invoices, and of imported customers."""
    found = set()
    invoices = differences.get(INVOICES)
    # Mostly no address bounces, and before the first load there are no accounts.
    if invoices and invoices.new and execute(f"SELECT 1 FROM {_BOUNCED} LIMIT 1"):
        found |= set(execute(_BOUNCED_ACCOUNTS.format(invoices.rows)))
    if (customers := differences.get(CUSTOMERS)) and customers.new + customers.changed:
        found |= set(execute(_BOUNCED_ADDRESSES.format(customers.rows)))
    for code, address in sorted(found)[:MAX_LISTED]:
        report.point_out(_("%(code)s: e-mail to %(email)s bounced", code=code, email=address))
    report.note_count += max(0, len(found) - MAX_LISTED)
    if not found:
        return []
    return [ngettext("%(num)s address that bounced", "%(num)s addresses that bounced", len(found))]


_BOUNCED = "account AS a WHERE a.bounced_at IS NOT NULL AND a.closed_at IS NULL"
_BOUNCED_ACCOUNTS = f"""
    SELECT DISTINCT a.customer_code, a.email FROM {_BOUNCED} AND a.customer_code IN
    (SELECT src.customer_code FROM {{}} AS src WHERE src.is_new)
    """
_BOUNCED_ADDRESSES = """
    SELECT DISTINCT src.code, src.email FROM {} AS src
    JOIN bounce ON bounce.recipient = src.email AND bounce.kind = 'dead'
    AND bounce.cleared_at IS NULL WHERE src.email <> ''
    """
