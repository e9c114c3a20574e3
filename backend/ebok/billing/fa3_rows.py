"""Rows of the mirror's tables from an FA(3) file."""

from typing import TYPE_CHECKING, Any, NamedTuple

from ebok.billing import columns
from ebok.billing.errors import Fault
from ebok.billing.layout import Column, Layout
from ebok.billing.staging import create_sql, execute
from ebok.database import is_postgres
from ebok.invoices.models import Instalment, InvoiceLine, InvoiceReading, VatSum
from ebok.ksef import errors

if TYPE_CHECKING:
    from ebok.ksef.invoice import FaInvoice

STAGED = "staged_fa3"
WITH_NEW_FILE = f"""
    SELECT x.number FROM {STAGED} AS x JOIN document AS d ON d.invoice_number = x.number
    AND d.customer_code = x.customer_code AND d.kind = 'xml' AND d.sha256 <> x.sha256
    """
"""SQL of the invoices whose FA(3) file in the bundle is not the one that e-BOK has."""

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
READING_FIELDS = ("invoice_number", "position", "serial", "previous_litres", "current_litres")
LINES = Layout("FA(3) lines", InvoiceLine, tuple(Column(f, f) for f in LINE_FIELDS), keys=2)
DAYS = Layout(
    "FA(3) instalments",
    Instalment,
    tuple(Column(f, f) for f in ("invoice_number", "due_on")),
    keys=2,
)
VAT_SUMS = Layout("FA(3) sums of VAT", VatSum, tuple(Column(f, f) for f in VAT_FIELDS), keys=2)
READINGS = Layout(
    "FA(3) readings", InvoiceReading, tuple(Column(f, f) for f in READING_FIELDS), keys=2
)

# `ROW` goes into the mirror as it is; the rest of `TYPES` finds the customer.
ROW = (
    "number", "kind", "buyer_name", "issued_on", "due_on", "period_from", "period_to",
    "net_grosze", "vat_grosze", "gross_grosze",
)  # fmt: skip
TYPES = {
    **dict.fromkeys(("file", "customer_code", "nip", *ROW[:3]), "text"),
    **dict.fromkeys(ROW[3:7], "date"),
    **dict.fromkeys((*ROW[7:], "outstanding_grosze", "payable_grosze", "size_bytes"), "bigint"),
    **dict.fromkeys(("ksef_number", "corrects", "ksef_kind", "bank_account"), "text"),
    **dict.fromkeys(("history_from", "unit_code", "unit_nip", "receiver_code"), "text"),
    **dict.fromkeys(("recipient_name", "buyer_nip"), "text"),
    **dict.fromkeys(("due_terms", "sha256", "corrects_also", "correction_reason"), "text"),
}


def create_staged() -> None:
    """Create the table of the files' invoices."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
    execute(f"{create_sql(STAGED)} (line integer PRIMARY KEY, {columns})")
    beside = "" if is_postgres() else "staging."
    execute(f"CREATE INDEX {beside}{STAGED}_number ON {STAGED} (number)")


class Rows(NamedTuple):
    """The rows of one file, by table."""

    invoice: tuple[Any, ...]
    lines: list[tuple[Any, ...]]
    vat_sums: list[tuple[Any, ...]]
    instalments: list[tuple[Any, ...]]
    readings: list[tuple[Any, ...]]


def rows_of(invoice: "FaInvoice", values: tuple[Any, ...]) -> Rows:
    """All rows of one file; `values` are its own, in the order of `TYPES`."""
    days = [(invoice.number, day) for day in invoice.instalments]
    return Rows(values, lines(invoice), vat_sums(invoice), days, readings(invoice))


def lines(invoice: "FaInvoice") -> list[tuple[Any, ...]]:
    """Its lines, in the order of `LINE_FIELDS`."""
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


def vat_sums(invoice: "FaInvoice") -> list[tuple[Any, ...]]:
    """Its sums by VAT rate, in the order of `VAT_FIELDS`."""
    return [
        (invoice.number, one.vat_rate, one.net_grosze, one.vat_grosze) for one in invoice.vat_sums
    ]


def readings(invoice: "FaInvoice") -> list[tuple[Any, ...]]:
    """Its meter readings, in the order of `READING_FIELDS`; incomplete pairs are dropped."""
    found = ((one.serial, _litres(one.previous), _litres(one.current)) for one in invoice.readings)
    whole = [
        (serial, previous, current)
        for serial, previous, current in found
        if serial and previous is not None and current is not None and previous <= current
    ]
    return [(invoice.number, position, *one) for position, one in enumerate(whole, 1)]


def _litres(cubic_metres: str) -> int | None:
    """Cubic metres as written, in litres; None if empty or with fractions of a litre."""
    whole, _, part = cubic_metres.partition(".")
    if not whole or len(part) > 3:
        return None
    return int(whole) * 1000 + int(part.ljust(3, "0"))


def fault_in(file: str, fault: errors.Fault) -> Fault:
    """A fault of an FA(3) file, as a fault of the report."""
    return Fault(file, fault.line, fault.element, fault.value, fault.expected)
