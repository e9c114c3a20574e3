"""What a clerk should know of an import before customers do: in short, then one by one."""

from ebok.billing.differences import Difference
from ebok.billing.report import LISTED, Report
from ebok.billing.staging import execute

INVOICES, CUSTOMERS = "invoices.csv", "customers.csv"
TIMES = 5
"""How many times more, or less, than a customer's average is far outside their habit."""
HABIT = 3
"""Invoices that make a habit."""
LEAST_GROSZE = 50_00
"""A difference that is worth no clerk's look."""


def look_over(differences: dict[str, Difference], report: Report) -> None:
    """Say in short what the import brings, and point out what is unusual in it."""
    # Another import may have been written meanwhile, and all of it is looked over again.
    report.notes, report.note_count = [], 0
    report.brief = [
        *_counts("invoice", "invoices", differences.get(INVOICES)),
        *_counts("customer", "customers", differences.get(CUSTOMERS)),
        *_unusual(differences.get(INVOICES), report),
        *_bounced(differences, report),
    ]


def tell_refused(unknown: list[str], unknown_count: int, report: Report) -> None:
    """Say in short what kept the bundle out, where that is one of a clerk's usual suspects."""
    if unknown_count:
        report.brief.append(_many(unknown_count, "unknown customer", "unknown customers"))
        report.brief[-1] += (
            f" ({', '.join(unknown)}{', …' if unknown_count > len(unknown) else ''})"
        )
    if report.unmasked_count:
        shown = _many(report.unmasked_count, "account", "accounts")
        report.brief.append(f"{shown} without the utility's mask")


def _counts(one: str, many: str, difference: Difference | None) -> list[str]:
    if not difference:
        return []
    told = [f"{_many(n, f'{what} {one}', f'{what} {many}')}" for what, n in _kinds(difference) if n]
    return told or [f"no {one} new or changed"]


def _kinds(difference: Difference) -> list[tuple[str, int]]:
    return [("new", difference.new), ("changed", difference.changed)]


def _many(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _unusual(difference: Difference | None, report: Report) -> list[str]:
    """New invoices whose gross is far from the average of this customer's earlier ones."""
    if not difference or not difference.new or not difference.is_compared:
        return []
    found = execute(
        f"""
        SELECT told.number, told.customer_code, told.gross_grosze, habit.usual, habit.times,
        count(*) OVER ()
        FROM {difference.rows} AS told JOIN
        (SELECT customer_code, avg(gross_grosze) AS usual, count(*) AS times FROM invoice
         WHERE kind = 'invoice' AND gross_grosze > 0 AND customer_code IN
         (SELECT customer_code FROM {difference.rows} AS new WHERE new.is_new)
         GROUP BY customer_code HAVING count(*) >= {HABIT:d}) AS habit
        ON habit.customer_code = told.customer_code
        WHERE told.is_new AND told.kind = 'invoice'
        AND abs(told.gross_grosze - habit.usual) >= {LEAST_GROSZE:d}
        AND (told.gross_grosze > habit.usual * {TIMES:d}
             OR told.gross_grosze * {TIMES:d} < habit.usual)
        ORDER BY told.gross_grosze DESC LIMIT {LISTED:d}
        """
    )
    for number, code, gross, usual, times, _ in found:
        report.point_out(f"{number} of {code}: {_far(gross, float(usual))} ({times} invoices)")
    count = found[0][-1] if found else 0
    report.note_count += count - len(found)
    return [_many(count, "invoice", "invoices") + " far from the habit"] if count else []


def _far(gross: int, usual: float) -> str:
    shown = f"{gross / 100:.2f} zł"
    average = f"average of {usual / 100:.2f} zł"
    if gross >= usual:
        return f"{shown} is {gross / usual:.0f} times the {average}"
    return f"{shown} is only {max(gross, 0) / usual:.0%} of the {average}"


def _bounced(differences: dict[str, Difference], report: Report) -> list[str]:
    """Addresses that mail does not reach: of whoever is to be told, and of what is imported."""
    found = set()
    if (invoices := differences.get(INVOICES)) and invoices.new:
        found |= set(execute(_BOUNCED_ACCOUNTS.format(invoices.rows)))
    if (customers := differences.get(CUSTOMERS)) and customers.new + customers.changed:
        found |= set(execute(_BOUNCED_ADDRESSES.format(customers.rows)))
    for code, address in sorted(found)[:LISTED]:
        report.point_out(f"{code}: mail to {address} came back")
    report.note_count += max(0, len(found) - LISTED)
    return [_many(len(found), "address that bounced", "addresses that bounced")] if found else []


_BOUNCED_ACCOUNTS = """
    SELECT DISTINCT a.customer_code, a.email FROM account AS a
    WHERE a.bounced_at IS NOT NULL AND a.closed_at IS NULL AND a.customer_code IN
    (SELECT told.customer_code FROM {} AS told WHERE told.is_new)
    """
_BOUNCED_ADDRESSES = """
    SELECT DISTINCT told.code, told.email FROM {} AS told
    JOIN bounce ON bounce.recipient = told.email AND bounce.is_final WHERE told.email <> ''
    """
