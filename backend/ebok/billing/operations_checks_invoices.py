"""The plausibility checks of invoices and their lines, from CSV and from FA(3) files."""

from datetime import timedelta

from ebok.billing import operations_line_sums as line_sums
from ebok.billing.differences import Difference
from ebok.billing.fa3_rows import LINES, STAGED
from ebok.billing.models_check import ACCEPT, Check, changed, dates, day, lost_letters
from ebok.invoices.operations_states import today
from ebok.settings import Settings

NUMBER = "src.invoice_number"
HABIT = 3
"""Invoices that a customer needs for an average to be used."""
SAME = "AND src.customer_code = t.customer_code"
"""For an invoice that moves to another customer nothing of the former one is compared."""


def of_invoices(settings: Settings, difference: Difference) -> list[Check]:
    """Checks of the invoices themselves."""
    file, limits = "invoices.csv", settings.plausibility
    asked = "CASE WHEN src.gross_grosze > 0 THEN src.gross_grosze ELSE 0 END"
    payable = "src.payable_grosze" if "payable_grosze" in difference.stage.fields else "NULL"
    payable = f"coalesce({payable}, t.payable_grosze, 0)"
    outstanding = "src.outstanding_grosze"
    return [
        changed(
            "accounts_changed", file, "bank_account", f"{{old}} <> '' AND {{new}} <> {{old}} {SAME}"
        ),
        lost_letters(file, "buyer_name"),
        changed(
            "unpaid_again",
            file,
            "outstanding_grosze",
            f"{{old}} <= 0 AND {{new}} > 0 AND src.gross_grosze > 0 {SAME}",
        ),
        dates(file, settings, ("issued_on", "due_on", "period_from", "period_to")),
        Check(
            "outstanding_above",
            file,
            ("outstanding_grosze", "gross_grosze"),
            f"{outstanding} > {asked} AND {outstanding} > {payable}",
            "src.gross_grosze",
            outstanding,
        ),
        Check(
            "corrects_itself",
            file,
            ("corrects",),
            "src.corrects = src.number",
            "src.corrects",
            "src.number",
        ),
        *_old_lines(file, difference),
        _due_soon(file, settings),
        _far(file, difference, limits.far_times),
    ]


def _old_lines(file: str, difference: Difference) -> list[Check]:
    """Invoices whose sums change while the bundle has no lines for them: the old lines do not add
    up."""
    if not difference.is_compared or "net_grosze" not in difference.changed_fields:
        return []
    changed = f"""
        SELECT d.number FROM {difference.rows} AS d JOIN invoice AS m ON m.number = d.number
        WHERE m.net_grosze <> d.net_grosze AND m.customer_code = d.customer_code"""
    with_new_lines = "SELECT invoice_number FROM staged_invoice_line"
    with_new_lines += " UNION SELECT number FROM staged_fa3" if difference.stage.is_mixed else ""
    lines = f"""
        LEFT JOIN (SELECT l.invoice_number, sum(l.net_grosze) AS net FROM invoice_line AS l
         WHERE l.invoice_number IN ({changed}) AND l.invoice_number NOT IN ({with_new_lines})
         GROUP BY l.invoice_number
         HAVING max(CASE WHEN l.before_correction THEN 1 ELSE 0 END) = 0) AS old
        ON old.invoice_number = src.number"""
    where = line_sums.differ_clearly("old.net", "src.net_grosze")
    fields = ("net_grosze",)
    return [Check("lines_apart", file, fields, where, "src.net_grosze", "old.net", joins=lines)]


def _due_soon(file: str, settings: Settings) -> Check:
    """New invoices that are due before customers can pay in time."""
    first = day(today() - timedelta(days=settings.notify_within_days))
    last = day(today() + timedelta(days=settings.plausibility.due_days))
    where = f"""src.is_new AND src.kind = 'invoice' AND src.outstanding_grosze > 0
        AND src.issued_on >= {first} AND src.due_on < {last}"""
    return Check("due_soon", file, ("due_on",), where, "src.issued_on", "src.due_on", ACCEPT)


def _far(file: str, difference: Difference, times: int) -> Check:
    """Invoices of many times the customer's average."""
    habit = f"LEFT JOIN {habits(difference.rows)} AS habit"
    habit += " ON habit.customer_code = src.customer_code"
    where = f"src.kind = 'invoice' AND src.gross_grosze >= habit.usual * {times:d}"
    old, new = "CAST(habit.usual AS bigint)", "src.gross_grosze"
    if not difference.is_compared:
        habit, where, old = "", "false", "NULL"
    return Check("far_sums", file, ("gross_grosze",), where, old, new, joins=habit)


def habits(rows: str) -> str:
    """SQL of the average of each customer's invoices so far: (customer_code, usual, times).

    Only of customers in `rows` with enough invoices. The filter on invoices is inside the
    aggregates: Postgres takes it for a rare condition on a table without statistics, and would scan
    `rows` for each invoice.
    """
    counts = "CASE WHEN kind = 'invoice' AND gross_grosze > 0 THEN gross_grosze END"
    return f"""
        (SELECT customer_code, avg({counts}) AS usual, count({counts}) AS times FROM invoice
         WHERE customer_code IN (SELECT customer_code FROM {rows} AS d)
         GROUP BY customer_code HAVING count({counts}) >= {HABIT:d})"""


def of_lines(_settings: Settings, difference: Difference) -> list[Check]:
    """Lines whose sum is far from their invoice's."""
    sums = f"JOIN ({line_sums.mismatched(difference)}) AS far ON far.line = src.line"
    file = "invoice_lines.csv"
    return [Check("lines_apart", file, (), "true", "far.asked", "far.net", joins=sums, key=NUMBER)]


def of_fa3_lines(_settings: Settings, difference: Difference) -> list[Check]:
    """The same for FA(3) files, by gross where lines have no net.

    Advances and final invoices are not checked: their lines are those of the order, or of the whole
    sale.
    """
    sums = f"""
        JOIN {line_sums.fa3_sums(difference)} AS whole ON whole.line = src.line
        JOIN {STAGED} AS x ON x.number = src.invoice_number AND x.sha256 <> ''
        AND x.ksef_kind IN ('VAT', 'UPR', 'KOR')
        JOIN staged_invoice AS si ON si.number = src.invoice_number"""
    net, gross = (
        line_sums.differ_clearly(f"whole.{of}", f"si.{of}_grosze") for of in ("net", "gross")
    )
    where = f"{net} OR whole.net IS NULL AND {gross}"
    old = "CASE WHEN whole.net IS NULL THEN si.gross_grosze ELSE si.net_grosze END"
    new = "coalesce(whole.net, whole.gross)"
    return [Check("lines_apart", LINES.name, (), where, old, new, joins=sums, key=NUMBER)]
