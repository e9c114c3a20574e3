"""The FA(3) files of a bundle: read, joined with their customers, and staged beside the CSV files.

Format and rules: `docs/ksef-format.md`. `invoices.csv` decides what both tell of an invoice, and
`invoice_lines.csv` its lines.
"""

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ebok.billing import columns
from ebok.billing.bundle import COMPANION, Bundle, Source
from ebok.billing.buyers import find_customers
from ebok.billing.differences import Difference
from ebok.billing.documents import DOCUMENT
from ebok.billing.layout import Column, Layout
from ebok.billing.report import Fault, FileReport, Refused, Report
from ebok.billing.staging import Stage, create, execute, fill
from ebok.database import is_postgres
from ebok.invoices.models import Instalment, InvoiceLine, VatSum
from ebok.ksef import LARGEST_FILE, faults, numbers
from ebok.ksef.invoice import FaInvoice
from ebok.sentences import say as _
from ebok.settings import Settings

NAME = "FA(3)"
STAGED = "staged_fa3"
AT_ONCE = 500
"""Files whose rows are staged together."""

LINE_FIELDS = (
    "invoice_number",
    "position",
    "name",
    "unit",
    "quantity_millionths",
    "unit_net_microgrosze",
    "net_grosze",
    "gross_grosze",
    "vat_rate",
    "before_correction",
)
VAT_FIELDS = ("invoice_number", "vat_rate", "net_grosze", "vat_grosze")
LINES = Layout("FA(3) lines", InvoiceLine, tuple(Column(f, f) for f in LINE_FIELDS), keys=2)
DAYS = Layout(
    "FA(3) instalments",
    Instalment,
    tuple(Column(f, f) for f in ("invoice_number", "due_on")),
    keys=2,
)
VAT_SUMS = Layout("FA(3) sums of VAT", VatSum, tuple(Column(f, f) for f in VAT_FIELDS), keys=2)

INVOICES = "invoices.csv"
TOLD = (INVOICES, DOCUMENT.name, LINES.name, VAT_SUMS.name, DAYS.name)
"""What such files tell something of: the names of the stages."""

# What of a file goes into the mirror as it is, and what only finds its customer.
ROW = (
    "number", "kind", "buyer_name", "issued_on", "due_on", "period_from", "period_to",
    "net_grosze", "vat_grosze", "gross_grosze",
)  # fmt: skip
TYPES = {
    **dict.fromkeys(("file", "customer_code", "nip", *ROW[:3]), "text"),
    **dict.fromkeys(ROW[3:7], "date"),
    **dict.fromkeys((*ROW[7:], "outstanding_grosze", "payable_grosze", "size_bytes"), "bigint"),
    **dict.fromkeys(("ksef_number", "corrects", "ksef_kind", "bank_account"), "text"),
    **dict.fromkeys(("due_terms", "sha256"), "text"),
}


class Rows(NamedTuple):
    """What one file tells, each row as its table wants it."""

    invoice: tuple
    lines: list[tuple]
    vat_sums: list[tuple]
    instalments: list[tuple]


class Fakturas:
    """The FA(3) files of one bundle, on their way into the stages of an import."""

    def __init__(self, settings: Settings, report: Report, into: dict[str, Stage]):
        self.report = report
        self.summary = FileReport(NAME, "XML")
        self.utility = settings.utility
        mask, own = self.utility.account_mask, self.utility.bank_account
        self.account = columns.masked_account(mask, own)
        self.code_pattern = settings.customer_code_pattern
        self.invoices, self.documents, self.lines, self.vat_sums, self.days = map(into.get, TOLD)
        self.companion: dict[str, str] = {}

    def stage_invoices(self, bundle: Bundle) -> tuple[list[str], int]:
        """Read every file, and stage the invoices that `invoices.csv` does not bring; the codes
        of customers that nobody knows, and how many there are."""
        had_faults = self.report.is_refused
        self.report.files.append(self.summary)
        _create()
        self._read_companion(bundle)
        self._stage_files(bundle)
        self._refuse_twins()
        # Without the customers that had faults, every invoice of theirs would be nobody's.
        unknown = ([], 0) if had_faults else find_customers(self.code_pattern, self.report)
        self._stage_untold()
        return unknown

    def _stage_untold(self) -> None:
        """What only other files or the mirror tell is left empty: see `differences.MIXED`."""
        stage, told = self.invoices, ", ".join((*ROW, "customer_code"))
        stage.mix()
        execute(
            f"""
            INSERT INTO {stage.staged} (line, {told})
            SELECT -line, {told} FROM {STAGED}
            WHERE number NOT IN (SELECT number FROM {stage.staged})
            """
        )

    def stage_rest(self) -> None:
        """Stage the files themselves, and the lines of those invoices that have none yet."""
        execute(
            f"""
            INSERT INTO {self.documents.staged}
            (line, invoice_number, customer_code, kind, sha256, size_bytes)
            SELECT -line, number, customer_code, 'xml', sha256, size_bytes FROM {STAGED}
            """
        )
        execute(
            f"""
            DELETE FROM {self.lines.staged} WHERE invoice_number IN
            (SELECT invoice_number FROM staged_invoice_line
             UNION SELECT invoice_number FROM invoice_line)
            """
        )
        # A file of billing's that names sums counts before days without any.
        execute(
            f"""
            DELETE FROM {self.days.staged} WHERE invoice_number IN
            (SELECT invoice_number FROM staged_instalment
             UNION SELECT invoice_number FROM instalment WHERE amount_grosze IS NOT NULL)
            """
        )

    def count(self, differences: dict[str, Difference]) -> None:
        """Count the files that bring something; what the others bring, without these."""
        invoices, documents = differences[INVOICES], differences[DOCUMENT.name]
        self.summary.new, _ = documents.count("kind = 'xml'")
        [(total,)] = execute(
            f"""
            SELECT count(*) FROM {STAGED} WHERE number IN
            (SELECT invoice_number FROM {documents.rows} AS told WHERE kind = 'xml'
             UNION SELECT number FROM {invoices.rows} AS told WHERE line < 0)
            """
        )
        self.summary.changed = total - self.summary.new
        for file in self.report.files:
            if file.name.lower() == INVOICES:
                file.new, file.changed = invoices.count("line > 0")
            if file.name == DOCUMENT.name:
                file.new, file.changed = documents.count("kind = 'pdf'")

    def _read_companion(self, bundle: Bundle) -> None:
        if not bundle.companion:
            return
        with bundle.companion.open() as stream:
            try:
                self.companion = numbers.companion(stream.read(LARGEST_FILE * 10))
            except faults.Refused as refused:
                self.report.refuse(_told(COMPANION, refused.fault))

    def _stage_files(self, bundle: Bundle) -> None:
        line = 0
        found = self._found(bundle)
        while rows := list(islice(found, AT_ONCE)):
            # What is read of a file says no line number: the staged rows are counted.
            fill(STAGED, len(TYPES) + 1, (row.invoice for row in rows))
            lines = [one for row in rows for one in row.lines]
            numbered = ((line + n, *one) for n, one in enumerate(lines, 1))
            self.lines.fill(numbered)
            sums = [one for row in rows for one in row.vat_sums]
            self.vat_sums.fill((line + n, *one) for n, one in enumerate(sums, 1))
            days = [one for row in rows for one in row.instalments]
            self.days.fill((line + n, *one) for n, one in enumerate(days, 1))
            line += max(len(lines), len(sums), len(days))
        if is_postgres():
            execute(f"ANALYZE {STAGED}")

    def _found(self, bundle: Bundle) -> Iterator[Rows]:
        for place, source in enumerate(bundle.invoices(), 1):
            self.summary.rows += 1
            try:
                yield self._read(place, source)
            except faults.Refused as refused:
                self.report.refuse(_told(source.name, refused.fault))
            except Refused as refused:
                self.report.refuse(refused.fault)

    def _read(self, place: int, source: Source) -> Rows:
        # With lxml, six megabytes that the processes of `ebok serve` would carry and never use.
        from ebok.ksef import reading

        with source.open() as stream:
            raw = stream.read(LARGEST_FILE + 1)
        invoice = reading.read(raw, self.utility.nip)
        ksef_number = numbers.find(source.name, self.companion, self.utility.nip)
        for doubt in invoice.warnings:
            self.report.warn(_told(source.name, doubt))
        row = self._row(source.name, invoice) | {
            "file": source.name,
            "ksef_number": ksef_number,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "size_bytes": len(raw),
        }
        days = [(invoice.number, day) for day in invoice.instalments]
        told = place, *(row[name] for name in TYPES)
        return Rows(told, _lines(invoice), _vat_sums(invoice), days)

    def _row(self, file: str, invoice: FaInvoice) -> dict:
        told = {name: getattr(invoice, name) for name in ROW if name != "buyer_name"}
        return told | {
            "number": self._fit(columns.some_text, invoice.number, file, "P_2"),
            "buyer_name": invoice.buyer.name,
            "customer_code": invoice.buyer.customer_code,
            "nip": invoice.buyer.nip,
            "outstanding_grosze": invoice.outstanding_grosze,
            "payable_grosze": invoice.payable_grosze,
            "corrects": self._fit(columns.text, invoice.corrects, file, "DaneFaKorygowanej"),
            "ksef_kind": invoice.ksef_kind,
            "due_terms": "; ".join(invoice.payment.due_terms)[: columns.LONGEST_TEXT],
            "bank_account": self._fit(self.account, invoice.bank_account, file, "Platnosc"),
        }

    def _fit(self, read: columns.Reader, value: str, file: str, element: str) -> str:
        """A value that a column of a CSV file may have, too; raises Refused."""
        try:
            return read(value)
        except columns.Unfit as unfit:
            self.report.unmasked_count += isinstance(unfit, columns.WithoutMask)
            raise Refused(Fault(file, 0, f"Faktura/Fa/{element}", value, unfit.expected)) from None

    def _refuse_twins(self) -> None:
        """Two files of one invoice must be the same bytes; then the first one counts."""
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
                    "expected one file of an invoice: %(first)s has this number, too", first=first
                )
                self.report.refuse(Fault(file, 0, "Faktura/Fa/P_2", number, expected))
            execute(f"DELETE FROM {STAGED} WHERE line = {line:d}")
        self.summary.repeated = len(twins)
        for stage in (self.lines, self.vat_sums, self.days) if twins else ():
            stage.drop_repeated()


def _create() -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
    execute(f"{create(STAGED)} (line integer PRIMARY KEY, {columns})")
    beside = "" if is_postgres() else "staging."
    execute(f"CREATE INDEX {beside}{STAGED}_number ON {STAGED} (number)")


def _lines(invoice: FaInvoice) -> list[tuple]:
    return [
        (
            invoice.number,
            line.position,
            line.name,
            line.unit[: columns.LONGEST_TEXT],
            line.quantity_millionths,
            line.unit_net_microgrosze,
            line.net_grosze,
            line.gross_grosze,
            line.vat_rate,
            line.before_correction,
        )
        for line in invoice.lines
    ]


def _vat_sums(invoice: FaInvoice) -> list[tuple]:
    return [
        (invoice.number, one.vat_rate, one.net_grosze, one.vat_grosze) for one in invoice.vat_sums
    ]


def _told(file: str, fault: faults.Fault) -> Fault:
    return Fault(file, fault.line, fault.element, fault.value, fault.expected)
