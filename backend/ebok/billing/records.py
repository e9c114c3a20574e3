"""Streams the records of a CSV file in batches, quoted as in RFC 4180, with limited length."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import partial
from operator import itemgetter

from ebok.billing import excel
from ebok.billing.bundle import Source
from ebok.billing.errors import Fault, Refused
from ebok.languages import say as _

BATCH = 2**14
"""Characters of a batch, besides the rest of its last line: about 200 records, which fit the CPU
cache; 3,000 take 1.5 times as long."""

LONGEST_FIELD = 2**16
LONGEST_RECORD = 2**20
"""Most characters of a record: a file without line ends, or with an open quote, must not fill
memory."""

SEPARATOR_LINE = re.compile(r"sep=.?\s*", re.IGNORECASE)
"""First line that tells Excel the separator; here the columns show it."""

END_OF_FILE = "\x1a"

# A setting of the whole process; nothing else needs longer fields.
csv.field_size_limit(LONGEST_FIELD)

Batch = tuple[Sequence[int], list[list[str]]]
"""Line numbers at which the records begin, and the records. May be empty."""

_first = itemgetter(0)


def batches(source: Source, encoding: str, separator: str) -> Iterator[Batch]:
    """The file's records: the header as the first batch, then hundreds at a time.

    Blank records are skipped. Raises Refused for wrong quotes or a record that is too long, after
    the records before it.
    """
    with io.TextIOWrapper(source.open(), encoding, newline="") as text:
        try:
            yield from _Records(source.name, text, separator).batches()
        except UnicodeDecodeError:
            # The encoding was checked on the whole file before, so the file has changed.
            raise Refused(
                Fault(source.name, expected=_("the file changed while it was being read"))
            ) from None


class _Records:
    """Reads the rest of one file, without `sep=;` before it and the DOS end-of-file sign after
    it."""

    def __init__(self, name: str, text: io.TextIOWrapper, separator: str):
        self.name, self.text = name, text
        self.reader = partial(csv.reader, delimiter=separator, strict=True)
        # `length` is the length so far of the current record.
        self.begins_at, self.length, self.is_over = 1, 0, False

    def batches(self) -> Iterator[Batch]:
        """The header, then all others."""
        line = self.text.readline(LONGEST_RECORD)
        if SEPARATOR_LINE.fullmatch(line):
            self.begins_at, line = 2, self.text.readline(LONGEST_RECORD)
        header: Batch | None = None
        while line and not header:
            for header in self._one_by_one([line]):
                yield header
            line = "" if header or self.is_over else self.text.readline(LONGEST_RECORD)
        if not header:
            yield [], []
        while not self.is_over and (lines := self._some()):
            if found := self._at_once(lines):
                yield found
            else:
                yield from self._one_by_one(lines)

    def _some(self) -> list[str]:
        part = self.text.read(BATCH) + self.text.readline(LONGEST_RECORD)
        return io.StringIO(part, newline="").readlines()

    def _at_once(self, lines: list[str]) -> Batch | None:
        """The records of these lines; None unless each line is one record and nothing is odd."""
        joined = "".join(lines)
        if len(joined) >= LONGEST_RECORD or END_OF_FILE in joined or excel.FORMULA in joined:
            return None
        try:
            records = list(self.reader(lines))
        except csv.Error:
            return None
        if len(records) != len(lines) or not have_values(records):
            return None
        begins_at, self.begins_at = self.begins_at, self.begins_at + len(lines)
        return range(begins_at, self.begins_at), records

    def _one_by_one(self, lines: list[str]) -> Iterator[Batch]:
        """The records of these lines, and of further lines that the last record needs."""
        at: list[int] = []
        records: list[list[str]] = []
        before = self.begins_at
        reader = self.reader(self._whole(lines))
        try:
            for record in reader:
                joined = "".join(record)
                if joined.strip():
                    at.append(self.begins_at)
                    records.append(excel.unwrap(record) if excel.FORMULA in joined else record)
                self.begins_at, self.length = before + reader.line_num, 0
        except (csv.Error, Refused) as fault:
            if at:
                yield at, records
            raise _refused(self.name, self.begins_at, fault) from None
        if at:
            yield at, records

    def _whole(self, lines: list[str]) -> Iterator[str]:
        left = iter(lines)
        while line := next(left, "") or (self.text.readline(LONGEST_RECORD) if self.length else ""):
            self.length += len(line)
            if self.length >= LONGEST_RECORD:
                raise Refused(Fault(self.name, expected=_too_long()))
            if END_OF_FILE in line:
                yield self._last(line, "".join(left))
                return
            yield line

    def _last(self, line: str, more: str) -> str:
        """The line before the end-of-file sign, after which nothing may follow."""
        own, _sign, behind = line.partition(END_OF_FILE)
        behind, self.is_over = behind + more, True
        while behind:
            if behind.strip("\r\n\0 \x1a"):
                expected = _("expected the end of the file after its sign (0x1A), but more follows")
                raise Refused(Fault(self.name, expected=expected))
            behind = self.text.read(LONGEST_RECORD)
        return own


def have_values(records: list[list[str]]) -> bool:
    """Whether no record is blank; usually the first value shows it."""
    if all(records) and all(map(str.strip, map(_first, records))):
        return True
    return all("".join(record).strip() for record in records)


def _too_long() -> str:
    return _(
        "expected records of at most %(most)s characters, but this one is longer",
        most=LONGEST_RECORD,
    )


def _refused(file: str, line: int, fault: csv.Error | Refused) -> Refused:
    if isinstance(fault, Refused):
        return Refused(Fault(file, line, expected=fault.fault.expected))
    if "field limit" in str(fault):
        expected = _(
            "expected values of at most %(most)s characters, but one here is longer or "
            "its quote is never closed",
            most=LONGEST_FIELD,
        )
        return Refused(Fault(file, line, expected=expected))
    return Refused(Fault(file, line, expected=_quotes()))


def _quotes() -> str:
    return _(
        "expected a field with quotes to be enclosed in quotes, those inside it to be "
        "doubled, and every quote to be closed"
    )
