"""Finds the lines, VAT sums and due days that an invoice's new version no longer has."""

from collections.abc import Mapping

from ebok.billing import operations_withdrawal as withdrawal
from ebok.billing.differences import Difference
from ebok.billing.fa3_import import Fa3Import
from ebok.billing.fa3_rows import WITH_NEW_FILE
from ebok.billing.staging import Stage, execute
from ebok.invoices.models import Instalment, InvoiceLine, InvoiceReading, VatSum

PARTS = InvoiceLine, VatSum, Instalment, InvoiceReading


def find_replaced_parts(
    stages: Mapping[str, Stage], differences: Mapping[str, Difference], fa3: Fa3Import | None
) -> None:
    """Mark the rows that new versions of invoices lack as withdrawn."""
    for stage in stages.values():
        if stage.layout.table not in PARTS:
            withdrawal.reset([stage])
    for table in PARTS:
        parts = [stage for stage in stages.values() if stage.layout.table is table]
        withdrawal.reset(parts)
        read = [differences[s.layout.name] for s in parts if s.layout.name in differences]
        if read and (fa3 or not _has_all_rows(parts[0], read[0])):
            withdrawal.find_replaced(parts, WITH_NEW_FILE if fa3 else "")


def _has_all_rows(stage: Stage, difference: Difference) -> bool:
    """Whether the file has every row of the mirror: then none was replaced."""
    if not difference.is_compared:
        return True
    [(known,)] = execute(f"SELECT count(*) FROM {stage.target}")
    return stage.count("true") - difference.new == known
