"""The records of a file, by the batch: streamed, quoted as RFC 4180 says, none too long to keep."""

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
"""Characters of a batch, and its last line's rest: some 200 records, few enough for the processor's
cache; 3,000 take 1.5 times as long."""

LONGEST_FIELD = 2**16
LONGEST_RECORD = 2**20
"""Characters. A file without line ends, or with a quote that never ends, must not fill us."""

SEPARATOR_LINE = re.compile(r"sep=.?\s*", re.IGNORECASE)
"""The first line by which Excel is told a separator; the columns tell it us."""

END_OF_FILE = "\x1a"

# Of the whole process: nobody else reads longer fields.
csv.field_size_limit(LONGEST_FIELD)

Batch = tuple[Sequence[int], list[list[str]]]
"""Records, and before them the lines at which they begin. It may be empty."""

_first = itemgetter(0)


def batches(source: Source, encoding: str, separator: str) -> Iterator[Batch]:
    """The file's records: the header in a batch of its own, the others by the hundreds.

    Blank records are left out. Raises Refused where quotes do not fit together, or a record is too
    long, after the records before that.
    """
    with io.TextIOWrapper(source.open(), encoding, newline="") as text:
        try:
            yield from _Records(source.name, text, separator).batches()
        except UnicodeDecodeError:
            # Its encoding was proved on all of it, a moment ago.
            raise Refused(
                Fault(source.name, expected=_("the file changed while it was being read"))
            ) from None


class _Records:
    """What is left to read of one file.

    Without what programs put around a file's own: `sep=;` before it, and the sign that ended a
    file in DOS behind it.
    """

    def __init__(self, name: str, text: io.TextIOWrapper, separator: str):
        self.name, self.text = name, text
        self.reader = partial(csv.reader, delimiter=separator, strict=True)
        # `length` is that of the record that is being read, as far as it was.
        self.begins_at, self.length, self.is_over = 1, 0, False

    def batches(self) -> Iterator[Batch]:
        """The header, and then all others."""
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
        """The records of these lines; None unless each line is one, and there is nothing odd."""
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
        """The records of these lines, and of as many more as the last of them needs."""
        at, records, before = [], [], self.begins_at
        reader = self.reader(self._whole(lines))
        try:
            for record in reader:
                joined = "".join(record)
                if joined.strip():
                    at.append(self.begins_at)
                    records.append(excel.unwrapped(record) if excel.FORMULA in joined else record)
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
        """The line before the sign that ends the file, behind which nothing may stand."""
        own, _sign, behind = line.partition(END_OF_FILE)
        behind, self.is_over = behind + more, True
        while behind:
            if behind.strip("\r\n\0 \x1a"):
                expected = _("expected the end of the file after its sign (0x1A), but more follows")
                raise Refused(Fault(self.name, expected=expected))
            behind = self.text.read(LONGEST_RECORD)
        return own


def have_values(records: list[list[str]]) -> bool:
    """Whether none of these is blank; nearly always the first value shows it."""
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
