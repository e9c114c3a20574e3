"""An invoice belongs to one customer: the same number for another customer is a fault.

Unless the file says that it moves (`moved_from` of invoices.csv). Then the new customer gets the
invoice as it is now, and nothing of the former one's: lines, VAT sums, due days, accounts, PDF and
XML stay hidden. An undo restores all of it.
"""

from typing import Any

from ebok.billing import operations_set_aside as set_aside
from ebok.billing.differences import Difference, save_replaced
from ebok.billing.errors import MAX_KEPT, MAX_LISTED, Fault
from ebok.billing.rows import BillingFile
from ebok.billing.staging import Stage, create_sql, execute, is_empty
from ebok.billing.texts_report import Report
from ebok.languages import say as _

MOVED = "moved_invoice"
MOVED_NUMBERS = f"SELECT number FROM {MOVED}"
OF_AN_INVOICE = ("invoice_line", "invoice_vat_sum", "instalment", "invoice_reading")
NUMBER, CODE = "Faktura/Fa/P_2", "customer_code"
# The customer of each number, as it will be when the bundle has been written.
INVOICE_OWNERS = """
    (SELECT number, customer_code, moved_from FROM staged_invoice WHERE line > 0
     UNION ALL SELECT number, customer_code, NULL FROM invoice
     WHERE number NOT IN (SELECT number FROM staged_invoice WHERE line > 0))
    """
FORMER_XML = """
    EXISTS (SELECT 1 FROM document AS d WHERE d.invoice_number = x.number AND d.kind = 'xml'
            AND d.customer_code = x.customer_code AND d.sha256 = x.sha256)
    """


def set_foreign_rows_aside(file: BillingFile, stage: Stage) -> None:
    """Set aside rows whose number is another customer's invoice, without `moved_from`."""
    if is_empty(stage.target):
        return
    found = execute(
        f"""
        SELECT i.line, i.customer_code, t.customer_code, count(*) OVER ()
        FROM {stage.staged} AS i JOIN {stage.target} AS t ON t.number = i.number
        WHERE t.customer_code <> i.customer_code
        AND t.customer_code <> coalesce(i.moved_from, '') ORDER BY i.line LIMIT {MAX_KEPT:d}
        """
    )
    for line, code, owner, _count in found:
        file.set_aside(line, CODE, code, _elsewhere(owner))
    file.report.set_aside_unlisted(found[0][-1] - len(found) if found else 0)
    if found and not file.report.will_be_refused:
        set_aside.add(stage.target, stage.unstage([line for line, *_rest in found]))


def _elsewhere(owner: str) -> str:
    return _(
        "expected %(owner)s, whose invoice this is; if it moves, write %(owner)s into moved_from",
        owner=owner,
    )


def drop_foreign_files(report: Report) -> int:
    """Drop FA(3) files of another customer than the invoice's; returns how many were passed over.

    They are set aside, except those of a former owner, which may come with every bundle: these are
    passed over.
    """
    found = execute(
        f"""
        SELECT x.line, x.file, x.number, o.customer_code, x.customer_code, {FORMER_XML},
        coalesce(o.moved_from, '') = x.customer_code
        FROM staged_fa3 AS x JOIN {INVOICE_OWNERS} AS o ON o.number = x.number
        WHERE o.customer_code <> x.customer_code ORDER BY x.line
        """
    )
    count = 0
    for line, file, number, owner, code, is_known, is_former in found:
        execute(f"DELETE FROM staged_fa3 WHERE line = {line:d}")
        count += bool(is_known or is_former)
        if is_former and not is_known:
            report.warn(Fault(file, 0, NUMBER, number, _passed_over(code)))
        elif not is_known:
            expected = _(
                "expected a file of customer %(owner)s, whose invoice this is, but "
                "this one is of %(code)s",
                owner=owner,
                code=code,
            )
            report.set_aside(Fault(file, 0, NUMBER, number, expected))
            _leave_out(number)
    return count


def _leave_out(number: str) -> None:
    """Set the invoice aside unless invoices.csv has it."""
    if not execute("SELECT 1 FROM staged_invoice WHERE number = {0}", number):
        set_aside.add("invoice", [number])


def unstage_former_owners_pdfs(report: Report) -> int:
    """Unstage PDFs that the former customer has under the same number; returns how many."""
    found = execute(
        """
        SELECT p.name, s.invoice_number, d.customer_code FROM staged_document AS s
        JOIN document AS d ON d.invoice_number = s.invoice_number AND d.sha256 = s.sha256
        JOIN staged_pdf AS p ON p.sha256 = s.sha256
        WHERE s.kind = 'pdf' AND d.kind = 'pdf' AND d.customer_code <> s.customer_code
        """
    )
    for name, number, code in found:
        report.warn(Fault(name, 0, "", number, _passed_over(code)))
        which = "invoice_number = {0} AND kind = 'pdf'"
        execute(f"DELETE FROM staged_document WHERE {which}", number)
    return len(found)


def _passed_over(code: str) -> str:
    return _("this is the document of %(code)s, who had the invoice before; skipped", code=code)


def record_moves(invoices: Difference) -> int:
    """Record which invoices move, and from whom; returns how many.

    An invoice with another customer differs, so only differing rows are searched.
    """
    differs = "t.customer_code <> i.customer_code" if invoices.is_compared else "1 = 0"
    execute(f"DROP TABLE IF EXISTS {MOVED}")
    execute(
        f"""
        {create_sql(MOVED)} AS SELECT i.number, t.customer_code AS former
        FROM {invoices.row_table} AS i JOIN {invoices.stage.target} AS t ON t.number = i.number
        WHERE {differs}
        """
    )
    [(count,)] = execute(f"SELECT count(*) FROM {MOVED}")
    return count


def keep_written_moves(invoices: Difference) -> int:
    """Drop the moves of invoices that are kept back; returns how many remain."""
    execute(
        f"DELETE FROM {MOVED} WHERE number NOT IN (SELECT number FROM {invoices.row_table} AS d)"
    )
    [(count,)] = execute(f"SELECT count(*) FROM {MOVED}")
    return count


def move(stages: list[Stage], import_id: int) -> None:
    """Delete what the bundle does not say about moved invoices, and reset their other columns.

    Runs in the write transaction, after the invoices. They count as added by this import: their new
    customers get a mail.
    """
    for stage in stages:
        if stage.target in OF_AN_INVOICE:
            _delete_not_staged(stage, stages, import_id)
    invoices = next(stage for stage in stages if stage.target == "invoice")
    defaults = [f'"{name}" = {default}' for name, default in invoices.others.items()]
    execute(
        f"""
        UPDATE {invoices.target} SET {", ".join([f"import_id = {import_id:d}", *defaults])}
        WHERE number IN ({MOVED_NUMBERS})
        """
    )


def _delete_not_staged(stage: Stage, stages: list[Stage], import_id: int) -> None:
    """Delete a table's rows of moved invoices that neither CSV nor FA(3) files have."""
    not_staged = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {one.staged} AS src WHERE {one.same_key('src', stage.target)})"
        for one in stages
        if one.target == stage.target
    )
    which = f"invoice_number IN ({MOVED_NUMBERS}) AND {not_staged}"
    save_replaced(stage, import_id, which)
    execute(f"DELETE FROM {stage.target} WHERE {which}")


def foreign_corrections(rows: str) -> list[tuple[Any, ...]]:
    """Corrections in `rows` of another customer's invoices, which are not linked.

    Each is (number, customer, corrected number, its customer, how many there are).
    """
    return execute(
        f"""
        SELECT src.number, src.customer_code, src.corrects, o.customer_code, count(*) OVER ()
        FROM {rows} AS src JOIN {INVOICE_OWNERS} AS o ON o.number = src.corrects
        WHERE src.corrects <> '' AND o.customer_code <> src.customer_code
        ORDER BY src.number LIMIT {MAX_LISTED:d}
        """
    )
