"""Billing data in: a bundle is read and compared, and only the differences are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ebok.billing import (
    operations_alerts as alerts,
    operations_baseline as baseline,
    operations_changes as changes,
    operations_history as history,
    operations_ownership as ownership,
    operations_preview as preview,
    operations_pulling as pulling,
    operations_set_aside as set_aside,
    operations_withdrawal as withdrawal,
)
from ebok.billing.bundle import Bundle, Source, open_bundle
from ebok.billing.bundle_copies import own_copy
from ebok.billing.changed_rows import ChangedFile
from ebok.billing.delta import Doubtful
from ebok.billing.differences import Difference
from ebok.billing.documents import DOCUMENT, stage_documents
from ebok.billing.errors import KEPT, LISTED, Refused
from ebok.billing.fa3_import import INVOICES, NAME as FA3, TOLD, Fakturas
from ebok.billing.fa3_rows import DAYS, LINES
from ebok.billing.jpk import is_told_again
from ebok.billing.manifest import complete_files
from ebok.billing.models import Import
from ebok.billing.operations_baseline import FormerFile, Kept
from ebok.billing.operations_ending import Ending, ImportOptions
from ebok.billing.operations_progress import Bar, Progress
from ebok.billing.operations_replacement import replaced
from ebok.billing.rows import BillingFile, refuse_contradictions
from ebok.billing.staging import Stage, make_room, staging
from ebok.billing.texts_report import Report
from ebok.customers.models import Customer
from ebok.database import connection, now
from ebok.invoices.models import JPK_FA, InvoiceLine
from ebok.languages import in_report_language
from ebok.settings import Settings

TOLD_BY_BOTH = (INVOICES, "invoice_lines.csv", "instalments.csv")
"""Files of which XML files tell rows, too."""

PASSES = 2
"""How often a file is read: for its encoding, and for its rows."""


def import_bundle(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    options: ImportOptions | None = None,
) -> Report:
    """Bring the mirror up to date with a folder, a ZIP or one file.

    All but what is set aside or, when it is refused or held, nothing; a dry run stops just before
    writing. What the bundle leaves out stays. Formats: `docs/billing-format.md`.
    """
    # The path as it was given may be "." or end in "..", and then has no name.
    with in_report_language(settings):
        options, path = options or ImportOptions(), Path(path).resolve()
        report = _import(path, settings, progress, options)
        alerts.tell(report, path.name, settings, bool(options.publishing))
    return report


def _import(
    path: Path, settings: Settings, progress: Progress | None, options: ImportOptions
) -> Report:
    try:
        with own_copy(path, settings) as copy, connection():
            state = history.state()
            formers = {} if options.publishing else baseline.find(settings, state)
            run = ImportRun(copy, settings, options, Bar(progress), formers, state)
            if not (report := _taken_in(run)):
                report = _taken_in(ImportRun(copy, settings, options, Bar(progress), {}, state))
            return report
    except Refused as refused:
        report = Report(options.dry_run)
        report.refuse(refused.fault)
        return report


def _taken_in(run: "ImportRun") -> Report | None:
    """One bundle, taken in; None when what differs from the former files cannot be said."""
    with staging(list(run.stages.values())):
        try:
            run.take_in()
        except Doubtful:
            return None
    # What refuses a bundle is told with all that is wrong in it.
    return None if run.formers and run.report.is_refused else run.report


@dataclass
class ImportRun:
    """One bundle on its way in; `formers` are the files that left the mirror in this `state`."""

    path: Path
    settings: Settings
    options: ImportOptions
    bar: Bar
    formers: Mapping[str, FormerFile]
    state: tuple
    started_at: datetime = field(default_factory=now)
    unknown: list[str] = field(default_factory=list)
    unknown_count: int = 0
    fakturas: Fakturas | None = None
    complete: set[str] = field(default_factory=set)
    read: dict[str, BillingFile] = field(default_factory=dict)

    def __post_init__(self):
        self.report = Report(self.options.dry_run, aside_limit=self.settings.aside_rows)
        self.tables = history.stages(self.settings)
        self.stages = {s.layout.name: s for s in self.tables}
        self.stages[LINES.name] = Stage(LINES, "fa3_line")
        self.stages[DAYS.name] = Stage(DAYS, "fa3_instalment")

    def take_in(self) -> None:
        """Read everything, then write what differs, unless something is refused."""
        known = [name for name in self.stages if name.endswith(".csv")]
        advance, zone = self.bar.advance, self.settings.timezone
        try:
            with open_bundle(self.path, known, self.report, advance, zone) as bundle:
                self._stage(bundle)
                if not self.report.is_refused:
                    self._write(bundle)
        except Refused as refused:
            self.report.refuse(refused.fault)
        if self.report.is_refused:
            preview.tell_refused(self.unknown, self.unknown_count, self.report)

    def _stage(self, bundle: Bundle) -> None:
        size = sum(source.size for source in bundle.files.values())
        self.has_invoices = bool(bundle.invoice_bytes)
        self.bar.total = size * PASSES + bundle.invoice_bytes
        make_room(size)
        set_aside.begin()
        withdrawal.begin(self.stages.values())
        self.complete = complete_files(bundle)
        for name, stage in self.stages.items():
            if name in bundle.files:
                self._stage_file(bundle.files[name], stage)
            else:
                withdrawal.find(stage, name, None, self.report)
            if name == INVOICES and (self.has_invoices or is_told_again()):
                if not self.has_invoices and self.formers:
                    raise Doubtful
                self._stage_fakturas(bundle)
        if bundle.has_documents and not self.report.is_lost:
            stage_documents(bundle, self.stages[DOCUMENT.name], self.report)
        if self.fakturas and not self.report.is_lost:
            self.fakturas.stage_rest()
        self.report.settle(self.settings.aside_percent)

    def _stage_fakturas(self, bundle: Bundle) -> None:
        self.fakturas = Fakturas(self.settings, self.report, self.stages)
        unknown, count = self.fakturas.stage_invoices(bundle)
        self.unknown = [*self.unknown, *unknown][:LISTED]
        self.unknown_count += count

    def _stage_file(self, source: Source, stage: Stage) -> None:
        """Stage one file; after one that cannot be read the next one is looked at still."""
        try:
            file = self._opened(source, stage)
        except Refused as refused:
            self.report.refuse(refused.fault)
            return
        self.report.files.append(file.summary)
        had_faults = self.report.is_lost
        self.read[stage.layout.name] = file
        stage.tell(file.fields)
        stage.fill(file.rows())
        if isinstance(file, ChangedFile):
            pulling.complete(file, stage, stage.layout.name in self.complete)
        if stage.tells_deleted:
            file.passed += stage.lines_deleted()
        set_aside.note(stage.target, file.wrong_keys)
        refuse_contradictions(file, stage)
        # Without the customers that had faults, every invoice of theirs would be called a
        # stranger's.
        if had_faults:
            return
        percent = self.settings.missing_percent if stage.layout.name in self.complete else None
        file.summary.deleted = withdrawal.find(stage, file.source.name, percent, self.report)
        if not set_aside.is_empty():
            self._take_along(file, stage)
        if stage.layout.reference:
            self._set_strangers_aside(file, stage)
        if stage.layout.name == INVOICES:
            ownership.set_others_aside(file, stage)

    def _opened(self, source: Source, stage: Stage) -> BillingFile:
        former = self.formers.get(stage.layout.name)
        # Invoices of XML files are told beside those of CSV: see `differences.MIXED`.
        if not former or (self.has_invoices and stage.layout.name in TOLD_BY_BOTH):
            return BillingFile(source, stage.layout, self.report)
        return ChangedFile(source, stage.layout, self.report, former)

    def _take_along(self, file: BillingFile, stage: Stage) -> None:
        """Leave out what refers to what is left out."""
        set_aside.take_along(stage, file.source.name, self.report)
        if stage.target == InvoiceLine._meta.table_name:
            pulling.require_invoices_of(stage, self.stages[INVOICES])
            set_aside.take_invoices_of_lines(stage, self.stages[INVOICES], self.report)
            set_aside.take_along(stage, file.source.name, self.report)

    def _set_strangers_aside(self, file: BillingFile, stage: Stage) -> None:
        refers, found = stage.layout.reference, stage.strangers(KEPT)
        for line, value, *_rest in found:
            file.set_aside(line, refers.column, value, refers.expected())
        if found:
            *_rest, rows, values = found[0]
            self.report.set_aside_unlisted(rows - len(found))
            if not self.report.is_lost:
                set_aside.note(stage.target, stage.unstage([line for line, *_rest in found]))
                self._take_along(file, stage)
            if refers.table is Customer:
                self.unknown = list(dict.fromkeys(value for _line, value, *_rest in found))[:LISTED]
                self.unknown_count = max(values, self.unknown_count)

    def _write(self, bundle: Bundle) -> None:
        """Compare, and write what differs; anew when another import was written meanwhile."""
        while not self._written(bundle):
            pass

    def _written(self, bundle: Bundle) -> bool:
        seen = history.state()
        if self.formers and seen != self.state:
            raise Doubtful
        differences = self._compare()
        invoices = differences.get(INVOICES)
        moved = ownership.note_moves(invoices) if invoices else 0
        ending = Ending(
            self.path,
            self.settings,
            self.options,
            self.report,
            self.started_at,
            self.tables,
            self.stages,
            differences,
            moved,
            seen,
            self._fresh(bundle),
            self._keep,
        )
        ending.judge()
        preview.look_over(differences, moved, self.report)
        return self.options.dry_run or ending.settle(bundle)

    def _compare(self) -> dict[str, Difference]:
        told = {file.name.lower() for file in self.report.files}
        if self.fakturas:
            told |= set(TOLD)
            self.fakturas.history.leave_known()
        differences = {name: Difference(self.stages[name]) for name in self.stages if name in told}
        for each in differences.values():
            each.compare()
        for file in self.report.files:
            if each := differences.get(file.name.lower()):
                file.new, file.changed = each.new, each.changed
                if self.report.aside_row_count:
                    other = file.repeated + file.deleted + file.skipped
                    file.aside = file.rows - other - each.stage.count("line > 0")
        if self.fakturas:
            self.fakturas.count(differences)
        replaced(self.stages, differences, self.fakturas)
        withdrawal.stay(self.tables, differences)
        withdrawal.tell(self.tables, self.report)
        self.report.changes = changes.sections(list(differences.values()))
        return differences

    def _keep(self, even_the_same: bool) -> Kept | None:
        """Keep the files of this bundle for the next one to be compared with."""
        out = TOLD_BY_BOTH if self.fakturas else ()
        files = {n: f for n, f in self.read.items() if f.may_be_former and n not in out}
        is_same = files.keys() == self.formers.keys()
        is_same = is_same and not any(file.differs for file in files.values())
        along = self.report.aside_with
        if not files or len(along) >= KEPT or (is_same and not even_the_same):
            return None
        told = {name: (file.source, file.former_lines(along)) for name, file in files.items()}
        return baseline.keep(told, self.settings)

    def _fresh(self, bundle: Bundle) -> dict[str, datetime]:
        """When each file that is told was written."""
        fresh = {name: history.as_of(file.written) for name, file in bundle.files.items()}
        has_fa3 = any(file.name == FA3 for file in self.report.files)
        beside = [FA3] if has_fa3 else []
        beside += [DOCUMENT.name] if bundle.has_documents else []
        fresh |= dict.fromkeys(beside, history.as_of(bundle.written))
        # Files of the past make nothing fresher.
        return fresh or {JPK_FA: Import.as_of() or history.as_of(bundle.written)}
