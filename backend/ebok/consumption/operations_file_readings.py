"""Use from readings in invoice files, for periods without readings from billing."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from ebok.database import Row, tuples
from ebok.invoices.models import Invoice, InvoiceReading
from ebok.meters.models import Meter, PointOfUse


class FileReadings:
    """Readings in one customer's invoice files, queried on demand."""

    def __init__(self, customer_code: str):
        self.customer_code = customer_code

    def litres(self, first: date, last: date) -> int | None:
        """The water of exactly this period; None unless an invoice has it clearly."""
        return self._periods.get((first, last))

    @cached_property
    def _periods(self) -> dict[tuple[date, date], int]:
        found = defaultdict(dict)
        for first, last, serial, litres in self._rows():
            found[first, last][serial] = litres
        used = {period: self._main(some) for period, some in found.items()}
        return {period: litres for period, litres in used.items() if litres is not None}

    def _main(self, used: dict[str, int]) -> int | None:
        """The water of the main meters.

        An unknown meter may be a garden's behind another: it counts only if it is the only one.
        """
        known = [litres for serial, litres in used.items() if self._kinds.get(serial) == "water"]
        strange = [litres for serial, litres in used.items() if serial not in self._kinds]
        if known and not strange:
            return sum(known)
        return strange[0] if len(strange) == 1 == len(used) else None

    @cached_property
    def _kinds(self) -> dict[str, str]:
        mine = PointOfUse.customer == self.customer_code
        meters = Meter.select(Meter.serial, Meter.kind).join(PointOfUse).where(mine)
        return dict(tuples(meters))

    def _rows(self) -> Iterable[Row]:
        billed = (Invoice.customer == self.customer_code) & (Invoice.kind == "invoice")
        used = InvoiceReading.current_litres - InvoiceReading.previous_litres
        return tuples(
            InvoiceReading.select(
                Invoice.period_from, Invoice.period_to, InvoiceReading.serial, used
            )
            .join(Invoice)
            .where(billed & Invoice.period_from.is_null(False) & Invoice.period_to.is_null(False))
        )
