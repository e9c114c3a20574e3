"""Imports old invoices and their lines from JPK_FA(4) files: those that no other source has.

Only the buyer's NIP identifies the customer; an invoice without a certain one is passed over.
Nothing that e-BOK has is changed, and no mail is sent. Format: `docs/ksef-format.md`.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from ebok.billing import operations_set_aside as set_aside
from ebok.billing.bundle import MOST_FILES, Source
from ebok.billing.buyers import ALL_CUSTOMERS
from ebok.billing.errors import MAX_KEPT, Fault
from ebok.billing.fa3_rows import LINE_FIELDS, STAGED, TYPES, VAT_FIELDS, fault_in
from ebok.billing.jpk_rows import LINE, OWN, Row, invoice_row, line_row
from ebok.billing.staging import Stage, create_sql, execute, fill
from ebok.billing.texts_report import FileReport, Report
from ebok.database import is_postgres
from ebok.invoices.models import JPK_FA
from ebok.ksef import errors, jpk
from ebok.languages import say as _

AT_ONCE = 2000
"""Records whose rows are staged together."""
FIRST_LINE = 2**40
"""Staged lines of these files are numbered from here: above any line number of a file."""
TABLES = {
    "jpk": "line integer PRIMARY KEY, place integer, file text, number text, nip text, kind text,"
    " ksef_kind text, issued_on date, buyer_name text, net_grosze bigint, vat_grosze bigint,"
    " gross_grosze bigint, corrects text, corrects_also text, correction_reason text",
    "jpk_vat": "line integer, vat_rate text, net_grosze bigint, vat_grosze bigint",
    "jpk_line": "line integer PRIMARY KEY, place integer, number text, name text, unit text,"
    " quantity_millionths bigint, unit_net_microgrosze bigint, net_grosze bigint,"
    " gross_grosze bigint, vat_rate text",
    "jpk_fault": "place integer, number text, element text, value text, expected text",
}
INDEXES = {
    "jpk": "number, place",
    "jpk_vat": "line",
    "jpk_line": "number, place, line",
    "jpk_fault": "number, place",
}
OF_JPK = f"SELECT number FROM {STAGED} WHERE sha256 = ''"
"""SQL of the invoices that come from JPK_FA files: these files are not stored."""
# Invoices that the mirror or the bundle has, or that were withdrawn.
KNOWN = f"""
    EXISTS (SELECT 1 FROM invoice AS t WHERE t.number = staged_jpk.number)
    OR EXISTS (SELECT 1 FROM staged_invoice AS i WHERE i.number = staged_jpk.number)
    OR EXISTS (SELECT 1 FROM {STAGED} AS f WHERE f.number = staged_jpk.number)
    OR EXISTS (SELECT 1 FROM billing_withdrawn AS w WHERE w.table_name = 'invoice'
               AND w.key = staged_jpk.number AND w.returned_by = 0)
    OR number IN ({set_aside.keys_of("invoice")})
    """
OWNER = f"""
    (SELECT nip, min(code) AS code FROM {ALL_CUSTOMERS} AS everybody
     WHERE nip <> '' GROUP BY nip HAVING count(*) = 1)
    """
# NIPs of municipalities with units: JPK_FA does not say which unit receives an invoice.
WITH_UNITS = f"""
    (SELECT buyer_nip FROM invoice WHERE buyer_nip <> ''
     UNION SELECT buyer_nip FROM {STAGED} WHERE buyer_nip <> '')
    """


class JpkImport:
    """Stages the JPK_FA(4) files of one bundle."""

    def __init__(self, seller_nip: str, report: Report):
        self.seller_nip = seller_nip
        self.report = report
        self.summary = FileReport(JPK_FA, "XML")
        self.files: list[str] = []
        self.counts: Counter[str] = Counter()
        self.stages: tuple[Stage, ...] = ()

    def read(self, source: Source) -> None:
        """Stage a file's records without judging them."""
        if not self.files:
            self.report.files.append(self.summary)
            _create()
        self.files.append(source.name)
        try:
            with source.open() as stream:
                self._stage(source.name, stream)
        except jpk.OtherSeller:
            self.report.pass_over(_("JPK_FA(4) of another seller"), source.name)
        except errors.Refused as refused:
            self.report.refuse(fault_in(source.name, refused.fault))

    def stage(self, invoices: Stage, lines: Stage, vat_sums: Stage) -> None:
        """Add the invoices with a known customer and no other source to the bundle's invoices."""
        if not self.files:
            return
        if is_postgres():
            for table in TABLES:
                execute(f"ANALYZE staged_{table}")
        self._pass_over()
        self._drop_known()
        self._drop_repeated()
        self._set_aside()
        self._warn_of_sums()
        _insert_invoices()
        _insert_lines_and_sums(lines, vat_sums)
        self.stages = invoices, lines, vat_sums

    def drop_known(self) -> None:
        """Drop invoices that another import has added meanwhile: they stay as they are."""
        numbers = f"{OF_JPK} AND number IN (SELECT number FROM invoice)"
        for stage in self.stages:
            execute(f'DELETE FROM {stage.staged} WHERE "{stage.keys[0]}" IN ({numbers})')

    def count(self) -> None:
        """Count new invoices; known ones are unchanged."""
        [(self.summary.new,)] = execute(
            f"""SELECT count(*) FROM staged_invoice WHERE number IN ({OF_JPK})
            AND number NOT IN (SELECT number FROM invoice)"""
        )

    def _stage(self, file: str, stream: BinaryIO) -> None:
        found = self._rows(file, stream)
        while rows := list(islice(found, AT_ONCE)):
            self._fill("jpk", [row for row in rows if len(row.values) == len(OWN)])
            self._fill("jpk_line", [row for row in rows if len(row.values) == len(LINE)])
            place = len(self.files)
            wrong = ((place, row.number, f) for row in rows for f in row.faults)
            faults = ((p, number, f.column, f.value, str(f.expected)) for p, number, f in wrong)
            fill("staged_jpk_fault", 5, faults)

    def _fill(self, table: str, rows: list[Row]) -> None:
        first, place = self.counts[table] + 1, len(self.files)
        self.counts[table] += len(rows)
        own = (self.files[-1],) if table == "jpk" else ()
        records = [(first + n, place, *own, *row.values) for n, row in enumerate(rows)]
        if records:
            fill(f"staged_{table}", len(records[0]), records)
        sums = [(first + n, *one) for n, row in enumerate(rows) for one in row.vat_sums]
        if sums:
            fill("staged_jpk_vat", 4, sums)

    def _rows(self, file: str, stream: BinaryIO) -> Iterator[Row]:
        for found in jpk.read(stream, self.seller_nip):
            if isinstance(found, errors.Fault):
                self.report.warn(fault_in(file, found))
            elif found.name == jpk.LINE:
                yield line_row(file, found)
            elif not self._is_passed_over(found):
                yield invoice_row(file, found)

    def _is_passed_over(self, record: jpk.Record) -> bool:
        """Whether an invoice is not for us, by its own record; counts it in the report."""
        number = record.texts.get("P_2A", "")
        if not jpk.is_sold_by(record, self.seller_nip):
            self.report.pass_over(_("invoices of JPK_FA(4) of another seller"), number)
        elif record.texts.get("KodWaluty", "PLN") != "PLN":
            self.report.pass_over(_("invoices of JPK_FA(4) not in złoty"), number)
        elif not jpk.buyer_nip(record):
            self.report.pass_over(_no_customer(), number)
        else:
            return False
        return True

    def _pass_over(self) -> None:
        which = f"""nip NOT IN (SELECT nip FROM {OWNER} AS owner) OR nip IN {WITH_UNITS}"""
        [(count, first)] = execute(
            f"""
            SELECT count(*), (SELECT number FROM staged_jpk WHERE {which} ORDER BY line LIMIT 1)
            FROM staged_jpk WHERE {which}
            """
        )
        if count:
            self.report.pass_over(_no_customer(), first, count)
            execute(f"DELETE FROM staged_jpk WHERE {which}")
        [(self.summary.rows,)] = execute("SELECT count(*) FROM staged_jpk")

    def _drop_known(self) -> None:
        execute(f"DELETE FROM staged_jpk WHERE {KNOWN}")

    def _drop_repeated(self) -> None:
        """Keep the first of an invoice's records from several files; refuse two in one file.

        Files may overlap in time. Within one file the lines of both could not be told apart.
        """
        twice = "SELECT number FROM staged_jpk GROUP BY place, number HAVING count(*) > 1"
        expected = _("expected one invoice of this number in the file")
        execute(
            f"""
            INSERT INTO staged_jpk_fault SELECT DISTINCT place, number, 'JPK/Faktura/P_2A', number,
            {{0}} FROM staged_jpk WHERE number IN ({twice})
            """,
            str(expected),
        )
        later = """EXISTS (SELECT 1 FROM staged_jpk AS first
            WHERE first.number = staged_jpk.number AND first.line < staged_jpk.line)"""
        [(self.summary.repeated,)] = execute(f"SELECT count(*) FROM staged_jpk WHERE {later}")
        execute(f"DELETE FROM staged_jpk WHERE {later}")

    def _set_aside(self) -> None:
        """Set aside the invoices that have a fault, or a line with one."""
        found = execute(
            f"""
            SELECT x.line, x.file, f.element, f.value, f.expected, x.number FROM staged_jpk AS x
            JOIN staged_jpk_fault AS f ON f.number = x.number AND f.place = x.place
            ORDER BY x.line LIMIT {MAX_KEPT:d}
            """
        )
        last = 0
        for line, file, element, value, expected, _number in found:
            self.report.set_aside(Fault(file, 0, element, value, expected), is_more=line == last)
            last = line
        wrong = """number IN (SELECT f.number FROM staged_jpk_fault AS f
            WHERE f.place = staged_jpk.place)"""
        [(self.summary.aside,)] = execute(f"SELECT count(*) FROM staged_jpk WHERE {wrong}")
        listed = len({row[0] for row in found})
        self.report.set_aside_unlisted(self.summary.aside - listed)
        set_aside.add("invoice", {row[-1] for row in found})
        execute(f"DELETE FROM staged_jpk WHERE {wrong}")

    def _warn_of_sums(self) -> None:
        found = execute(
            f"""
            SELECT file, number, gross_grosze, net_grosze + vat_grosze FROM staged_jpk
            WHERE gross_grosze <> net_grosze + vat_grosze ORDER BY line LIMIT {MAX_KEPT:d}
            """
        )
        for file, number, gross, total in found:
            expected = _("expected %(total)s, the sum of P_13 and P_14", total=f"{total / 100:.2f}")
            value = f"{number}, {gross / 100:.2f}"
            self.report.warn(Fault(file, 0, "JPK/Faktura/P_15", value, expected))


def overrides_history() -> bool:
    """Whether invoices.csv has an invoice that so far only JPK_FA files had."""
    found = execute(
        """
        SELECT 1 FROM invoice AS t JOIN staged_invoice AS i ON i.number = t.number
        WHERE t.history_from <> '' LIMIT 1
        """
    )
    return bool(found)


def _no_customer() -> str:
    return _("invoices of JPK_FA(4) whose customer cannot be found by NIP")


def _create() -> None:
    for table, columns in TABLES.items():
        execute(f"{create_sql(f'staged_{table}')} ({columns})")
    beside = "" if is_postgres() else "staging."
    for table, columns in INDEXES.items():
        execute(f"CREATE INDEX {beside}staged_{table}_key ON staged_{table} ({columns})")


def _insert_invoices() -> None:
    columns = {name: "''" for name, kind in TYPES.items() if kind == "text"}
    columns |= {name: f"x.{name}" for name in (*OWN, "file")}
    columns |= {"customer_code": "owner.code", "history_from": f"'{JPK_FA}'"}
    columns |= {"outstanding_grosze": "0"}
    execute(
        f"""
        INSERT INTO {STAGED} (line, {", ".join(columns)})
        SELECT x.line + {MOST_FILES:d}, {", ".join(columns.values())}
        FROM staged_jpk AS x JOIN {OWNER} AS owner ON owner.nip = x.nip
        """
    )


def _insert_lines_and_sums(lines: Stage, vat_sums: Stage) -> None:
    names = ", ".join(LINE_FIELDS)
    # Positions count from 1 within each invoice, whose lines are consecutive.
    first = """(SELECT min(o.line) FROM staged_jpk_line AS o
        WHERE o.number = l.number AND o.place = l.place)"""
    execute(
        f"""
        INSERT INTO {lines.staged} (line, {names})
        SELECT l.line + {FIRST_LINE:d}, l.number, l.line - {first} + 1, l.name, l.unit,
        l.quantity_millionths, l.unit_net_microgrosze, l.net_grosze, l.gross_grosze, l.vat_rate,
        false FROM staged_jpk AS x
        JOIN staged_jpk_line AS l ON l.number = x.number AND l.place = x.place
        """
    )
    execute(
        f"""
        INSERT INTO {vat_sums.staged} (line, {", ".join(VAT_FIELDS)})
        SELECT {FIRST_LINE:d} + v.line * 16 + row_number() OVER (PARTITION BY v.line), x.number,
        v.vat_rate, v.net_grosze, v.vat_grosze
        FROM staged_jpk AS x JOIN staged_jpk_vat AS v ON v.line = x.line
        """
    )
