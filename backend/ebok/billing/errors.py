"""Faults of a bundle's files: where each stands, those of one kind together, all of them as CSV."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from ebok.languages import kind_of, say as _
from ebok.values.csv_text import harmless, table

LISTED = 50
"""Lines of a section, and kinds of faults; of the rest only the number is told."""
ALIKE = 3
"""Faults of one kind that are listed one by one."""
KEPT = 20_000
"""Faults that are kept for the list beside the report."""

LONGEST_VALUE = 60


@dataclass(frozen=True)
class Fault:
    """One value that is not as expected, and where it stands.

    `line` is the line of the file at which the record begins, 0 when the whole file is meant.
    """

    file: str
    line: int = 0
    column: str = ""
    value: str | None = None
    expected: str = ""

    def __str__(self) -> str:
        value = f": {_quoted(self.value)}" if self.value is not None else ""
        return f"{self._place()}{value}: {self.expected}"

    def _place(self) -> str:
        place = {"file": self.file, "line": self.line, "column": self.column}
        if self.line and self.column:
            return _("%(file)s line %(line)s, column %(column)s", **place)
        if self.line:
            return _("%(file)s line %(line)s", **place)
        return _("%(file)s, column %(column)s", **place) if self.column else self.file

    @property
    def kind(self) -> tuple[str, str, str]:
        """What faults have in common that are mended in one way."""
        return self.file, self.column, kind_of(self.expected)


class Refused(Exception):
    """A file that cannot be read any further, and why."""

    def __init__(self, fault: Fault):
        super().__init__(str(fault))
        self.fault = fault


class Wrong(Refused):
    """An XML or a PDF that is wrong, which says nothing about the others of the bundle."""


def listed(title: str, items: list, count: int) -> list[str]:
    """A title, the first things and how many more there are; nothing where there are none."""
    if not count:
        return []
    more = [_more(count - len(items))] if count > len(items) else []
    return [f"{title} ({count}):", *(f"  {item}" for item in items), *more]


def _more(count: int) -> str:
    more = _("and %(count)s more", count=count)
    return f"  {more}"


def grouped(title: str, faults: list[Fault], count: int) -> list[str]:
    """The faults of a kind together, the first ones in full."""
    groups = _groups(faults)
    lines = [line for group in groups for line in _group(group)]
    left = count - sum(map(len, groups))
    return [f"{title} ({count}):", *lines, *([_more(left)] if left else [])] if count else []


def _groups(faults: list[Fault]) -> list[list[Fault]]:
    groups: dict[tuple, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.kind, []).append(fault)
    return list(groups.values())[:LISTED]


def shown(faults: list[Fault]) -> list[Fault]:
    """Those that are listed one by one."""
    return [fault for group in _groups(faults) for fault in group[:ALIKE]]


def _group(faults: list[Fault]) -> Iterator[str]:
    yield from (f"  {fault}" for fault in faults[:ALIKE])
    if (left := len(faults) - ALIKE) > 0:
        more = _("and %(count)s more of this kind", count=left)
        yield f"    {more}"


def as_csv(kinds: Iterable[tuple[str, list[Fault]]]) -> str:
    """The faults of each kind, a row each, for a spreadsheet; empty when there is none."""
    kinds = list(kinds)
    if not any(found for _kind, found in kinds):
        return ""
    names = [_("kind"), _("file"), _("line"), _("column"), _("value"), _("expected")]
    faults = (_cells(kind, fault) for kind, found in kinds for fault in found)
    return table(chain([names], faults))


def _cells(kind: str, fault: Fault) -> list[str]:
    cells = (fault.file, fault.line or "", fault.column, fault.value or "", fault.expected)
    return [harmless(str(cell)) for cell in (kind, *cells)]


def _quoted(value: str) -> str:
    cut = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"
    return f'"{printable(cut)}"'


def printable(text: str) -> str:
    """The text without control characters, which neither a terminal nor Postgres may get."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
