"""The report of an import for the clerk, in the language of reports.

Sentences are made when they are noted, so callers are inside `languages.in_report_language`.
"""

from dataclasses import dataclass, field

from ebok.billing.errors import (
    MAX_KEPT,
    MAX_LISTED,
    Fault,
    Refused,
    RefusedDocument,
    as_csv,
    grouped,
    listed,
    listed_singly,
)
from ebok.languages import count as ngettext, say as _

__all__ = [
    "MAX_KEPT",
    "MAX_LISTED",
    "Fault",
    "FileReport",
    "Refused",
    "Report",
    "Section",
    "RefusedDocument",
]


@dataclass
class FileReport:
    """Counts of one file's rows; `skipped` ones are unchanged and were not read."""

    name: str
    form: str = ""
    rows: int = 0
    repeated: int = 0
    new: int = 0
    changed: int = 0
    aside: int = 0
    withdrawn: int = 0
    deleted: int = 0
    skipped: int = 0

    @property
    def unchanged(self) -> int:
        """Rows that equal the mirror's."""
        others = self.repeated + self.new + self.changed + self.aside + self.deleted
        return self.rows - others

    def __str__(self) -> str:
        counts = [
            _("%(new)s new, %(changed)s changed", new=self.new, changed=self.changed),
            _("%(count)s unchanged", count=self.unchanged),
        ]
        counts += [_("%(count)s repeated", count=self.repeated)] if self.repeated else []
        counts += [_("%(count)s set aside", count=self.aside)] if self.aside else []
        counts += [_("%(count)s withdrawn", count=self.withdrawn)] if self.withdrawn else []
        return ngettext(
            "%(file)s: %(num)s row: %(counts)s (%(form)s)",
            "%(file)s: %(num)s rows: %(counts)s (%(form)s)",
            self.rows,
            file=self.name,
            counts=", ".join(counts),
            form=self.form,
        )


@dataclass
class Section:
    """A part of a report: `lines` are the first ones of `count`."""

    title: str
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, line: str) -> None:
        """Add a line; it is listed if it is one of the first."""
        self.count += 1
        if len(self.lines) < MAX_LISTED:
            self.lines.append(line)

    def __str__(self) -> str:
        return "\n".join(listed(self.title, self.lines, self.count))


@dataclass
class Report:
    """The report of an import. Lists hold the first items, the counts count all of them.

    `brief` is the summary, `announced` the mails, `changes` and `withdrawn` the first rows of each
    kind, `sections` further parts, `list_note` where the list of all faults is. `aside` are the
    faults of rows, XML and PDF files that are set aside, `aside_with` what refers to them. `held`
    is what holds the import, `held_as` its number then, `decided` what became of held rows.
    """

    dry_run: bool = False
    files: list[FileReport] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    ignored_count: int = 0
    passed_over: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    warnings: list[Fault] = field(default_factory=list)
    warning_count: int = 0
    aside: list[Fault] = field(default_factory=list)
    aside_fault_count: int = 0
    aside_row_count: int = 0
    aside_with: list[Fault] = field(default_factory=list)
    aside_limit: int = 0
    changes: list[Section] = field(default_factory=list)
    withdrawn: list[Section] = field(default_factory=list)
    unmasked_count: int = 0
    notes: list[str] = field(default_factory=list)
    note_count: int = 0
    brief: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    announced: str = ""
    list_note: str = ""
    is_applied: bool = False
    held: list[str] = field(default_factory=list)
    held_as: int = 0
    decided: list[str] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether there is a fault: then nothing was changed."""
        return self.fault_count > 0

    @property
    def will_be_refused(self) -> bool:
        """Whether the bundle will be refused, whatever else is found."""
        return self.is_refused or self.aside_row_count > self.aside_limit

    @property
    def withdrawn_count(self) -> int:
        """How many rows are withdrawn from the mirror."""
        return sum(section.count for section in self.withdrawn)

    @property
    def is_partial(self) -> bool:
        """Whether the bundle was imported except for rows set aside."""
        return not self.is_refused and self.aside_row_count > 0

    def set_aside(self, fault: Fault, is_more: bool = False) -> None:
        """Add a fault of a row, XML or PDF that is set aside.

        Consecutive faults of one line count as one row; `is_more`: a further fault of the same
        file.
        """
        last = self.aside[-1] if self.aside else None
        is_same = last and fault.line and (last.file, last.line) == (fault.file, fault.line)
        self.aside_fault_count += 1
        self.aside_row_count += not (is_same or is_more)
        if len(self.aside) < MAX_KEPT:
            self.aside.append(fault)

    def set_aside_unlisted(self, count: int) -> None:
        """Count rows that are set aside without listing them."""
        self.aside_fault_count += count
        self.aside_row_count += count

    def set_aside_with(self, fault: Fault) -> None:
        """Add a row that is set aside because it refers to one."""
        if len(self.aside_with) < MAX_KEPT:
            self.aside_with.append(fault)

    def settle(self, percent: int) -> None:
        """Refuse the bundle if more rows are set aside than allowed."""
        rows = sum(file.rows for file in self.files)
        if self.will_be_refused or self.aside_row_count * 100 > percent * rows:
            self.fault_count += self.aside_fault_count
            self.faults = [*self.faults, *self.aside][:MAX_KEPT]
            self.aside, self.aside_with = [], []
            self.aside_fault_count = self.aside_row_count = 0

    @property
    def is_held(self) -> bool:
        """Whether it is held, or in a dry run would be."""
        return bool(self.held or self.held_as)

    def refuse(self, fault: Fault) -> None:
        """Add a fault that refuses the bundle."""
        self.fault_count += 1
        if len(self.faults) < MAX_KEPT:
            self.faults.append(fault)

    def refuse_unlisted(self, count: int) -> None:
        """Count such faults without listing them."""
        self.fault_count += count

    def warn(self, warning: Fault) -> None:
        """Add a warning: to be corrected in the billing system, but stops nothing here."""
        self.warning_count += 1
        if len(self.warnings) < MAX_KEPT:
            self.warnings.append(warning)

    def warn_unlisted(self, count: int) -> None:
        """Count warnings without listing them."""
        self.warning_count += count

    def point_out(self, what: str) -> None:
        """Add a note about something a clerk should look at before publishing."""
        self.note_count += 1
        if len(self.notes) < MAX_LISTED:
            self.notes.append(what)

    def ignore(self, what: str) -> None:
        """Add a column or file that is ignored."""
        self.ignored_count += 1
        if len(self.ignored) < MAX_LISTED:
            self.ignored.append(what)

    def pass_over(self, kind: str, name: str, more: int = 1) -> None:
        """Count files, or records in one, that are not for us: one line for each kind."""
        count, first = self.passed_over.get(kind, (0, name))
        self.passed_over[kind] = count + more, first

    def _ignored(self) -> list[str]:
        passed = [
            _("%(kind)s: %(count)s, the first is %(name)s", kind=kind, count=count, name=first)
            for kind, (count, first) in self.passed_over.items()
        ]
        return listed(_("Ignored"), [*passed, *self.ignored], self.ignored_count + len(passed))

    @property
    def has_unlisted(self) -> bool:
        """Whether the report lists less than was found."""
        kinds = (
            (self.faults, self.fault_count),
            (self.aside, self.aside_fault_count),
            (self.aside_with, len(self.aside_with)),
            (self.warnings, self.warning_count),
        )
        return any(len(listed_singly(found)) < count for found, count in kinds)

    def as_csv(self) -> str:
        """Every fault and warning as CSV for a spreadsheet; "" if there are none."""
        kinds = (
            (_("error"), self.faults),
            (_("set aside"), [*self.aside, *self.aside_with]),
            (_("warning"), self.warnings),
        )
        return as_csv(kinds)

    def __str__(self) -> str:
        lines = [_("In short: %(brief)s.", brief=", ".join(self.brief))] if self.brief else []
        lines += [*self._counts(), *self._ignored()]
        lines += listed(_("Worth a look"), self.notes, self.note_count)
        sections = [] if self.is_refused else [*self.changes, *self.withdrawn]
        lines += [str(section) for section in (*sections, *self.sections) if section.count]
        lines += grouped(_("Set aside"), self.aside, self.aside_fault_count)
        lines += grouped(_("Set aside with it"), self.aside_with, len(self.aside_with))
        lines += grouped(_("Warnings"), self.warnings, self.warning_count)
        lines += grouped(_("Errors"), self.faults, self.fault_count)
        lines += [self.list_note] if self.list_note else []
        return "\n".join([*lines, self._outcome()])

    def _counts(self) -> list[str]:
        # A refused bundle was not compared with the database: its counts would mislead.
        return [] if self.is_refused else [str(file) for file in self.files]

    def _outcome(self) -> str:
        if self.is_refused:
            return _("Refused. Nothing was changed.")
        parts = (*self._holding(), *self.decided, self._done(), self.announced, self._advice())
        return " ".join(filter(None, parts))

    def _done(self) -> str:
        if self.dry_run:
            return _("Dry run. Nothing was changed.")
        if self.held_as:
            return _(
                "Held as import %(id)s. Nothing was changed: `ebok imports publish "
                "%(id)s` publishes it, `ebok imports discard %(id)s` discards it.",
                id=self.held_as,
            )
        done = _("Imported.") if self.is_applied else None
        return done or _("Nothing to change: the database already says this.")

    def _holding(self) -> list[str]:
        reasons = "; ".join(self.held)
        return [_("What holds it: %(reasons)s.", reasons=reasons)] if self.held else []

    def _advice(self) -> str:
        if not self.aside_row_count or self.dry_run:
            return ""
        return _(
            "What is set aside is not imported: correct it in the billing system, and "
            "the next bundle will bring it in."
        )
