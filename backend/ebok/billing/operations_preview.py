"""What a clerk should know of an import before customers do: in short, then one by one."""

from ebok.billing.differences import Difference
from ebok.billing.errors import LISTED
from ebok.billing.operations_checks_invoices import habits
from ebok.billing.operations_ownership import foreign_corrections
from ebok.billing.staging import execute
from ebok.billing.texts_report import Report
from ebok.languages import count as ngettext, say as _
from ebok.values import money

INVOICES, CUSTOMERS = "invoices.csv", "customers.csv"
TIMES = 5
"""How many times more, or less, than a customer's average is far outside their habit."""
LEAST_GROSZE = 50_00
"""A difference that is worth no clerk's look."""


def look_over(differences: dict[str, Difference], moved: int, report: Report) -> None:
    """Say in short what the import brings, and point out what is unusual in it.

    `moved` invoices go to another customer.
    """
    # Another import may have been written meanwhile, and all of it is looked over again.
    report.notes, report.note_count = [], 0
    report.brief = [
        *_of_invoices(differences.get(INVOICES), moved),
        *_of_corrections(differences.get(INVOICES), report),
        *_of_customers(differences.get(CUSTOMERS)),
        *_set_aside(report.aside_row_count),
        *_unusual(differences.get(INVOICES), report),
        *_bounced(differences, report),
    ]


def tell_refused(unknown: list[str], unknown_count: int, report: Report) -> None:
    """Say in short what kept the bundle out, where that is one of a clerk's usual suspects."""
    if unknown_count:
        codes = f"{', '.join(unknown)}{', …' if unknown_count > len(unknown) else ''}"
        told = ngettext(
            "%(num)s unknown customer (%(codes)s)",
            "%(num)s unknown customers (%(codes)s)",
            unknown_count,
            codes=codes,
        )
        report.brief.append(told)
    if report.unmasked_count:
        told = ngettext(
            "%(num)s account without the utility's mask",
            "%(num)s accounts without the utility's mask",
            report.unmasked_count,
        )
        report.brief.append(told)


def _of_invoices(difference: Difference | None, moved: int) -> list[str]:
    if not difference:
        return []
    new, changed = difference.new, difference.changed
    told = [
        new and ngettext("%(num)s new invoice", "%(num)s new invoices", new),
        changed and ngettext("%(num)s changed invoice", "%(num)s changed invoices", changed),
        moved
        and ngettext(
            "%(num)s of them moves to another customer",
            "%(num)s of them move to another customer",
            moved,
        ),
    ]
    return list(filter(None, told)) or [_("no invoice new or changed")]


def _of_corrections(difference: Difference | None, report: Report) -> list[str]:
    """Corrections of another customer's invoices, which are not linked."""
    found = foreign_corrections(difference.place) if difference and difference.rows else []
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
    told = ngettext(
        "%(num)s correction of another customer's invoice",
        "%(num)s corrections of other customers' invoices",
        count,
    )
    return [told]


def _of_customers(difference: Difference | None) -> list[str]:
    if not difference:
        return []
    new, changed = difference.new, difference.changed
    told = [
        new and ngettext("%(num)s new customer", "%(num)s new customers", new),
        changed and ngettext("%(num)s changed customer", "%(num)s changed customers", changed),
    ]
    return list(filter(None, told)) or [_("no customer new or changed")]


def _set_aside(count: int) -> list[str]:
    told = ngettext("%(num)s row set aside", "%(num)s rows set aside", count)
    return [told] if count else []


def _unusual(difference: Difference | None, report: Report) -> list[str]:
    """New invoices whose gross is far from the average of this customer's earlier ones."""
    if not difference or not difference.new or not difference.is_compared:
        return []
    new = f"(SELECT * FROM {difference.rows} AS told WHERE told.is_new)"
    found = execute(
        f"""
        WITH habit AS MATERIALIZED {habits(new)}
        SELECT told.number, told.customer_code, told.gross_grosze, habit.usual, habit.times,
        count(*) OVER ()
        FROM {difference.rows} AS told JOIN habit ON habit.customer_code = told.customer_code
        WHERE told.is_new AND told.kind = 'invoice'
        AND abs(told.gross_grosze - habit.usual) >= {LEAST_GROSZE:d}
        AND (told.gross_grosze > habit.usual * {TIMES:d}
             OR told.gross_grosze * {TIMES:d} < habit.usual)
        ORDER BY told.gross_grosze DESC LIMIT {LISTED:d}
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


def _far(gross: int, usual: float, **what) -> str:
    told = what | {"gross": money.plain(gross), "usual": money.plain(round(usual))}
    if gross >= usual:
        return _(
            "%(number)s of %(code)s: %(gross)s is %(ratio)s times the average of %(usual)s "
            "(invoices so far: %(times)s)",
            ratio=f"{gross / usual:.0f}",
            **told,
        )
    return _(
        "%(number)s of %(code)s: %(gross)s is only %(ratio)s of the average of %(usual)s "
        "(invoices so far: %(times)s)",
        ratio=f"{max(gross, 0) / usual:.0%}",
        **told,
    )


def _bounced(differences: dict[str, Difference], report: Report) -> list[str]:
    """Addresses that mail does not reach: of whoever is to be told, and of what is imported."""
    found = set()
    invoices = differences.get(INVOICES)
    # Before the first load nobody has an account, and nearly always nobody's mail came back.
    if invoices and invoices.new and execute(f"SELECT 1 FROM {_BOUNCED} LIMIT 1"):
        found |= set(execute(_BOUNCED_ACCOUNTS.format(invoices.rows)))
    if (customers := differences.get(CUSTOMERS)) and customers.new + customers.changed:
        found |= set(execute(_BOUNCED_ADDRESSES.format(customers.rows)))
    for code, address in sorted(found)[:LISTED]:
        report.point_out(_("%(code)s: e-mail to %(email)s bounced", code=code, email=address))
    report.note_count += max(0, len(found) - LISTED)
    if not found:
        return []
    return [ngettext("%(num)s address that bounced", "%(num)s addresses that bounced", len(found))]


_BOUNCED = "account AS a WHERE a.bounced_at IS NOT NULL AND a.closed_at IS NULL"
_BOUNCED_ACCOUNTS = f"""
    SELECT DISTINCT a.customer_code, a.email FROM {_BOUNCED} AND a.customer_code IN
    (SELECT told.customer_code FROM {{}} AS told WHERE told.is_new)
    """
_BOUNCED_ADDRESSES = """
    SELECT DISTINCT told.code, told.email FROM {} AS told
    JOIN bounce ON bounce.recipient = told.email AND bounce.kind = 'dead'
    AND bounce.cleared_at IS NULL WHERE told.email <> ''
    """
