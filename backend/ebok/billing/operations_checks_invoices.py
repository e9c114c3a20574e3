"""The checks of invoices and of their lines, from CSV and from FA(3) files."""

from datetime import timedelta

from ebok.billing import operations_line_sums as line_sums
from ebok.billing.differences import Difference
from ebok.billing.fa3_rows import LINES, STAGED
from ebok.billing.models_check import ACCEPT, Check, changed, dates, day, lost
from ebok.invoices.operations_states import today
from ebok.settings import Settings

NUMBER = "told.invoice_number"
HABIT = 3
"""Invoices that make a habit."""
SAME = "AND told.customer_code = t.customer_code"
"""What another customer's invoice becomes is compared with nothing of the former one's."""


def of_invoices(settings: Settings, difference: Difference) -> list[Check]:
    """What is odd about the invoices themselves."""
    file, limits = "invoices.csv", settings.plausibility
    asked = "CASE WHEN told.gross_grosze > 0 THEN told.gross_grosze ELSE 0 END"
    payable = "told.payable_grosze" if "payable_grosze" in difference.stage.fields else "NULL"
    payable = f"coalesce({payable}, t.payable_grosze, 0)"
    outstanding = "told.outstanding_grosze"
    return [
        changed(
            "accounts_changed", file, "bank_account", f"{{old}} <> '' AND {{new}} <> {{old}} {SAME}"
        ),
        lost(file, "buyer_name"),
        changed(
            "unpaid_again",
            file,
            "outstanding_grosze",
            f"{{old}} <= 0 AND {{new}} > 0 AND told.gross_grosze > 0 {SAME}",
        ),
        dates(file, settings, ("issued_on", "due_on", "period_from", "period_to")),
        Check(
            "outstanding_above",
            file,
            ("outstanding_grosze", "gross_grosze"),
            f"{outstanding} > {asked} AND {outstanding} > {payable}",
            "told.gross_grosze",
            outstanding,
        ),
        Check(
            "corrects_itself",
            file,
            ("corrects",),
            "told.corrects = told.number",
            "told.corrects",
            "told.number",
        ),
        *_old_lines(file, difference),
        _due_soon(file, settings),
        _far(file, difference, limits.far_times),
    ]


def _old_lines(file: str, difference: Difference) -> list[Check]:
    """Invoices whose sums change, while no file of the bundle has their lines: those of before stay
    and do not add up."""
    if not difference.is_compared or "net_grosze" not in difference.changed_fields:
        return []
    changed = f"""
        SELECT d.number FROM {difference.rows} AS d JOIN invoice AS m ON m.number = d.number
        WHERE m.net_grosze <> d.net_grosze AND m.customer_code = d.customer_code"""
    told = "SELECT invoice_number FROM staged_invoice_line"
    told += " UNION SELECT number FROM staged_fa3" if difference.stage.is_mixed else ""
    lines = f"""
        LEFT JOIN (SELECT l.invoice_number, sum(l.net_grosze) AS net FROM invoice_line AS l
         WHERE l.invoice_number IN ({changed}) AND l.invoice_number NOT IN ({told})
         GROUP BY l.invoice_number
         HAVING max(CASE WHEN l.before_correction THEN 1 ELSE 0 END) = 0) AS old
        ON old.invoice_number = told.number"""
    where = line_sums.are_apart("old.net", "told.net_grosze")
    fields = ("net_grosze",)
    return [Check("lines_apart", file, fields, where, "told.net_grosze", "old.net", joins=lines)]


def _due_soon(file: str, settings: Settings) -> Check:
    """Told of too late to be paid in time; of what customers are told of at all."""
    first = day(today() - timedelta(days=settings.notify_within_days))
    last = day(today() + timedelta(days=settings.plausibility.due_days))
    where = f"""told.is_new AND told.kind = 'invoice' AND told.outstanding_grosze > 0
        AND told.issued_on >= {first} AND told.due_on < {last}"""
    return Check("due_soon", file, ("due_on",), where, "told.issued_on", "told.due_on", ACCEPT)


def _far(file: str, difference: Difference, times: int) -> Check:
    """Many times what the customer's invoices come to."""
    habit = f"LEFT JOIN {habits(difference.rows)} AS habit"
    habit += " ON habit.customer_code = told.customer_code"
    where = f"told.kind = 'invoice' AND told.gross_grosze >= habit.usual * {times:d}"
    old, new = "CAST(habit.usual AS bigint)", "told.gross_grosze"
    if not difference.is_compared:
        habit, where, old = "", "false", "NULL"
    return Check("far_sums", file, ("gross_grosze",), where, old, new, joins=habit)


def habits(rows: str) -> str:
    """The SQL of what these rows' customers were billed so far, each of them: (customer_code,
    usual, times); not of those with too few invoices to have a habit.

    Which invoices count is said within the sums: as a condition, Postgres takes it for a rare one
    until it has looked at a new table, and goes through all `rows` for each invoice of the mirror.
    """
    counts = "CASE WHEN kind = 'invoice' AND gross_grosze > 0 THEN gross_grosze END"
    return f"""
        (SELECT customer_code, avg({counts}) AS usual, count({counts}) AS times FROM invoice
         WHERE customer_code IN (SELECT customer_code FROM {rows} AS d)
         GROUP BY customer_code HAVING count({counts}) >= {HABIT:d})"""


def of_lines(_settings: Settings, difference: Difference) -> list[Check]:
    """Lines whose sum is far from their invoice's."""
    sums = f"JOIN ({line_sums.far(difference)}) AS far ON far.line = told.line"
    file = "invoice_lines.csv"
    return [Check("lines_apart", file, (), "true", "far.asked", "far.net", joins=sums, key=NUMBER)]


def of_fa3_lines(_settings: Settings, difference: Difference) -> list[Check]:
    """The same of an FA(3) file: its gross where its lines have no net; and not of advances, which
    have an order, nor of what settles them, whose lines are the whole sale."""
    sums = f"""
        JOIN {line_sums.of_files(difference)} AS whole ON whole.line = told.line
        JOIN {STAGED} AS x ON x.number = told.invoice_number AND x.sha256 <> ''
        AND x.ksef_kind IN ('VAT', 'UPR', 'KOR')
        JOIN staged_invoice AS si ON si.number = told.invoice_number"""
    net, gross = (line_sums.are_apart(f"whole.{of}", f"si.{of}_grosze") for of in ("net", "gross"))
    where = f"{net} OR whole.net IS NULL AND {gross}"
    old = "CASE WHEN whole.net IS NULL THEN si.gross_grosze ELSE si.net_grosze END"
    new = "coalesce(whole.net, whole.gross)"
    return [Check("lines_apart", LINES.name, (), where, old, new, joins=sums, key=NUMBER)]
