"""A billing file as checked rows: recognised first, then read once more, row by row."""

from collections.abc import Iterator

from ebok.billing.bundle import Source
from ebok.billing.columns import Unfit
from ebok.billing.dialect import Dialect, Evidence, recognise_header, records
from ebok.billing.encoding import recognise_encoding
from ebok.billing.layouts import Column, Layout
from ebok.billing.report import Fault, FileReport, Refused, Report


class BillingFile:
    """One file of the bundle, recognised. Raises Refused when it cannot be."""

    def __init__(self, source: Source, layout: Layout, report: Report):
        self.source = source
        self.layout = layout
        self.report = report
        self.summary = FileReport(source.name)
        encoding = recognise_encoding(source)
        known = {column.name for column in layout.columns}
        separator, self.header = recognise_header(source, encoding, known)
        self._compare_columns(known)
        self.dialect = self._recognise(encoding, separator)
        self.summary.form = str(self.dialect)

    def _compare_columns(self, known: set[str]) -> None:
        missing = [c.name for c in self.layout.columns if c.name not in self.header]
        if missing:
            found, expected = ";".join(self.header), f"expected also {', '.join(missing)}"
            raise Refused(Fault(self.source.name, 1, value=found, expected=expected))
        for name in self.header:
            if name and name not in known:
                self.report.ignore(f"column {name} of {self.source.name}")

    def _recognise(self, encoding: str, separator: str) -> Dialect:
        """Look at every amount and date of the file before one of them is read."""
        evidence = Evidence(self.source.name)
        learn = [(i, c.name, evidence.see_amount) for i, c in self._places() if c.is_amount]
        learn += [(i, c.name, evidence.see_date) for i, c in self._places() if c.is_day]
        if learn:
            width = len(self.header)
            for line, record in self._records(encoding, separator):
                # A record of another width has its values in the wrong columns.
                if len(record) == width:
                    for index, name, see in learn:
                        see(line, name, record[index].strip())
        return Dialect(encoding, separator, evidence.decimal, evidence.date_form)

    def _places(self) -> list[tuple[int, Column]]:
        return [(self.header.index(c.name), c) for c in self.layout.columns]

    def _records(self, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
        found = records(self.source, encoding, separator)
        next(found, None)
        return found

    def rows(self) -> Iterator[tuple]:
        """Each sound row as (line, value, …) in the layout's order; faults go into the report."""
        readers = [(i, c, c.reader(self.dialect)) for i, c in self._places()]
        try:
            for line, record in self._records(self.dialect.encoding, self.dialect.separator):
                self.summary.rows += 1
                row = self._row(line, record, readers)
                if row:
                    yield row
        except Refused as refused:
            self.report.refuse(refused.fault)

    def _row(self, line: int, record: list[str], readers: list) -> tuple | None:
        if len(record) != len(self.header):
            self.refuse(line, "", None, self._expected_width(len(record)))
            return None
        values, is_sound = [line], True
        for index, column, read in readers:
            value = record[index].strip()
            try:
                values.append(read(value))
            except Unfit as unfit:
                values.append("")
                is_sound = self._note(line, column, value, str(unfit)) and is_sound
        return tuple(values) if is_sound and self._agrees(line, record, values) else None

    def _expected_width(self, found: int) -> str:
        width = len(self.header)
        hint = "; a value with a separator in it must be quoted" if found > width else ""
        return f"expected {width} fields, this record has {found}{hint}"

    def _note(self, line: int, column: Column, value: str, expected: str) -> bool:
        """Report a value; whether its row may stay."""
        if column.lenient:
            self.report.warn(Fault(self.source.name, line, column.name, value, expected))
        else:
            self.refuse(line, column.name, value, expected)
        return column.lenient

    def _agrees(self, line: int, record: list[str], values: list) -> bool:
        if not self.layout.check:
            return True
        fields = (column.field for column in self.layout.columns)
        fault = self.layout.check(dict(zip(fields, values[1:], strict=True)))
        if fault:
            name, expected = fault
            self.refuse(line, name, record[self.header.index(name)].strip(), expected)
        return not fault

    def refuse(self, line: int, column: str, value: str | None, expected: str) -> None:
        """Report a fault of this file."""
        self.report.refuse(Fault(self.source.name, line, column, value, expected))
