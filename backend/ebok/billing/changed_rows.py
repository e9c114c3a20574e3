"""Reads only those lines of a billing file that its previous version did not have."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from ebok.billing.bundle import Source
from ebok.billing.delta import Delta, FullReadNeeded
from ebok.billing.layout import Layout
from ebok.billing.operations_baseline import FormerFile
from ebok.billing.records import Batch
from ebok.billing.rows import BillingFile
from ebok.billing.texts_report import Report


class ChangedFile(BillingFile):
    """One file of the bundle, compared with its previous version.

    Raises Refused as any file, and FullReadNeeded if it is written in another way than that
    version.
    """

    def __init__(self, source: Source, layout: Layout, report: Report, former: FormerFile):
        super().__init__(source, layout, report)
        self.former = former.lines
        known, own = self.former.dialect, self.dialect
        is_alike = (known.encoding, known.separator) == (own.encoding, own.separator)
        if not is_alike or self.header != self.former.header:
            raise FullReadNeeded
        self.delta = Delta(source, former, own.encoding, own.separator)

    def _records(self) -> Iterator[Batch]:
        found = self.delta.batches()
        _, [header] = next(found, ([], [[]]))
        if [name.strip().lower() for name in header] != self.header:
            raise FullReadNeeded
        yield from found
        # The previous version's dialect must still hold.
        if self.dialect != self.former.dialect:
            raise FullReadNeeded
        self.summary.skipped = self.delta.unchanged
        self.summary.rows += self.delta.unchanged
        self.last_line = self.delta.line_count

    def _track_lines(self, lines: Sequence[int], records: list[list[str]]) -> None:
        """Nothing to do: `Delta` has checked that each line is one record."""

    @property
    def differs(self) -> bool:
        """Whether the two versions differ in a line or in the order of lines."""
        return self.delta.differs

    def removed_keys(self) -> Iterator[tuple[Any, ...]]:
        """Keys of the previous version's rows that are no longer there, or are always read
        again."""
        by_field = {column.field: (index, read) for index, column, read in self.readers}
        keys = [by_field[column.field] for column in self.layout.key_columns]
        for records in self.delta.removed_records():
            for record in records:
                yield tuple(read(record[index].strip()) for index, read in keys)

    def skipped_rows(self, field: str, values: set[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows that were skipped and are needed after all: those with one of these values in
        `field`."""
        [index] = [index for index, column in self.places if column.field == field]
        return chain.from_iterable(self._read_skipped(index, values))

    def _read_skipped(self, index: int, values: set[Any]) -> Iterator[Iterator[tuple[Any, ...]]]:
        for lines, records in self.delta.skipped_records(index, values):
            numbered = zip(lines, records, strict=True)
            needed = [
                (line, record) for line, record in numbered if record[index].strip() in values
            ]
            if needed:
                lines, records = zip(*needed, strict=True)
                self.delta.read_later.update(lines)
                self.summary.skipped -= len(lines)
                yield self._at_once(lines, list(records)) or self._one_by_one(lines, list(records))
