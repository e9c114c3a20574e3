"""What an import found and did, for the operator who started it."""

from dataclasses import dataclass, field

LISTED = 50
"""Faults and warnings that are listed one by one; of the rest only the number is told."""

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
        place = f"{self.file} line {self.line}" if self.line else self.file
        column = f", column {self.column}" if self.column else ""
        value = f": {_quoted(self.value)}" if self.value is not None else ""
        return f"{place}{column}{value}: {self.expected}"


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
        repeated = f", {self.repeated} repeated" if self.repeated else ""
        return (
            f"{self.name}: {self.rows} rows: {self.new} new, {self.changed} changed, "
            f"{self.unchanged} unchanged{repeated} ({self.form})"
        )


@dataclass
class Report:
    """The whole import. `faults`, `warnings`, `notes` hold the first ones, the counts all of them.

    `brief` is the whole of it in a clerk's words, `announced` what was done about the mails.
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
    announced: str = ""
    is_applied: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether there is a fault: then nothing was changed."""
        return self.fault_count > 0

    def refuse(self, fault: Fault) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < LISTED:
            self.faults.append(fault)

    def refuse_unlisted(self, count: int) -> None:
        """Count faults that were found, but not looked at one by one."""
        self.fault_count += count

    def warn(self, warning: Fault) -> None:
        """Note something to be put right in the billing system that stops nothing here."""
        self.warning_count += 1
        if len(self.warnings) < LISTED:
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

    def __str__(self) -> str:
        lines = [f"In short: {', '.join(self.brief)}."] if self.brief else []
        lines += [*self._counts(), *_listed("Ignored", self.ignored, self.ignored_count)]
        lines += _listed("Worth a look", self.notes, self.note_count)
        lines += _listed("Warnings", self.warnings, self.warning_count)
        lines += _listed("Faults", self.faults, self.fault_count)
        return "\n".join([*lines, self._outcome()])

    def _counts(self) -> list[str]:
        # A refused bundle was not compared with the database: its counts would mislead.
        return [] if self.is_refused else [str(file) for file in self.files]

    def _outcome(self) -> str:
        if self.is_refused:
            return "Refused. Nothing was changed."
        if self.dry_run:
            return "Dry run. Nothing was changed."
        if self.is_applied:
            return " ".join(filter(None, ("Imported.", self.announced)))
        return "Nothing to change: the database says the same."


def _listed(title: str, items: list, count: int) -> list[str]:
    if not count:
        return []
    more = [f"  and {count - len(items)} more"] if count > len(items) else []
    return [f"{title} ({count}):", *(f"  {item}" for item in items), *more]


def _quoted(value: str) -> str:
    cut = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"
    # A control character must not reach the operator's terminal.
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f'"{printable}"'
