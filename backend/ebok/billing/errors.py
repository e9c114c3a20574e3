"""Faults in a bundle's files: where each is, grouped by kind, and as CSV."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ebok.languages import kind_of, say as _
from ebok.values.csv_text import harmless, table

MAX_LISTED = 50
"""Most lines of a section, and most kinds of faults, in a report; the rest is counted."""
PER_KIND = 3
"""Faults of one kind that a report lists."""
MAX_KEPT = 20_000
"""Most faults kept for the CSV list beside the report."""

LONGEST_VALUE = 60


@dataclass(frozen=True)
class Fault:
    """A value that is not as expected, and where it is.

    `line` is the line at which the record begins, 0 for the whole file.
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
        """What faults have in common that are corrected in the same way."""
        return self.file, self.column, kind_of(self.expected)


class Refused(Exception):
    """A file, and with it the bundle, is refused; why."""

    def __init__(self, fault: Fault):
        super().__init__(str(fault))
        self.fault = fault


class RefusedDocument(Refused):
    """An XML or PDF is wrong; the others of the bundle are not affected."""


def listed(title: str, items: list[Any], count: int) -> list[str]:
    """A title with the first items and the number of the others; empty without items."""
    if not count:
        return []
    more = [_more(count - len(items))] if count > len(items) else []
    return [f"{title} ({count}):", *(f"  {item}" for item in items), *more]


def _more(count: int) -> str:
    more = _("and %(count)s more", count=count)
    return f"  {more}"


def grouped(title: str, faults: list[Fault], count: int) -> list[str]:
    """The faults by kind: the first of each kind in full, the others counted."""
    groups = _groups(faults)
    lines = [line for group in groups for line in _group(group)]
    left = count - sum(map(len, groups))
    return [f"{title} ({count}):", *lines, *([_more(left)] if left else [])] if count else []


def _groups(faults: list[Fault]) -> list[list[Fault]]:
    groups: dict[tuple[Any, ...], list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.kind, []).append(fault)
    return list(groups.values())[:MAX_LISTED]


def listed_singly(faults: list[Fault]) -> list[Fault]:
    """The faults that `grouped` lists in full."""
    return [fault for group in _groups(faults) for fault in group[:PER_KIND]]


def _group(faults: list[Fault]) -> Iterator[str]:
    yield from (f"  {fault}" for fault in faults[:PER_KIND])
    if (left := len(faults) - PER_KIND) > 0:
        more = _("and %(count)s more of this kind", count=left)
        yield f"    {more}"


def as_csv(kinds: Iterable[tuple[str, list[Fault]]]) -> str:
    """The faults of each kind as CSV for a spreadsheet; "" if there are none."""
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
    """The text with control characters escaped: neither terminals nor Postgres may get them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
