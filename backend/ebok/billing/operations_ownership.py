"""Whose an invoice is: a number that comes again for another customer is a fault.

Unless the file says that it moves (`moved_from` of invoices.csv). Then the new customer gets the
invoice as it is told now, and nothing that the one before was given or that was known of it:
lines, sums of VAT, days, accounts, PDF and XML stay out of their sight. An undo gives it all back.
"""

from ebok.billing import operations_set_aside as set_aside
from ebok.billing.differences import Difference, keep_replaced
from ebok.billing.errors import KEPT, LISTED, Fault
from ebok.billing.rows import BillingFile
from ebok.billing.staging import Stage, create, execute, is_empty
from ebok.billing.texts_report import Report
from ebok.languages import say as _

MOVED = "moved_invoice"
MOVED_NUMBERS = f"SELECT number FROM {MOVED}"
OF_AN_INVOICE = ("invoice_line", "invoice_vat_sum", "instalment", "invoice_reading")
NUMBER, CODE = "Faktura/Fa/P_2", "customer_code"
# The customer of each number, as it will be when the bundle has been written.
OWNED = """
    (SELECT number, customer_code, moved_from FROM staged_invoice WHERE line > 0
     UNION ALL SELECT number, customer_code, NULL FROM invoice
     WHERE number NOT IN (SELECT number FROM staged_invoice WHERE line > 0))
    """
FORMER_XML = """
    EXISTS (SELECT 1 FROM document AS d WHERE d.invoice_number = x.number AND d.kind = 'xml'
            AND d.customer_code = x.customer_code AND d.sha256 = x.sha256)
    """


def set_others_aside(file: BillingFile, stage: Stage) -> None:
    """Set rows aside whose number is another customer's invoice, and that say of no move."""
    if is_empty(stage.target):
        return
    found = execute(
        f"""
        SELECT i.line, i.customer_code, t.customer_code, count(*) OVER ()
        FROM {stage.staged} AS i JOIN {stage.target} AS t ON t.number = i.number
        WHERE t.customer_code <> i.customer_code
        AND t.customer_code <> coalesce(i.moved_from, '') ORDER BY i.line LIMIT {KEPT:d}
        """
    )
    for line, code, owner, _count in found:
        file.set_aside(line, CODE, code, _elsewhere(owner))
    file.report.set_aside_unlisted(found[0][-1] - len(found) if found else 0)
    if found and not file.report.is_lost:
        set_aside.note(stage.target, stage.unstage([line for line, *_rest in found]))


def _elsewhere(owner: str) -> str:
    return _(
        "expected %(owner)s, whose invoice this is; if it moves, write %(owner)s into moved_from",
        owner=owner,
    )


def sort_out_files(report: Report) -> int:
    """Leave out the FA(3) files of another customer than whose the invoice is.

    They are set aside, but for the papers of who had the invoice before it moved, which may come
    again with every bundle: these are passed over. How many that were.
    """
    found = execute(
        f"""
        SELECT x.line, x.file, x.number, o.customer_code, x.customer_code, {FORMER_XML},
        coalesce(o.moved_from, '') = x.customer_code
        FROM staged_fa3 AS x JOIN {OWNED} AS o ON o.number = x.number
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
    """What else the bundle has of a file that is set aside is not the owner's paper either."""
    if not execute("SELECT 1 FROM staged_invoice WHERE number = {0}", number):
        set_aside.note("invoice", [number])


def leave_out_former_papers(report: Report) -> int:
    """Unstage the PDFs that the customer before was given under the same number; how many."""
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


def note_moves(invoices: Difference) -> int:
    """Keep which invoices move, and from whom, until they are written; how many.

    Whatever has another customer differs: the others need no looking at.
    """
    differs = "t.customer_code <> i.customer_code" if invoices.is_compared else "1 = 0"
    execute(f"DROP TABLE IF EXISTS {MOVED}")
    execute(
        f"""
        {create(MOVED)} AS SELECT i.number, t.customer_code AS former
        FROM {invoices.place} AS i JOIN {invoices.stage.target} AS t ON t.number = i.number
        WHERE {differs}
        """
    )
    [(count,)] = execute(f"SELECT count(*) FROM {MOVED}")
    return count


def keep(invoices: Difference) -> int:
    """What is kept back does not move: only what is written does; how many those are."""
    execute(f"DELETE FROM {MOVED} WHERE number NOT IN (SELECT number FROM {invoices.place} AS d)")
    [(count,)] = execute(f"SELECT count(*) FROM {MOVED}")
    return count


def move(stages: list[Stage], import_id: int) -> None:
    """Forget, for invoices that move, all that the bundle does not tell anew of them.

    Within the transaction that writes the invoices, after it has. They count as brought by this
    import: their new customers are told of them.
    """
    for stage in stages:
        if stage.target in OF_AN_INVOICE:
            _drop_untold(stage, stages, import_id)
    invoices = next(stage for stage in stages if stage.target == "invoice")
    untold = [f'"{name}" = {default}' for name, default in invoices.others.items()]
    execute(
        f"""
        UPDATE {invoices.target} SET {", ".join([f"import_id = {import_id:d}", *untold])}
        WHERE number IN ({MOVED_NUMBERS})
        """
    )


def _drop_untold(stage: Stage, stages: list[Stage], import_id: int) -> None:
    """Of one table, what neither its CSV file nor an FA(3) file tells."""
    untold = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {one.staged} AS told"
        f" WHERE {one.same_key('told', stage.target)})"
        for one in stages
        if one.target == stage.target
    )
    which = f"invoice_number IN ({MOVED_NUMBERS}) AND {untold}"
    keep_replaced(stage, import_id, which)
    execute(f"DELETE FROM {stage.target} WHERE {which}")


def foreign_corrections(rows: str) -> list[tuple]:
    """(number, customer, corrected number, whose that is, how many) of corrections in `rows` that
    correct another customer's invoice: they are not linked."""
    return execute(
        f"""
        SELECT told.number, told.customer_code, told.corrects, o.customer_code, count(*) OVER ()
        FROM {rows} AS told JOIN {OWNED} AS o ON o.number = told.corrects
        WHERE told.corrects <> '' AND o.customer_code <> told.customer_code
        ORDER BY told.number LIMIT {LISTED:d}
        """
    )
