"""What an import found and did, for the clerk who reads it: in the language of reports.

A part of it is a `Section`: a title, lines, and how many there are, of which the first are listed.
Sentences are made when they are noted, so whoever notes one does so inside `context.office`.
"""

from dataclasses import dataclass, field

from ebok.billing.errors import (
    KEPT,
    LISTED,
    Fault,
    Refused,
    Wrong,
    as_csv,
    grouped,
    listed,
    shown,
)
from ebok.languages import count as ngettext, say as _

__all__ = ["KEPT", "LISTED", "Fault", "FileReport", "Refused", "Report", "Section", "Wrong"]


@dataclass
class FileReport:
    """What became of one file's rows; `skipped` ones are unchanged, and were not even read."""

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
        """Rows that say what the database says already."""
        told = self.repeated + self.new + self.changed + self.aside + self.deleted
        return self.rows - told

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
        """One more; listed, if it is one of the first."""
        self.count += 1
        if len(self.lines) < LISTED:
            self.lines.append(line)

    def __str__(self) -> str:
        return "\n".join(listed(self.title, self.lines, self.count))


@dataclass
class Report:
    """The whole import. `faults`, `warnings`, `notes` hold the first ones, the counts all of them.

    `brief` is the whole of it in a clerk's words, `announced` what was done about the mails,
    `changes` and `withdrawn` the first rows of each kind, `sections` what else there is to say,
    `list_note` where the list of all faults lies. `aside` are the faults of rows, XML and PDF files
    that are left out, `aside_with` what refers to them. `held` is what holds the import, `held_as`
    its number then, `decided` what became of held rows.
    """

    dry_run: bool = False
    files: list[FileReport] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    ignored_count: int = 0
    passed: dict[str, tuple[int, str]] = field(default_factory=dict)
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
    def is_lost(self) -> bool:
        """Whether the bundle will be refused, whatever else is found in it."""
        return self.is_refused or self.aside_row_count > self.aside_limit

    @property
    def withdrawn_count(self) -> int:
        """How many rows leave the mirror."""
        return sum(section.count for section in self.withdrawn)

    @property
    def is_partial(self) -> bool:
        """Whether the bundle was taken but for some rows."""
        return not self.is_refused and self.aside_row_count > 0

    def set_aside(self, fault: Fault, is_more: bool = False) -> None:
        """Note a row, XML or PDF that is left out; a row may have several faults, one by one, and
        a file more of them."""
        last = self.aside[-1] if self.aside else None
        is_same = last and fault.line and (last.file, last.line) == (fault.file, fault.line)
        self.aside_fault_count += 1
        self.aside_row_count += not (is_same or is_more)
        if len(self.aside) < KEPT:
            self.aside.append(fault)

    def set_aside_unlisted(self, count: int) -> None:
        """Count rows that are left out, but were not looked at one by one."""
        self.aside_fault_count += count
        self.aside_row_count += count

    def set_aside_with(self, fault: Fault) -> None:
        """Note what is left out because it refers to what is."""
        if len(self.aside_with) < KEPT:
            self.aside_with.append(fault)

    def settle(self, percent: int) -> None:
        """Refuse the bundle, if more of it is wrong than may be set aside."""
        rows = sum(file.rows for file in self.files)
        if self.is_lost or self.aside_row_count * 100 > percent * rows:
            self.fault_count += self.aside_fault_count
            self.faults = [*self.faults, *self.aside][:KEPT]
            self.aside, self.aside_with = [], []
            self.aside_fault_count = self.aside_row_count = 0

    @property
    def is_held(self) -> bool:
        """Whether it waits for a person, or something in it would have to."""
        return bool(self.held or self.held_as)

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

    def pass_over(self, kind: str, name: str, more: int = 1) -> None:
        """Note files, or what is in one, that are none of ours: a line for each kind of them."""
        count, first = self.passed.get(kind, (0, name))
        self.passed[kind] = count + more, first

    def _ignored(self) -> list[str]:
        passed = [
            _("%(kind)s: %(count)s, the first is %(name)s", kind=kind, count=count, name=first)
            for kind, (count, first) in self.passed.items()
        ]
        return listed(_("Ignored"), [*passed, *self.ignored], self.ignored_count + len(passed))

    @property
    def has_unlisted(self) -> bool:
        """Whether the report shows less than was found."""
        kinds = (
            (self.faults, self.fault_count),
            (self.aside, self.aside_fault_count),
            (self.aside_with, len(self.aside_with)),
            (self.warnings, self.warning_count),
        )
        return any(len(shown(found)) < count for found, count in kinds)

    def as_csv(self) -> str:
        """Every fault and warning, a row each, for a spreadsheet; empty when there is none."""
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
        told = [] if self.is_refused else [*self.changes, *self.withdrawn]
        lines += [str(section) for section in (*told, *self.sections) if section.count]
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
        told = (*self._holding(), *self.decided, self._done(), self.announced, self._advice())
        return " ".join(filter(None, told))

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
