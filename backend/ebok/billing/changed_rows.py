"""A billing file of which only the lines are read that did not stand in its former version."""

from collections.abc import Iterator, Sequence
from itertools import chain

from ebok.billing.bundle import Source
from ebok.billing.delta import Delta, Doubtful
from ebok.billing.layout import Layout
from ebok.billing.operations_baseline import FormerFile
from ebok.billing.records import Batch
from ebok.billing.rows import BillingFile
from ebok.billing.texts_report import Report


class ChangedFile(BillingFile):
    """One file of the bundle, beside its former version.

    Raises Refused as any file, and Doubtful when it is written otherwise than that one was.
    """

    def __init__(self, source: Source, layout: Layout, report: Report, former: FormerFile):
        super().__init__(source, layout, report)
        self.former = former.lines
        known, own = self.former.dialect, self.dialect
        is_alike = (known.encoding, known.separator) == (own.encoding, own.separator)
        if not is_alike or self.header != self.former.header:
            raise Doubtful
        self.delta = Delta(source, former, own.encoding, own.separator)

    def _records(self) -> Iterator[Batch]:
        found = self.delta.batches()
        _, [header] = next(found, ([], [[]]))
        if [name.strip().lower() for name in header] != self.header:
            raise Doubtful
        yield from found
        # What its first lines show is what they showed before.
        if self.dialect != self.former.dialect:
            raise Doubtful
        self.summary.skipped = self.delta.unchanged
        self.summary.rows += self.delta.unchanged
        self.last_line = self.delta.mine

    def _see_lines(self, lines: Sequence[int], records: list[list[str]]) -> None:
        """Each line is a record: the delta has seen to it."""

    @property
    def differs(self) -> bool:
        """Whether a line of either version is not in the other one, or elsewhere."""
        return self.delta.differs

    def gone_keys(self) -> Iterator[tuple]:
        """The keys of the rows of the former version that are told no more, or read again."""
        by_field = {column.field: (index, read) for index, column, read in self.readers}
        keys = [by_field[column.field] for column in self.layout.key_columns]
        for records in self.delta.gone_records():
            for record in records:
                yield tuple(read(record[index].strip()) for index, read in keys)

    def rows_of(self, field: str, values: set) -> Iterator[tuple]:
        """Rows that were passed over, and are needed after all: those with one of these values."""
        [index] = [index for index, column in self.places if column.field == field]
        return chain.from_iterable(self._pulled(index, values))

    def _pulled(self, index: int, values: set) -> Iterator[Iterator[tuple]]:
        for lines, records in self.delta.unread():
            told = zip(lines, records, strict=True)
            wanted = [(line, record) for line, record in told if record[index].strip() in values]
            if wanted:
                lines, records = zip(*wanted, strict=True)
                self.delta.pulled.update(lines)
                self.summary.skipped -= len(lines)
                yield self._at_once(lines, list(records)) or self._one_by_one(lines, list(records))
