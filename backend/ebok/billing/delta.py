"""Finds the lines of a file that the previously applied file did not have, byte for byte.

Both files are read once, side by side. Lines without a match wait, up to a few thousand on each
side, because a line may have moved. A line wrongly found to differ costs time, and nothing else.
"""

import csv
import io
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from itertools import islice
from tempfile import SpooledTemporaryFile

from ebok.billing import excel
from ebok.billing.bundle import Source
from ebok.billing.operations_baseline import FormerFile
from ebok.billing.records import END_OF_FILE, LONGEST_RECORD, have_values

HEAD = 256
"""Lines at the beginning that are always read: they show the file's dialect."""
BLOCK = 2**16
MOST_WAITING = 20_000
BATCH_LINES = 200
"""Lines of a batch; see `records.BATCH`."""
READ_SHARE = 4
"""If more than one in this many bytes differs, reading the whole file is cheaper."""
MEMORY_BYTES = 2**22
SPACES = bytes(code for code in range(128) if chr(code).isspace())
"""What `str.strip` takes away, in ASCII; `bytes.strip` takes less."""

Numbered = list[tuple[int, bytes]]


class FullReadNeeded(Exception):
    """It is not certain which rows differ, so all files must be read completely."""


class Delta:
    """A file compared with its previous version; `unchanged` counts the lines that were skipped."""

    def __init__(self, source: Source, former: FormerFile, encoding: str, separator: str):
        self.source, self.former = source, former
        self.encoding, self.separator = encoding, separator
        self.unchanged = self.line_count = self.former_line_count = 0
        self.read = array("Q")
        self.read_later: set[int] = set()
        self.new: dict[bytes, int] = {}
        self.old: dict[bytes, int] = {}
        self.left_out, self.reread = set(former.lines.left_out), set(former.lines.reread)
        self.exceptions = array("Q", sorted(self.left_out | self.reread))
        self.removed = SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 it lives as long as this
        self.bytes_left = max(source.size // READ_SHARE, BLOCK)
        self.differs = source.size != former.source.size

    def batches(self) -> Iterator[tuple[list[int], list[list[str]]]]:
        """Line numbers and records of lines that differ; the header comes first."""
        with self.source.open() as mine, self.former.source.open() as theirs:
            for some in self._differing(mine, theirs):
                yield self._records(some)
                # Only the beginning of a file may have a byte order mark.
                self.encoding = self.encoding.removesuffix("-sig")

    def removed_records(self) -> Iterator[list[list[str]]]:
        """Records of the previous file that this one lacks, or that are always read again."""
        self.removed.seek(0)
        while lines := list(islice(self.removed, BATCH_LINES)):
            yield self._records(list(enumerate(lines)))[1]

    def skipped_records(
        self, index: int, values: Collection[str]
    ) -> Iterator[tuple[list[int], list[list[str]]]]:
        """Line numbers and records of skipped lines that may have one of these values in the
        column at `index`."""
        finder = Finder(self.separator, index, values)
        with self.source.open() as stream:
            found = self._skipped(stream, finder)
            while some := list(islice(found, BATCH_LINES)):
                yield self._records(some)

    def _skipped(self, stream: io.BufferedReader, finder: "Finder") -> Iterator[tuple[int, bytes]]:
        number = 0
        while block := _block(stream):
            lines, first = block.splitlines(keepends=True), number + 1
            number += len(lines)
            if finder.passes_any(block, lines):
                begins, ends = bisect_left(self.read, first), bisect_right(self.read, number)
                read = set(self.read[begins:ends])
                for at, line in enumerate(lines, first):
                    if at not in read and at not in self.read_later and finder.passes(line):
                        yield at, line

    def _records(self, some: Numbered) -> tuple[list[int], list[list[str]]]:
        """Parse lines, one record each. Raises FullReadNeeded if that fails."""
        try:
            text = b"".join(line for _, line in some).decode(self.encoding)
            lines = io.StringIO(text, newline="").readlines()
            records = list(csv.reader(lines, delimiter=self.separator, strict=True))
        except (csv.Error, UnicodeDecodeError):
            raise FullReadNeeded from None
        if not len(records) == len(lines) == len(some) or not have_values(records):
            raise FullReadNeeded
        if excel.FORMULA in text:
            records = [excel.unwrap(record) for record in records]
        return [number for number, _ in some], records

    def _differing(self, mine: io.BufferedReader, theirs: io.BufferedReader) -> Iterator[Numbered]:
        yield from self._read_heads(mine, theirs)
        while block := _block(mine):
            other = _block(theirs) if not self.new and not self.old else b""
            if block == other and self._skip_equal(block.count(b"\n")):
                continue
            self.differs = True
            self._match_new(block)
            self._match_former(other)
            while len(self.old) < len(self.new) and (other := _block(theirs)):
                self._match_former(other)
            if len(self.new) > MOST_WAITING:
                yield from self._flush_new(MOST_WAITING // 2)
            if len(self.old) > MOST_WAITING:
                self._flush_former(MOST_WAITING // 2)
        while other := _block(theirs):
            self._match_former(other)
            if len(self.old) > MOST_WAITING:
                self._flush_former(MOST_WAITING // 2)
        yield from self._flush_new(len(self.new))
        self._flush_former(len(self.old))
        if self.former_line_count != self.former.lines.last:
            raise FullReadNeeded

    def _read_heads(self, mine: io.BufferedReader, theirs: io.BufferedReader) -> Iterator[Numbered]:
        head = [line for _ in range(HEAD) if (line := mine.readline(LONGEST_RECORD))]
        _require_plain(b"".join(head))
        yield from self._emit([*enumerate(head[:1], 1)])
        yield from self._emit([*enumerate(head[1:], 2)])
        self.line_count, former = len(head), []
        for line in iter(lambda: theirs.readline(LONGEST_RECORD), b""):
            self.former_line_count += 1
            former.append(line)
            if self.former_line_count > 1 and self.former_line_count not in self.left_out:
                self._record_removed(line)
            if self.former_line_count == HEAD:
                break
        self.differs = self.differs or head != former

    def _skip_equal(self, count: int) -> bool:
        """Skip `count` equal lines; False if one of them must be parsed."""
        first, last = self.former_line_count + 1, self.former_line_count + count
        at = bisect_left(self.exceptions, first)
        if at < len(self.exceptions) and self.exceptions[at] <= last:
            return False
        self.unchanged += count
        self.line_count += count
        self.former_line_count += count
        return True

    def _match_new(self, block: bytes) -> None:
        for line in block.splitlines(keepends=True):
            self.line_count += 1
            if self.old.pop(line, 0):
                self.unchanged += 1
            elif self.new.setdefault(line, self.line_count) != self.line_count:
                raise FullReadNeeded

    def _match_former(self, block: bytes) -> None:
        for line in block.splitlines(keepends=True):
            self.former_line_count += 1
            if self.former_line_count in self.left_out:
                continue
            if self.former_line_count in self.reread:
                self._record_removed(line)
            elif self.new.pop(line, 0):
                self.unchanged += 1
            elif self.old.setdefault(line, self.former_line_count) != self.former_line_count:
                raise FullReadNeeded

    def _flush_new(self, count: int) -> Iterator[Numbered]:
        """Yield the oldest waiting lines: they have no match."""
        some = list(islice(self.new.items(), count))
        for line, _ in some:
            del self.new[line]
        yield from self._emit([(number, line) for line, number in some])

    def _emit(self, lines: Numbered) -> Iterator[Numbered]:
        for start in range(0, len(lines), BATCH_LINES):
            some = lines[start : start + BATCH_LINES]
            self.read.extend(number for number, _ in some)
            self.bytes_left -= sum(len(line) for _, line in some)
            if self.bytes_left < 0:
                raise FullReadNeeded
            yield some

    def _flush_former(self, count: int) -> None:
        for line in list(islice(self.old, count)):
            del self.old[line]
            self._record_removed(line)

    def _record_removed(self, line: bytes) -> None:
        self.removed.write(line if line.endswith(b"\n") else line + b"\n")
        if self.removed.tell() > max(self.source.size // READ_SHARE, BLOCK) * 2:
            raise FullReadNeeded


class Finder:
    """A quick test of a line's bytes for some values in one column, which only parsing is sure of.

    Every line passes that has a quotation mark, too few values, or a value that is not ASCII.
    """

    def __init__(self, separator: str, index: int, values: Collection[str]):
        self.separator, self.index = separator.encode(), index
        self.wanted = {str(value).encode() for value in values}

    def passes(self, line: bytes) -> bool:
        """Whether this line may have one of the values."""
        return self.passes_any(line, [line])

    def passes_any(self, block: bytes, lines: list[bytes]) -> bool:
        """Whether one of the block's lines may; asked of all at once it is three times as fast."""
        separator, index = self.separator, self.index
        if b'"' in block:
            return True
        try:
            found = [line.split(separator, index + 1)[index].strip(SPACES) for line in lines]
        except IndexError:
            return True
        return not (self.wanted.isdisjoint(found) and b"".join(found).isascii())


def _block(stream: io.BufferedReader) -> bytes:
    """The next whole lines. Raises FullReadNeeded for unusual line ends."""
    block = stream.read(BLOCK)
    if block and not block.endswith(b"\n"):
        block += stream.readline(LONGEST_RECORD)
    _require_plain(block)
    return block


def _require_plain(block: bytes) -> None:
    if block.count(b"\r") != block.count(b"\r\n") or END_OF_FILE.encode() in block:
        raise FullReadNeeded
