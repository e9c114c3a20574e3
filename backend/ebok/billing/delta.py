"""The lines of a file that did not stand, byte for byte, in the file that was applied before it.

Both files are read once, side by side. Lines that have not met their like yet wait, a few thousand
on either side: a line may stand elsewhere than it stood. What is found to differ although it does
not costs time, and nothing else.
"""

import csv
import io
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from tempfile import SpooledTemporaryFile

from ebok.billing import excel
from ebok.billing.bundle import Source
from ebok.billing.operations_baseline import FormerFile
from ebok.billing.records import END_OF_FILE, LONGEST_RECORD, have_values

HEAD = 256
"""Lines at the beginning that are read every time: they show the file's dialect."""
BLOCK = 2**16
MOST_WAITING = 20_000
AT_ONCE = 200
"""Lines of a batch: see `records.BATCH`."""
SHARE = 4
"""Beyond a fourth of the file it is cheaper to read all of it."""
IN_MEMORY = 2**22

Numbered = list[tuple[int, bytes]]


class Doubtful(Exception):
    """It cannot be said with certainty what differs: all files are read, then."""


class Delta:
    """A file beside its former version. `unchanged` lines were passed over."""

    def __init__(self, source: Source, former: FormerFile, encoding: str, separator: str):
        self.source, self.former = source, former
        self.encoding, self.separator = encoding, separator
        self.unchanged = self.mine = self.theirs = 0
        self.read = array("Q")
        self.pulled: set[int] = set()
        self.new: dict[bytes, int] = {}
        self.old: dict[bytes, int] = {}
        self.passed, self.reread = set(former.lines.passed), set(former.lines.reread)
        self.special = array("Q", sorted(self.passed | self.reread))
        self.gone = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 it lives as long as this
        self.room = max(source.size // SHARE, BLOCK)
        self.differs = source.size != former.source.size

    def batches(self) -> Iterator[tuple[list[int], list[list[str]]]]:
        """The records that differ, with their lines; the header first."""
        with self.source.open() as mine, self.former.source.open() as theirs:
            for some in self._differing(mine, theirs):
                yield self._records(some)
                # Only at its beginning a file has a mark that is no part of it.
                self.encoding = self.encoding.removesuffix("-sig")

    def gone_records(self) -> Iterator[list[list[str]]]:
        """The records of the former file that this one has not, or that are read again."""
        self.gone.seek(0)
        while lines := list(islice(self.gone, AT_ONCE)):
            yield self._records(list(enumerate(lines)))[1]

    def unread(self) -> Iterator[tuple[list[int], list[list[str]]]]:
        """The records that were passed over."""
        read = iter(self.read)
        next_read = next(read, 0)
        with self.source.open() as stream:
            some: Numbered = []
            for number, line in enumerate(stream, 1):
                if number == next_read:
                    next_read = next(read, 0)
                elif number not in self.pulled:
                    some.append((number, line))
                if len(some) == AT_ONCE:
                    yield self._records(some)
                    some = []
            if some:
                yield self._records(some)

    def _records(self, some: Numbered) -> tuple[list[int], list[list[str]]]:
        """One record for each line; raises Doubtful where that is not so."""
        try:
            text = b"".join(line for _, line in some).decode(self.encoding)
            lines = io.StringIO(text, newline="").readlines()
            records = list(csv.reader(lines, delimiter=self.separator, strict=True))
        except (csv.Error, UnicodeDecodeError):
            raise Doubtful from None
        if not len(records) == len(lines) == len(some) or not have_values(records):
            raise Doubtful
        if excel.FORMULA in text:
            records = [excel.unwrapped(record) for record in records]
        return [number for number, _ in some], records

    def _differing(self, mine: io.BufferedReader, theirs: io.BufferedReader) -> Iterator[Numbered]:
        yield from self._heads(mine, theirs)
        while block := _block(mine):
            other = _block(theirs) if not self.new and not self.old else b""
            if block == other and self._pass(block.count(b"\n")):
                continue
            self.differs = True
            self._meet(block)
            self._meet_former(other)
            while len(self.old) < len(self.new) and (other := _block(theirs)):
                self._meet_former(other)
            if len(self.new) > MOST_WAITING:
                yield from self._come(MOST_WAITING // 2)
            if len(self.old) > MOST_WAITING:
                self._go(MOST_WAITING // 2)
        while other := _block(theirs):
            self._meet_former(other)
            if len(self.old) > MOST_WAITING:
                self._go(MOST_WAITING // 2)
        yield from self._come(len(self.new))
        self._go(len(self.old))
        if self.theirs != self.former.lines.last:
            raise Doubtful

    def _heads(self, mine: io.BufferedReader, theirs: io.BufferedReader) -> Iterator[Numbered]:
        head = [line for _ in range(HEAD) if (line := mine.readline(LONGEST_RECORD))]
        _require_plain(b"".join(head))
        yield from self._told([*enumerate(head[:1], 1)])
        yield from self._told([*enumerate(head[1:], 2)])
        self.mine, former = len(head), []
        for line in iter(lambda: theirs.readline(LONGEST_RECORD), b""):
            self.theirs += 1
            former.append(line)
            if self.theirs > 1 and self.theirs not in self.passed:
                self._leave(line)
            if self.theirs == HEAD:
                break
        self.differs = self.differs or head != former

    def _pass(self, count: int) -> bool:
        """Pass over as many lines, unless one of the former ones must be looked at."""
        first, last = self.theirs + 1, self.theirs + count
        at = bisect_left(self.special, first)
        if at < len(self.special) and self.special[at] <= last:
            return False
        self.unchanged += count
        self.mine += count
        self.theirs += count
        return True

    def _meet(self, block: bytes) -> None:
        for line in block.splitlines(keepends=True):
            self.mine += 1
            if self.old.pop(line, 0):
                self.unchanged += 1
            elif self.new.setdefault(line, self.mine) != self.mine:
                raise Doubtful

    def _meet_former(self, block: bytes) -> None:
        for line in block.splitlines(keepends=True):
            self.theirs += 1
            if self.theirs in self.passed:
                continue
            if self.theirs in self.reread:
                self._leave(line)
            elif self.new.pop(line, 0):
                self.unchanged += 1
            elif self.old.setdefault(line, self.theirs) != self.theirs:
                raise Doubtful

    def _come(self, count: int) -> Iterator[Numbered]:
        """The oldest of the waiting lines, which stood nowhere."""
        some = list(islice(self.new.items(), count))
        for line, _ in some:
            del self.new[line]
        yield from self._told([(number, line) for line, number in some])

    def _told(self, lines: Numbered) -> Iterator[Numbered]:
        for start in range(0, len(lines), AT_ONCE):
            some = lines[start : start + AT_ONCE]
            self.read.extend(number for number, _ in some)
            self.room -= sum(len(line) for _, line in some)
            if self.room < 0:
                raise Doubtful
            yield some

    def _go(self, count: int) -> None:
        for line in list(islice(self.old, count)):
            del self.old[line]
            self._leave(line)

    def _leave(self, line: bytes) -> None:
        self.gone.write(line if line.endswith(b"\n") else line + b"\n")
        if self.gone.tell() > max(self.source.size // SHARE, BLOCK) * 2:
            raise Doubtful


def _block(stream: io.BufferedReader) -> bytes:
    """Some whole lines; raises Doubtful where lines end otherwise than usual."""
    block = stream.read(BLOCK)
    if block and not block.endswith(b"\n"):
        block += stream.readline(LONGEST_RECORD)
    _require_plain(block)
    return block


def _require_plain(block: bytes) -> None:
    if block.count(b"\r") != block.count(b"\r\n") or END_OF_FILE.encode() in block:
        raise Doubtful
