"""A billing file as checked rows: its encoding and header recognised first, then read in batches.

A batch is read column by column, which is several times as fast as row by row; only where
something is to be learnt or said about a value the batch is looked at row by row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain

from ebok.billing.bundle import Source
from ebok.billing.columns import WithoutMask
from ebok.billing.columns_text import Reader, Unfit
from ebok.billing.dialect import Dialect, DialectDetector, recognise_header
from ebok.billing.encoding import recognise_encoding
from ebok.billing.errors import KEPT, Fault, Refused
from ebok.billing.layout import Column, Layout
from ebok.billing.operations_baseline import Lines
from ebok.billing.records import Batch, batches
from ebok.billing.staging import Stage
from ebok.billing.texts_report import FileReport, Report
from ebok.languages import say as _

MOST_ODD = 10_000
"""Lines of which something was said, beyond which a file is read wholly again."""

REMEMBERED = 1000
"""Values of a column that are not read again when they come again: dates, kinds, nothing."""


class BillingFile:
    """One file of the bundle, recognised. Raises Refused when it cannot be."""

    def __init__(self, source: Source, layout: Layout, report: Report):
        self.source = source
        self.layout = layout
        self.report = report
        self.summary = FileReport(source.name)
        self.evidence = DialectDetector(source.name)
        self.wrong_keys: list[str] = []
        self.passed: list[int] = []
        self.reread: list[int] = []
        self.last_line, self.is_plain = 1, True
        encoding = recognise_encoding(source)
        known = {column.name for column in layout.columns}
        separator, self.header = recognise_header(source, encoding, known)
        self._compare_columns(known)
        given = [c for c in layout.columns if c.name in self.header]
        self.places = [(self.header.index(c.name), c) for c in given]
        self._speak(Dialect(encoding, separator))

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

    def _speak(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.summary.form = str(dialect)
        remember = lru_cache(REMEMBERED)
        self.readers = [(i, c, remember(c.reader(dialect))) for i, c in self.places]
        self.batch_readers = [
            (i, c.field, c.batch_reader(dialect) or partial(_one_after_another, read))
            for i, c, read in self.readers
        ]

    @property
    def fields(self) -> list[str]:
        """The columns of the database that this file tells, in the order of its rows' values."""
        return [column.field for _, column in self.places]

    @property
    def may_be_former(self) -> bool:
        """Whether the next version of the file can be compared with this one, line by line."""
        few = len(self.passed) + len(self.reread) <= MOST_ODD
        return self.is_plain and few and not self.summary.repeated

    differs = True
    """Whether it is another file than its former version."""

    def former_lines(self, along: Iterable[Fault]) -> Lines:
        """What the next version needs to know of the lines; `along` is what went with others."""
        passed = {*self.passed, *(f.line for f in along if f.file.lower() == self.layout.name)}
        dialect = self.dialect
        return Lines(self.header, dialect, self.last_line, sorted(passed), sorted(self.reread))

    @property
    def key_name(self) -> str:
        """The columns that tell one row from another, as a report names them."""
        return ", ".join(column.name for column in self.layout.key_columns)

    def rows(self) -> Iterator[tuple]:
        """Each sound row as (line, value, …) in the order of `fields`; faults go to the report."""
        return chain.from_iterable(self._batches())

    def _batches(self) -> Iterator[Iterable[tuple]]:
        try:
            for lines, records in self._records():
                self.summary.rows += len(records)
                self._see_lines(lines, records)
                yield self._at_once(lines, records) or self._one_by_one(lines, records)
        except Refused as refused:
            self.report.refuse(refused.fault)

    def _records(self) -> Iterator[Batch]:
        """What is read of the file, without its header."""
        found = batches(self.source, self.dialect.encoding, self.dialect.separator)
        next(found)
        return found

    def _see_lines(self, lines: Sequence[int], records: list[list[str]]) -> None:
        """See whether each line so far was a record, and each record a line."""
        first, last = lines[0], lines[-1]
        follows = first == self.last_line + 1 and last - first + 1 == len(lines)
        # Only a batch that was read record by record can have a value of several lines.
        is_simple = isinstance(lines, range) or not any("\n" in v for r in records for v in r)
        self.is_plain = self.is_plain and follows and is_simple
        self.last_line = last

    def _at_once(self, lines: Sequence[int], records: list[list[str]]) -> Iterator[tuple] | None:
        """The rows of a batch in which every value is sound; None when one is not."""
        try:
            columns = list(zip(*records, strict=True))
            if len(columns) != len(self.header):
                return None
            values = {
                field: read(list(map(str.strip, columns[i])))
                for i, field, read in self.batch_readers
            }
        except ValueError:
            # Of `zip` or Unfit: looked at one by one, it can be said which and why.
            return None
        checked = [values[field] for field in self.layout.checked]
        if checked and any(map(self.layout.check, *checked)):
            return None
        return zip(lines, *values.values(), strict=True)

    def _one_by_one(self, lines: Sequence[int], records: list[list[str]]) -> Iterator[tuple]:
        self._learn(lines, records)
        for line, record in zip(lines, records, strict=True):
            row = self._row(line, record)
            if row:
                yield row

    def _learn(self, lines: Sequence[int], records: list[list[str]]) -> None:
        """Look at every amount and date of these before one of them is read."""
        self._look(lines, records)
        if self.evidence.waiting and not self.evidence.decimal:
            self._look_ahead()
            self.evidence.refuse_waiting()
        learnt = replace(self.dialect, decimal=self.evidence.decimal, dates=self.evidence.date_form)
        if learnt != self.dialect:
            self._speak(learnt)

    def _look_ahead(self) -> None:
        """Look for the decimal sign in the rest of the file."""
        found = batches(self.source, self.dialect.encoding, self.dialect.separator)
        next(found)
        for lines, records in found:
            self._look(lines, records)
            if self.evidence.decimal:
                return

    def _look(self, lines: Sequence[int], records: list[list[str]]) -> None:
        learn = [(i, c.name, look) for i, c in self.places if (look := self._look_of(c))]
        for line, record in zip(lines, records, strict=True):
            # A record of another width has its values in the wrong columns.
            if len(record) == len(self.header):
                for index, name, look in learn:
                    look(line, name, record[index].strip())

    def _look_of(self, column: Column) -> Callable[[int, str, str], None] | None:
        if column.is_amount:
            return self.evidence.see_amount
        if column.is_quantity:
            return self.evidence.see_quantity
        return self.evidence.see_date if column.is_day else None

    def _row(self, line: int, record: list[str]) -> tuple | None:
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
                is_sound = self._note(line, column, value, unfit) and is_sound
        if is_sound and self._agrees(line, record, values):
            return (line, *values.values())
        self._note_key(record)
        return None

    def _note_key(self, record: list[str]) -> None:
        """Remember which row is wrong: what refers to it must not stand alone."""
        index, column, read = self.readers[0]
        # Once the bundle is lost, there is nothing more to keep together.
        if index < len(record) and not self.report.is_lost:
            value = record[index].strip()
            try:
                self.wrong_keys.append(read(value))
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

    def _note(self, line: int, column: Column, value: str, unfit: Unfit) -> bool:
        """Report a value; whether its row may stay."""
        fault = Fault(self.source.name, line, column.name, value, unfit.expected)
        if column.lenient:
            self.reread.append(line)
            self.report.warn(fault)
        elif isinstance(unfit, WithoutMask):
            # Not one row that is wrong, but whose accounts these are.
            self.report.unmasked_count += 1
            self.report.refuse(fault)
        else:
            self.passed.append(line)
            self.report.set_aside(fault)
        return column.lenient

    def _agrees(self, line: int, record: list[str], values: dict) -> bool:
        checked = [values[field] for field in self.layout.checked]
        fault = self.layout.check(*checked) if checked else None
        if fault:
            name, expected = fault
            self.set_aside(line, name, record[self.header.index(name)].strip(), expected)
        return not fault

    def set_aside(self, line: int, column: str, value: str | None, expected: str) -> None:
        """Report a row of this file that is left out."""
        self.passed.append(line)
        self.report.set_aside(Fault(self.source.name, line, column, value, expected))

    def refuse(self, line: int, column: str, value: str | None, expected: str) -> None:
        """Report a fault of this file."""
        self.report.refuse(Fault(self.source.name, line, column, value, expected))


def _one_after_another(read: Reader, values: list[str]) -> list:
    return list(map(read, values))


def refuse_contradictions(file: BillingFile, stage: Stage) -> None:
    """One key may stand twice only when all else is the same too; then the first one counts."""
    file.summary.repeated = stage.count_twins()
    if not file.summary.repeated:
        return
    found = stage.contradictions(KEPT)
    for line, key, first, _count in found:
        expected = _("expected this key once: line %(line)s has it with other values", line=first)
        file.refuse(line, file.key_name, key, expected)
    file.report.refuse_unlisted(found[0][-1] - len(found) if found else 0)
    stage.drop_repeated()
