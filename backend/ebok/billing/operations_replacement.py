"""An invoice's new version replaces all its lines, VAT sums and days: none of the former stays."""

from collections.abc import Mapping

from ebok.billing import operations_withdrawal as withdrawal
from ebok.billing.differences import Difference
from ebok.billing.fa3_import import Fakturas
from ebok.billing.fa3_rows import NEWER
from ebok.billing.staging import Stage, execute
from ebok.invoices.models import Instalment, InvoiceLine, InvoiceReading, VatSum

PARTS = InvoiceLine, VatSum, Instalment, InvoiceReading


def replaced(
    stages: Mapping[str, Stage], differences: Mapping[str, Difference], fakturas: Fakturas | None
) -> None:
    """Find what new versions of invoices leave out."""
    for stage in stages.values():
        if stage.layout.table not in PARTS:
            withdrawal.settle([stage])
    for table in PARTS:
        parts = [stage for stage in stages.values() if stage.layout.table is table]
        withdrawal.settle(parts)
        told = [differences[s.layout.name] for s in parts if s.layout.name in differences]
        if told and (fakturas or not _is_all_told(parts[0], told[0])):
            withdrawal.find_replaced(parts, NEWER if fakturas else "")


def _is_all_told(stage: Stage, difference: Difference) -> bool:
    """Whether the file has every line of the mirror: then nothing was left out."""
    if not difference.is_compared:
        return True
    [(known,)] = execute(f"SELECT count(*) FROM {stage.target}")
    return stage.count("true") - difference.new == known
