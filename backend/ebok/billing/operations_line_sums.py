"""SQL of invoices whose lines do not add up to their sums."""

from ebok.billing.differences import Difference
from ebok.database import is_postgres

OF_LINES = "SELECT invoice_number, min(line) AS line, CAST(sum(net_grosze) AS bigint) AS net FROM"


def differ_clearly(lines: str, net: str) -> str:
    """SQL condition: they differ by more than 1 zł and more than 1 % of the invoice."""
    return f"abs({lines} - {net}) > 100 AND abs({lines} - {net}) * 100 > abs({net})"


def mismatched(difference: Difference) -> str:
    """SQL of (line, asked, net) for each invoice with a new or changed line, if the sums differ.

    `line` is the first such line, `asked` the invoice's net sum, `net` the sum of its lines.
    """
    if difference.is_compared or is_postgres():
        return _mismatched_of(_touched(difference))
    return _mismatched_at_first_load(difference.stage.staged)


def _touched(difference: Difference) -> str:
    staged, rows = difference.stage.staged, difference.rows
    if not difference.is_compared:
        return f"{OF_LINES} {staged} GROUP BY invoice_number"
    which = f"SELECT invoice_number, min(line) AS line FROM {rows} AS d GROUP BY invoice_number"
    return f"""
        SELECT touched.invoice_number, touched.line, whole.net FROM ({which}) AS touched JOIN (
            {OF_LINES} {staged}
            WHERE invoice_number IN (SELECT invoice_number FROM {rows} AS d)
            GROUP BY invoice_number
        ) AS whole ON whole.invoice_number = touched.invoice_number"""


def _mismatched_of(sums: str) -> str:
    asked = "coalesce(si.net_grosze, mi.net_grosze)"
    return f"""
        SELECT sums.line, {asked} AS asked, sums.net FROM ({sums}) AS sums
        LEFT JOIN staged_invoice AS si ON si.number = sums.invoice_number
        LEFT JOIN invoice AS mi ON mi.number = sums.invoice_number
        WHERE {differ_clearly("sums.net", asked)}"""


def _mismatched_at_first_load(staged: str) -> str:
    """The same on SQLite when all lines are new: invoice by invoice, in the order of the file.

    Adding up all lines first takes three times as long.
    """
    numbers = """
        SELECT number, net_grosze FROM staged_invoice
        UNION ALL SELECT number, net_grosze FROM invoice
        WHERE NOT EXISTS (SELECT 1 FROM staged_invoice AS si WHERE si.number = invoice.number)"""
    lines = f"FROM {staged} AS l WHERE l.invoice_number = sums.number"
    return f"""
        SELECT (SELECT min(line) {lines}) AS line, asked, net FROM (
            SELECT number, net_grosze AS asked, (SELECT sum(net_grosze) {lines}) AS net
            FROM ({numbers}) AS sums
        ) AS sums WHERE {differ_clearly("net", "asked")}"""


def fa3_sums(difference: Difference) -> str:
    """SQL of (line, net, gross) for each invoice with a new or changed line of an FA(3) file.

    Lines from before a correction are subtracted; a sum is NULL if a line lacks its value.
    """
    staged, rows = difference.stage.staged, difference.rows
    net, gross = map(_signed, ("net_grosze", "gross_grosze"))
    whole = f"SELECT invoice_number, min(line) AS line, {net} AS net, {gross} AS gross"
    whole += f" FROM {staged}"
    if not difference.is_compared:
        return f"({whole} GROUP BY invoice_number)"
    touched = f"SELECT invoice_number, min(line) AS line FROM {rows} AS d GROUP BY invoice_number"
    which = f"WHERE invoice_number IN (SELECT invoice_number FROM {rows} AS d)"
    return f"""(SELECT touched.line, sums.net, sums.gross FROM ({touched}) AS touched
        JOIN ({whole} {which} GROUP BY invoice_number) AS sums
        ON sums.invoice_number = touched.invoice_number)"""


def _signed(column: str) -> str:
    sign = "CASE WHEN before_correction THEN -1 ELSE 1 END"
    return f"CASE WHEN count({column}) = count(*) THEN sum({column} * {sign}) END"
