"""Reads a billing file as checked rows: detects encoding and header, then parses in batches.

Batches are parsed by column, which is several times as fast as by row. Only a batch with a fault,
or that shows the dialect, is parsed row by row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from ebok.billing.bundle import Source
from ebok.billing.columns import WithoutMask
from ebok.billing.columns_text import Reader, Unfit
from ebok.billing.dialect import Dialect, DialectDetector, recognise_header
from ebok.billing.encoding import recognise_encoding
from ebok.billing.errors import MAX_KEPT, Fault, Refused
from ebok.billing.layout import Column, Layout
from ebok.billing.operations_baseline import Lines
from ebok.billing.records import Batch, batches
from ebok.billing.staging import Stage
from ebok.billing.texts_report import FileReport, Report
from ebok.languages import say as _

MAX_EXCEPTIONS = 10_000
"""With more lines left out or reread, the next version is read completely."""

CACHED_VALUES = 1000
"""Parsed values kept for each column: dates, kinds and empty values repeat."""


class BillingFile:
    """One file of the bundle with a known layout. Raises Refused if it cannot be read."""

    def __init__(self, source: Source, layout: Layout, report: Report):
        self.source = source
        self.layout = layout
        self.report = report
        self.summary = FileReport(source.name)
        self.detector = DialectDetector(source.name)
        self.wrong_keys: list[str] = []
        self.left_out: list[int] = []
        self.reread: list[int] = []
        self.last_line, self.is_plain = 1, True
        encoding = recognise_encoding(source)
        known = {column.name for column in layout.columns}
        separator, self.header = recognise_header(source, encoding, known)
        self._compare_columns(known)
        given = [c for c in layout.columns if c.name in self.header]
        self.places = [(self.header.index(c.name), c) for c in given]
        self._use_dialect(Dialect(encoding, separator))

    def _compare_columns(self, known: set[str]) -> None:
        needed = [c.name for c in self.layout.columns if not c.optional]
        missing = [name for name in needed if name not in self.header]
        if missing:
            found = ";".join(self.header)
            expected = _("also expected %(columns)s", columns=", ".join(missing))
            raise Refused(Fault(self.source.name, 1, value=found, expected=expected))
        for name in self.header:
            if name and name not in known:
                self.report.ignore(
                    _("column %(column)s of %(file)s", column=name, file=self.source.name)
                )

    def _use_dialect(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.summary.form = str(dialect)
        remember = lru_cache(CACHED_VALUES)
        self.readers = [(i, c, remember(c.reader(dialect))) for i, c in self.places]
        self.batch_readers = [
            (i, c.field, c.batch_reader(dialect) or partial(_read_each, read))
            for i, c, read in self.readers
        ]

    @property
    def fields(self) -> list[str]:
        """The database columns that this file has, in the order of its rows' values."""
        return [column.field for _, column in self.places]

    @property
    def is_comparable(self) -> bool:
        """Whether the next version can be compared with this one line by line."""
        few = len(self.left_out) + len(self.reread) <= MAX_EXCEPTIONS
        return self.is_plain and few and not self.summary.repeated

    differs = True
    """Whether it differs from its previous version."""

    def former_lines(self, along: Iterable[Fault]) -> Lines:
        """Facts about its lines for the next version; `along` are faults of dependent rows."""
        left_out = {*self.left_out, *(f.line for f in along if f.file.lower() == self.layout.name)}
        dialect = self.dialect
        return Lines(self.header, dialect, self.last_line, sorted(left_out), sorted(self.reread))

    @property
    def key_name(self) -> str:
        """The key columns, as a report names them."""
        return ", ".join(column.name for column in self.layout.key_columns)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Each valid row as (line, value, …) in the order of `fields`; faults go to the report."""
        return chain.from_iterable(self._batches())

    def _batches(self) -> Iterator[Iterable[tuple[Any, ...]]]:
        try:
            for lines, records in self._records():
                self.summary.rows += len(records)
                self._track_lines(lines, records)
                yield self._at_once(lines, records) or self._one_by_one(lines, records)
        except Refused as refused:
            self.report.refuse(refused.fault)

    def _records(self) -> Iterator[Batch]:
        """Batches of the file, without its header."""
        found = batches(self.source, self.dialect.encoding, self.dialect.separator)
        next(found)
        return found

    def _track_lines(self, lines: Sequence[int], records: list[list[str]]) -> None:
        """Track whether each line so far was one record."""
        first, last = lines[0], lines[-1]
        follows = first == self.last_line + 1 and last - first + 1 == len(lines)
        # Only batches parsed record by record can have values with line ends.
        is_simple = isinstance(lines, range) or not any("\n" in v for r in records for v in r)
        self.is_plain = self.is_plain and follows and is_simple
        self.last_line = last

    def _at_once(
        self, lines: Sequence[int], records: list[list[str]]
    ) -> Iterator[tuple[Any, ...]] | None:
        """The rows of a batch if every value is valid, else None."""
        try:
            columns = list(zip(*records, strict=True))
            if len(columns) != len(self.header):
                return None
            values = {
                field: read(list(map(str.strip, columns[i])))
                for i, field, read in self.batch_readers
            }
        except ValueError:
            # From `zip`, or Unfit: parsing row by row finds and reports the fault.
            return None
        check, checked = self.layout.check, [values[field] for field in self.layout.checked]
        if check and any(map(check, *checked)):
            return None
        return zip(lines, *values.values(), strict=True)

    def _one_by_one(
        self, lines: Sequence[int], records: list[list[str]]
    ) -> Iterator[tuple[Any, ...]]:
        self._detect_dialect(lines, records)
        for line, record in zip(lines, records, strict=True):
            row = self._row(line, record)
            if row:
                yield row

    def _detect_dialect(self, lines: Sequence[int], records: list[list[str]]) -> None:
        """Observe every amount and date of these records before one is parsed."""
        self._observe(lines, records)
        if self.detector.ambiguous and not self.detector.decimal:
            self._find_decimal_sign()
            self.detector.refuse_ambiguous()
        detected = replace(
            self.dialect, decimal=self.detector.decimal, dates=self.detector.date_form
        )
        if detected != self.dialect:
            self._use_dialect(detected)

    def _find_decimal_sign(self) -> None:
        """Look for the decimal sign in the whole file."""
        found = batches(self.source, self.dialect.encoding, self.dialect.separator)
        next(found)
        for lines, records in found:
            self._observe(lines, records)
            if self.detector.decimal:
                return

    def _observe(self, lines: Sequence[int], records: list[list[str]]) -> None:
        observers = [(i, c.name, observe) for i, c in self.places if (observe := self._observer(c))]
        for line, record in zip(lines, records, strict=True):
            # In a record of another width, values are in the wrong columns.
            if len(record) == len(self.header):
                for index, name, observe in observers:
                    observe(line, name, record[index].strip())

    def _observer(self, column: Column) -> Callable[[int, str, str], None] | None:
        if column.is_amount:
            return self.detector.observe_amount
        if column.is_quantity:
            return self.detector.observe_quantity
        return self.detector.observe_date if column.is_day else None

    def _row(self, line: int, record: list[str]) -> tuple[Any, ...] | None:
        if len(record) != len(self.header):
            self.set_aside(line, "", None, self._expected_width(len(record)))
            self._note_key(record)
            return None
        values, is_sound = {}, True
        for index, column, read in self.readers:
            value = record[index].strip()
            try:
                values[column.field] = read(value)
            except Unfit as unfit:
                values[column.field] = ""
                is_sound = self._report_value(line, column, value, unfit) and is_sound
        if is_sound and self._passes_check(line, record, values):
            return (line, *values.values())
        self._note_key(record)
        return None

    def _note_key(self, record: list[str]) -> None:
        """Note the key of a wrong row: what refers to it is set aside, too."""
        index, _column, read = self.readers[0]
        # If the bundle is refused anyway, dependents do not matter.
        if index < len(record) and not self.report.will_be_refused:
            value = record[index].strip()
            try:
                self.wrong_keys.append(str(read(value)))
            except Unfit:
                self.wrong_keys.append(value)

    def _expected_width(self, found: int) -> str:
        width = len(self.header)
        if found > width:
            return _(
                "expected %(width)s fields, but this record has %(found)s; a value "
                "with a separator in it must be quoted",
                width=width,
                found=found,
            )
        return _(
            "expected %(width)s fields, but this record has %(found)s", width=width, found=found
        )

    def _report_value(self, line: int, column: Column, value: str, unfit: Unfit) -> bool:
        """Report a value; returns whether its row may stay."""
        fault = Fault(self.source.name, line, column.name, value, unfit.expected)
        if column.lenient:
            self.reread.append(line)
            self.report.warn(fault)
        elif isinstance(unfit, WithoutMask):
            # Not a wrong row: the file may be another utility's.
            self.report.unmasked_count += 1
            self.report.refuse(fault)
        else:
            self.left_out.append(line)
            self.report.set_aside(fault)
        return column.lenient

    def _passes_check(self, line: int, record: list[str], values: dict[str, Any]) -> bool:
        checked = [values[field] for field in self.layout.checked]
        fault = self.layout.check(*checked) if self.layout.check else None
        if fault:
            name, expected = fault
            self.set_aside(line, name, record[self.header.index(name)].strip(), expected)
        return not fault

    def set_aside(self, line: int, column: str, value: str | None, expected: str) -> None:
        """Report a row that is set aside."""
        self.left_out.append(line)
        self.report.set_aside(Fault(self.source.name, line, column, value, expected))

    def refuse(self, line: int, column: str, value: str | None, expected: str) -> None:
        """Report a fault that refuses the bundle."""
        self.report.refuse(Fault(self.source.name, line, column, value, expected))


def _read_each(read: Reader, values: list[str]) -> list[Any]:
    return list(map(read, values))


def refuse_contradictions(file: BillingFile, stage: Stage) -> None:
    """Keep the first of rows with one key if they are equal; refuse different ones."""
    file.summary.repeated = stage.count_duplicates()
    if not file.summary.repeated:
        return
    found = stage.contradictions(MAX_KEPT)
    for line, key, first, _count in found:
        expected = _("expected this key once: line %(line)s has it with other values", line=first)
        file.refuse(line, file.key_name, key, expected)
    file.report.refuse_unlisted(found[0][-1] - len(found) if found else 0)
    stage.drop_repeated()
