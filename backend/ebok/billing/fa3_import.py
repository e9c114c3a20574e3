"""Imports the FA(3) files of a bundle: parses them, finds their customers, and stages their rows.

Format and rules: `docs/ksef-format.md`. `invoices.csv` and `invoice_lines.csv` win over them.
"""

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from ebok.billing import columns, columns_text, operations_set_aside as set_aside
from ebok.billing.bundle import COMPANION, Bundle, Source
from ebok.billing.buyers import find_customers, parties
from ebok.billing.differences import Difference
from ebok.billing.documents import DOCUMENT
from ebok.billing.errors import Fault, Refused, RefusedDocument
from ebok.billing.fa3_rows import (
    DAYS,
    LINES,
    READINGS,
    ROW,
    STAGED,
    TYPES,
    VAT_SUMS,
    WITH_NEW_FILE,
    Rows,
    create_staged,
    fault_in,
    rows_of,
)
from ebok.billing.jpk import JpkImport
from ebok.billing.operations_ownership import drop_foreign_files
from ebok.billing.staging import Stage, execute, fill
from ebok.billing.texts_report import FileReport, Report
from ebok.customers.models import LONGEST_NAME
from ebok.database import is_postgres
from ebok.invoices.models import FA2
from ebok.ksef import LARGEST_FILE, errors, kinds, numbers
from ebok.languages import say as _
from ebok.settings import Settings

if TYPE_CHECKING:
    from ebok.ksef.invoice import FaInvoice

NAME = "FA(3)"
AT_ONCE = 500
"""Files whose rows are staged together."""

INVOICES = "invoices.csv"
XML_STAGES = (INVOICES, DOCUMENT.name, LINES.name, VAT_SUMS.name, DAYS.name, READINGS.name)
"""Names of the stages that FA(3) files fill."""


class Fa3Import:
    """Stages the FA(3) files of one bundle."""

    def __init__(self, settings: Settings, report: Report, into: dict[str, Stage]):
        self.report = report
        self.summary = FileReport(NAME, "XML")
        self.utility = settings.utility
        mask, own = self.utility.account_mask, self.utility.bank_account
        self.account = columns.masked_account(mask, own)
        self.code_pattern = settings.customer_code_pattern
        self.invoices, self.documents, *self.parts = (into[name] for name in XML_STAGES)
        self.lines, self.vat_sums, self.days, self.readings = self.parts
        self.history = JpkImport(self.utility.nip, report)
        self.companion: dict[str, str] = {}

    def stage_invoices(self, bundle: Bundle) -> tuple[list[str], int]:
        """Stage the invoices that `invoices.csv` lacks; the first unknown customer codes, and how
        many."""
        had_faults = self.report.will_be_refused
        self.report.files.append(self.summary)
        create_staged()
        self._read_companion(bundle)
        self._stage_files(bundle)
        self._drop_repeated()
        self._leave_out()
        # After faults in customers.csv, their invoices would be reported as unknown customers'.
        unknown = ([], 0) if had_faults else find_customers(self.code_pattern, self.report)
        self._drop_other_owners()
        if not self.report.will_be_refused:
            self.history.stage(self.invoices, self.lines, self.vat_sums)
        if not self.summary.rows:
            self.report.files.remove(self.summary)
        self._leave_out()
        self._stage_invoices()
        return unknown

    def _drop_other_owners(self) -> None:
        """Drop files whose invoice belongs to another customer."""
        count = drop_foreign_files(self.report)
        self.summary.rows -= count
        if not count:
            return
        for stage in self.parts:
            kept = f"SELECT number FROM {STAGED}"
            execute(f"DELETE FROM {stage.staged} WHERE invoice_number NOT IN ({kept})")

    def _stage_invoices(self) -> None:
        """Stage invoices. Columns that FA(3) lacks stay NULL; see `differences.MIXED`."""
        stage, fields = self.invoices, ", ".join((*ROW, "customer_code"))
        stage.allow_xml()
        execute(
            f"""
            INSERT INTO {stage.staged} (line, {fields})
            SELECT -line, {fields} FROM {STAGED}
            WHERE number NOT IN (SELECT number FROM {stage.staged})
            """
        )

    def _leave_out(self) -> None:
        """Set aside files of invoices and customers set aside; drop rows of dropped files."""
        if not set_aside.is_empty():
            own = f"number IN ({set_aside.keys_of('invoice')})"
            his = f"customer_code IN ({set_aside.keys_of('customer')})"
            found = execute(f"SELECT file, number FROM {STAGED} WHERE {own} OR {his} ORDER BY line")
            for file, number in found:
                self.report.set_aside_with(
                    Fault(file, 0, "", number, set_aside.reason_for_dependents())
                )
            set_aside.add("invoice", {number for _file, number in found})
            execute(f"DELETE FROM {STAGED} WHERE {own}")
        if self.report.aside_row_count:
            for stage in self.parts:
                kept = f"invoice_number IN (SELECT number FROM {STAGED})"
                execute(f"DELETE FROM {stage.staged} WHERE NOT {kept}")

    def stage_rest(self) -> None:
        """Stage the files, and lines of invoices that have none yet or a new file."""
        self._leave_out()
        execute(
            f"""
            INSERT INTO {self.documents.staged}
            (line, invoice_number, customer_code, kind, sha256, size_bytes)
            SELECT -line, number, customer_code, 'xml', sha256, size_bytes FROM {STAGED}
            WHERE sha256 <> ''
            """
        )
        execute(
            f"""
            DELETE FROM {self.lines.staged} WHERE invoice_number IN
            (SELECT invoice_number FROM staged_invoice_line
             UNION SELECT l.invoice_number FROM invoice_line AS l
             JOIN invoice AS t ON t.number = l.invoice_number
             JOIN staged_invoice AS i ON i.number = t.number
             WHERE i.customer_code = t.customer_code
             AND t.number NOT IN ({WITH_NEW_FILE}))
            """
        )
        # Instalments with sums, from instalments.csv, win over days without.
        execute(
            f"""
            DELETE FROM {self.days.staged} WHERE invoice_number IN
            (SELECT invoice_number FROM staged_instalment
             UNION SELECT invoice_number FROM instalment WHERE amount_grosze IS NOT NULL)
            """
        )

    def count(self, differences: dict[str, Difference]) -> None:
        """Count the files that change something, and correct the counts of invoices and PDFs."""
        invoices, documents = differences[INVOICES], differences[DOCUMENT.name]
        self.summary.new, _ = documents.count("kind = 'xml'")
        [(total,)] = execute(
            f"""
            SELECT count(*) FROM {STAGED} WHERE sha256 <> '' AND number IN
            (SELECT invoice_number FROM {documents.rows} AS src WHERE kind = 'xml'
             UNION SELECT number FROM {invoices.rows} AS src WHERE line < 0)
            """
        )
        self.summary.changed = total - self.summary.new
        self.history.count()
        for file in self.report.files:
            if file.name.lower() == INVOICES:
                file.new, file.changed = invoices.count("line > 0")
            if file.name == DOCUMENT.name:
                file.new, file.changed = documents.count("kind = 'pdf'")
        if self.report.aside_row_count:
            [(staged,)] = execute(f"SELECT count(*) FROM {STAGED} WHERE sha256 <> ''")
            self.summary.aside = self.summary.rows - self.summary.repeated - staged

    def _read_companion(self, bundle: Bundle) -> None:
        if not bundle.companion:
            return
        try:
            self.companion = numbers.read_companion(bundle.companion.open)
        except errors.Refused as refused:
            self.report.refuse(fault_in(COMPANION, refused.fault))

    def _stage_files(self, bundle: Bundle) -> None:
        line = 0
        found = self._parse_files(bundle)
        while rows := list(islice(found, AT_ONCE)):
            fill(STAGED, len(TYPES) + 1, (row.invoice for row in rows))
            parts = [list(chain(*part)) for part in zip(*(row[1:] for row in rows), strict=True)]
            for stage, part in zip(self.parts, parts, strict=True):
                stage.fill((line + n, *one) for n, one in enumerate(part, 1))
            line += max(map(len, parts))
        if is_postgres():
            execute(f"ANALYZE {STAGED}")

    def _parse_files(self, bundle: Bundle) -> Iterator[Rows]:
        for place, source in enumerate(bundle.invoices(), 1):
            try:
                if not (raw := self._read_invoice(source)):
                    continue
                self.summary.rows += 1
                yield self._read(place, source, raw)
            except errors.Refused as refused:
                self.report.set_aside(fault_in(source.name, refused.fault))
                for fault in refused.more:
                    self.report.set_aside(fault_in(source.name, fault), is_more=True)
            except RefusedDocument as wrong:
                self.report.set_aside(wrong.fault)
            except Refused as refused:
                self.report.refuse(refused.fault)

    def _read_invoice(self, source: Source) -> bytes:
        """The bytes of an invoice; b"" for another kind of file, which is reported."""
        with source.open() as stream:
            raw = stream.read(LARGEST_FILE + 1)
        kind = kinds.kind_of(raw)
        if kind in ("", kinds.FA3, kinds.FA2):
            return raw or b" "
        if kind == kinds.JPK_FA:
            self.history.read(source)
            return b""
        name = _("other XML files") if kind == kinds.OTHER else kind
        self.report.pass_over(name, source.name)
        return b""

    def _read(self, place: int, source: Source, raw: bytes) -> Rows:
        from ebok.ksef import reading  # here: lxml takes six megabytes that `ebok serve` never uses

        invoice = reading.read(raw, self.utility.nip)
        ksef_number = numbers.find(source.name, self.companion, self.utility.nip)
        if not numbers.may_belong(ksef_number, invoice.issued_on.isoformat()):
            expected = numbers.expected_for_day()
            raise errors.Refused(errors.Fault(value=ksef_number, expected=expected))
        for doubt in invoice.warnings:
            self.report.warn(fault_in(source.name, doubt))
        row = self._row(source.name, invoice) | {
            "file": source.name,
            "ksef_number": ksef_number,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "size_bytes": len(raw),
            "history_from": FA2 if kinds.kind_of(raw) == kinds.FA2 else "",
        }
        values = place, *(row[name] for name in TYPES)
        return rows_of(invoice, values)

    def _row(self, file: str, invoice: "FaInvoice") -> dict[str, Any]:
        row = {name: getattr(invoice, name) for name in ROW if name != "buyer_name"}
        row |= parties(invoice, file)
        return row | {
            "number": self._validate(columns_text.some_text, invoice.number, file, "P_2"),
            "outstanding_grosze": invoice.outstanding_grosze,
            "payable_grosze": invoice.payable_grosze,
            "corrects": self._validate(
                columns_text.text, invoice.corrects, file, "DaneFaKorygowanej"
            ),
            "corrects_also": "\n".join(each.number for each in invoice.corrected[1:]),
            "correction_reason": invoice.correction_reason[:LONGEST_NAME],
            "ksef_kind": invoice.ksef_kind,
            "due_terms": "; ".join(invoice.payment.due_terms)[: columns_text.LONGEST_TEXT],
            "bank_account": self._validate(self.account, invoice.bank_account, file, "Platnosc"),
        }

    def _validate(self, read: Callable[[str], str], value: str, file: str, element: str) -> str:
        """Parse a value as a CSV column would. Raises Refused."""
        try:
            return read(value)
        except columns_text.Unfit as unfit:
            is_unmasked = isinstance(unfit, columns.WithoutMask)
            self.report.unmasked_count += is_unmasked
            refusal = Refused if is_unmasked else RefusedDocument
            raise refusal(Fault(file, 0, f"Faktura/Fa/{element}", value, unfit.expected)) from None

    def _drop_repeated(self) -> None:
        """Keep the first of equal files of an invoice; refuse different ones."""
        twins = execute(
            f"""
            SELECT later.line, later.file, first.file, later.sha256 = first.sha256, later.number
            FROM (SELECT number, min(line) AS line FROM {STAGED}
                  GROUP BY number HAVING count(*) > 1) AS twice
            JOIN {STAGED} AS first ON first.line = twice.line
            JOIN {STAGED} AS later ON later.number = twice.number AND later.line > first.line
            ORDER BY later.line
            """
        )
        for line, file, first, is_same, number in twins:
            if not is_same:
                expected = _(
                    "expected one file per invoice: %(first)s has this number, too", first=first
                )
                self.report.refuse(Fault(file, 0, "Faktura/Fa/P_2", number, expected))
            execute(f"DELETE FROM {STAGED} WHERE line = {line:d}")
        self.summary.repeated = len(twins)
        for stage in self.parts if twins else ():
            stage.drop_repeated()
