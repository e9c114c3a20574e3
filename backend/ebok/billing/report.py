"""What an import found and did, for the clerk who reads it: in the language of reports.

A part of it is a `Section`: a title, lines, and how many there are, of which the first are listed.
Sentences are made when they are noted, so whoever notes one does so inside `context.office`.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from ebok.sentences import kind_of
from ebok.sentences import say as _
from ebok.spreadsheets import harmless

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


@dataclass
class FileReport:
    """What became of one file's rows."""

    name: str
    form: str = ""
    rows: int = 0
    repeated: int = 0
    new: int = 0
    changed: int = 0

    @property
    def unchanged(self) -> int:
        """Rows that say what the database says already."""
        return self.rows - self.repeated - self.new - self.changed

    def __str__(self) -> str:
        numbers = {name: getattr(self, name) for name in ("rows", "new", "changed", "unchanged")}
        told = {"file": self.name, "form": self.form, **numbers}
        if self.repeated:
            return _(
                "%(file)s: %(rows)s rows: %(new)s new, %(changed)s changed, "
                "%(unchanged)s unchanged, %(repeated)s repeated (%(form)s)",
                repeated=self.repeated,
                **told,
            )
        return _(
            "%(file)s: %(rows)s rows: %(new)s new, %(changed)s changed, "
            "%(unchanged)s unchanged (%(form)s)",
            **told,
        )


@dataclass
class Section:
    """A part of a report: `lines` are the first ones of `count`."""

    title: str
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, line: str) -> None:
        """One more; listed, if it is one of the first."""
        self.count += 1
        if len(self.lines) < LISTED:
            self.lines.append(line)

    def __str__(self) -> str:
        return "\n".join(_listed(self.title, self.lines, self.count))


@dataclass
class Report:
    """The whole import. `faults`, `warnings`, `notes` hold the first ones, the counts all of them.

    `brief` is the whole of it in a clerk's words, `announced` what was done about the mails,
    `sections` what else there is to say, `list_note` where the list of all faults lies.
    """

    dry_run: bool = False
    files: list[FileReport] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    ignored_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    warnings: list[Fault] = field(default_factory=list)
    warning_count: int = 0
    unmasked_count: int = 0
    notes: list[str] = field(default_factory=list)
    note_count: int = 0
    brief: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    announced: str = ""
    list_note: str = ""
    is_applied: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether there is a fault: then nothing was changed."""
        return self.fault_count > 0

    def refuse(self, fault: Fault) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < KEPT:
            self.faults.append(fault)

    def refuse_unlisted(self, count: int) -> None:
        """Count faults that were found, but not looked at one by one."""
        self.fault_count += count

    def warn(self, warning: Fault) -> None:
        """Note something to be put right in the billing system that stops nothing here."""
        self.warning_count += 1
        if len(self.warnings) < KEPT:
            self.warnings.append(warning)

    def warn_unlisted(self, count: int) -> None:
        """Count warnings that were found, but not looked at one by one."""
        self.warning_count += count

    def point_out(self, what: str) -> None:
        """Note something that a clerk should look at before it is published."""
        self.note_count += 1
        if len(self.notes) < LISTED:
            self.notes.append(what)

    def ignore(self, what: str) -> None:
        """Note a column or a file that was passed over."""
        self.ignored_count += 1
        if len(self.ignored) < LISTED:
            self.ignored.append(what)

    @property
    def has_unlisted(self) -> bool:
        """Whether the report shows less than was found."""
        kinds = (self.faults, self.fault_count), (self.warnings, self.warning_count)
        return any(len(_shown(found)) < count for found, count in kinds)

    def as_csv(self) -> str:
        """Every fault and warning, a row each, for a spreadsheet; empty when there is none."""
        kinds = ((_("fault"), self.faults), (_("warning"), self.warnings))
        if not any(found for _kind, found in kinds):
            return ""
        written = io.StringIO(newline="")
        table = csv.writer(written, delimiter=";")
        names = (_("kind"), _("file"), _("line"), _("column"), _("value"), _("expected"))
        table.writerow(names)
        for kind, found in kinds:
            table.writerows(_cells(kind, fault) for fault in found)
        return written.getvalue()

    def __str__(self) -> str:
        lines = [_("In short: %(brief)s.", brief=", ".join(self.brief))] if self.brief else []
        lines += [*self._counts(), *_listed(_("Ignored"), self.ignored, self.ignored_count)]
        lines += _listed(_("Worth a look"), self.notes, self.note_count)
        lines += [str(section) for section in self.sections if section.count]
        lines += _grouped(_("Warnings"), self.warnings, self.warning_count)
        lines += _grouped(_("Faults"), self.faults, self.fault_count)
        lines += [self.list_note] if self.list_note else []
        return "\n".join([*lines, self._outcome()])

    def _counts(self) -> list[str]:
        # A refused bundle was not compared with the database: its counts would mislead.
        return [] if self.is_refused else [str(file) for file in self.files]

    def _outcome(self) -> str:
        if self.is_refused:
            return _("Refused. Nothing was changed.")
        if self.dry_run:
            return _("Dry run. Nothing was changed.")
        if self.is_applied:
            return " ".join(filter(None, (_("Imported."), self.announced)))
        return _("Nothing to change: the database says the same.")


def _listed(title: str, items: list, count: int) -> list[str]:
    if not count:
        return []
    more = [_more(count - len(items))] if count > len(items) else []
    return [f"{title} ({count}):", *(f"  {item}" for item in items), *more]


def _more(count: int) -> str:
    more = _("and %(count)s more", count=count)
    return f"  {more}"


def _grouped(title: str, faults: list[Fault], count: int) -> list[str]:
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


def _shown(faults: list[Fault]) -> list[Fault]:
    return [fault for group in _groups(faults) for fault in group[:ALIKE]]


def _group(faults: list[Fault]) -> Iterator[str]:
    yield from (f"  {fault}" for fault in faults[:ALIKE])
    if (left := len(faults) - ALIKE) > 0:
        more = _("and %(count)s more of this kind", count=left)
        yield f"    {more}"


def _cells(kind: str, fault: Fault) -> Iterator[str]:
    cells = (fault.file, fault.line or "", fault.column, fault.value or "", fault.expected)
    return (harmless(str(cell)) for cell in (kind, *cells))


def _quoted(value: str) -> str:
    cut = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"
    # A control character must not reach the operator's terminal.
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f'"{printable}"'
