"""Imports a bundle: reads and compares it, and writes only the differences."""

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
    operations_related_rows as related_rows,
    operations_set_aside as set_aside,
    operations_withdrawal as withdrawal,
)
from ebok.billing.bundle import Bundle, Source, open_bundle
from ebok.billing.bundle_copies import own_copy
from ebok.billing.changed_rows import ChangedFile
from ebok.billing.delta import FullReadNeeded
from ebok.billing.differences import Difference
from ebok.billing.documents import DOCUMENT, stage_documents
from ebok.billing.errors import MAX_KEPT, MAX_LISTED, Refused
from ebok.billing.fa3_import import INVOICES, NAME as FA3, XML_STAGES, Fa3Import
from ebok.billing.fa3_rows import DAYS, LINES
from ebok.billing.jpk import overrides_history
from ebok.billing.manifest import complete_files
from ebok.billing.models import Import
from ebok.billing.operations_baseline import FormerFile, SavedFiles
from ebok.billing.operations_ending import Ending, ImportOptions
from ebok.billing.operations_progress import Bar, Progress
from ebok.billing.operations_replacement import find_replaced_parts
from ebok.billing.rows import BillingFile, refuse_contradictions
from ebok.billing.staging import Stage, grow_cache, staging
from ebok.billing.texts_report import Report
from ebok.customers.models import Customer
from ebok.database import connection, now
from ebok.invoices.models import JPK_FA, InvoiceLine
from ebok.languages import in_report_language
from ebok.settings import Settings

CSV_AND_XML = (INVOICES, "invoice_lines.csv", "instalments.csv")
"""Files whose rows XML files have, too."""

PASSES = 2
"""How often each file is read: for its encoding, and for its rows."""


def import_bundle(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    options: ImportOptions | None = None,
) -> Report:
    """Bring the mirror up to date with a folder, a ZIP or a single file.

    Rows with faults are set aside; a refused or held bundle changes nothing; a dry run stops before
    writing. Rows that the bundle lacks stay. Formats: `docs/billing-format.md`.
    """
    # Resolved, because "." and paths ending in ".." have no name.
    with in_report_language(settings):
        options, path = options or ImportOptions(), Path(path).resolve()
        report = _import(path, settings, progress, options)
        alerts.report_outcome(report, path.name, settings, bool(options.publishing))
    return report


def _import(
    path: Path, settings: Settings, progress: Progress | None, options: ImportOptions
) -> Report:
    try:
        with own_copy(path, settings) as copy, connection():
            state = history.state()
            former_files = {} if options.publishing else baseline.find_former(settings, state)
            run = ImportRun(copy, settings, options, Bar(progress), former_files, state)
            report = _run(run) or _run(ImportRun(copy, settings, options, Bar(progress), {}, state))
            assert report
            return report
    except Refused as refused:
        report = Report(options.dry_run)
        report.refuse(refused.fault)
        return report


def _run(run: "ImportRun") -> Report | None:
    """Run an import; None if it must be run again with all files read completely."""
    with staging(list(run.stages.values())):
        try:
            run.run()
        except FullReadNeeded:
            return None
    # The report of a refused bundle lists all faults, so all lines must be read.
    return None if run.former_files and run.report.is_refused else run.report


@dataclass
class ImportRun:
    """One import. `former_files` are the files that led to the mirror's `state`."""

    path: Path
    settings: Settings
    options: ImportOptions
    bar: Bar
    former_files: Mapping[str, FormerFile]
    state: tuple[object, ...]
    started_at: datetime = field(default_factory=now)
    unknown: list[str] = field(default_factory=list)
    unknown_count: int = 0
    fa3: Fa3Import | None = None
    complete: set[str] = field(default_factory=set)
    read_files: dict[str, BillingFile] = field(default_factory=dict)

    def __post_init__(self):
        self.report = Report(self.options.dry_run, aside_limit=self.settings.aside_rows)
        self.tables = history.stages(self.settings)
        self.stages = {s.layout.name: s for s in self.tables}
        self.stages[LINES.name] = Stage(LINES, "fa3_line")
        self.stages[DAYS.name] = Stage(DAYS, "fa3_instalment")

    def run(self) -> None:
        """Read and stage everything, then write what differs unless a fault refuses the bundle."""
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
            preview.summarise_refusal(self.unknown, self.unknown_count, self.report)

    def _stage(self, bundle: Bundle) -> None:
        size = sum(source.size for source in bundle.files.values())
        self.has_invoices = bool(bundle.invoice_bytes)
        self.bar.total = size * PASSES + bundle.invoice_bytes
        grow_cache(size)
        set_aside.create_table()
        withdrawal.create_tables(self.stages.values())
        self.complete = complete_files(bundle)
        for name, stage in self.stages.items():
            if name in bundle.files:
                self._stage_file(bundle.files[name], stage)
            else:
                withdrawal.find_withdrawn(stage, name, None, self.report)
            if name == INVOICES and (self.has_invoices or overrides_history()):
                if not self.has_invoices and self.former_files:
                    raise FullReadNeeded
                self._stage_xml(bundle)
        if bundle.has_documents and not self.report.will_be_refused:
            stage_documents(bundle, self.stages[DOCUMENT.name], self.report)
        if self.fa3 and not self.report.will_be_refused:
            self.fa3.stage_rest()
        self.report.settle(self.settings.aside_percent)

    def _stage_xml(self, bundle: Bundle) -> None:
        self.fa3 = Fa3Import(self.settings, self.report, self.stages)
        unknown, count = self.fa3.stage_invoices(bundle)
        self.unknown = [*self.unknown, *unknown][:MAX_LISTED]
        self.unknown_count += count

    def _stage_file(self, source: Source, stage: Stage) -> None:
        """Stage one file. If it cannot be read, the next ones are still checked."""
        try:
            file = self._opened(source, stage)
        except Refused as refused:
            self.report.refuse(refused.fault)
            return
        self.report.files.append(file.summary)
        had_faults = self.report.will_be_refused
        self.read_files[stage.layout.name] = file
        stage.set_fields(file.fields)
        stage.fill(file.rows())
        if isinstance(file, ChangedFile):
            related_rows.stage_needed(file, stage, stage.layout.name in self.complete)
        if stage.has_deleted:
            file.left_out += stage.lines_deleted()
        set_aside.add(stage.target, file.wrong_keys)
        refuse_contradictions(file, stage)
        # After faults in customers.csv, their invoices would be reported as unknown customers'.
        if had_faults:
            return
        percent = self.settings.missing_percent if stage.layout.name in self.complete else None
        name = file.source.name
        file.summary.deleted = withdrawal.find_withdrawn(stage, name, percent, self.report)
        if not set_aside.is_empty():
            self._set_dependents_aside(file, stage)
        self._set_orphans_aside(file, stage)
        if stage.layout.name == INVOICES:
            ownership.set_foreign_rows_aside(file, stage)

    def _opened(self, source: Source, stage: Stage) -> BillingFile:
        former = self.former_files.get(stage.layout.name)
        # Rows of XML and CSV files are merged, see `differences.MIXED`: read all of them.
        if not former or (self.has_invoices and stage.layout.name in CSV_AND_XML):
            return BillingFile(source, stage.layout, self.report)
        return ChangedFile(source, stage.layout, self.report, former)

    def _set_dependents_aside(self, file: BillingFile, stage: Stage) -> None:
        """Set aside the rows that refer to rows set aside."""
        set_aside.set_dependents_aside(stage, file.source.name, self.report)
        if stage.target == InvoiceLine._meta.table_name:
            related_rows.require_invoices_of(stage, self.stages[INVOICES])
            set_aside.set_invoices_of_lines_aside(stage, self.stages[INVOICES], self.report)
            set_aside.set_dependents_aside(stage, file.source.name, self.report)

    def _set_orphans_aside(self, file: BillingFile, stage: Stage) -> None:
        refers = stage.layout.reference
        if not refers:
            return
        found = stage.orphans(refers, MAX_KEPT)
        for line, value, *_rest in found:
            file.set_aside(line, refers.column, value, refers.expected())
        if found:
            *_rest, rows, values = found[0]
            self.report.set_aside_unlisted(rows - len(found))
            if not self.report.will_be_refused:
                set_aside.add(stage.target, stage.unstage([line for line, *_rest in found]))
                self._set_dependents_aside(file, stage)
            if refers.table is Customer:
                codes = list(dict.fromkeys(value for _line, value, *_rest in found))
                self.unknown = codes[:MAX_LISTED]
                self.unknown_count = max(values, self.unknown_count)

    def _write(self, bundle: Bundle) -> None:
        """Compare and write; repeated if another import was applied meanwhile."""
        while not self._try_write(bundle):
            pass

    def _try_write(self, bundle: Bundle) -> bool:
        seen = history.state()
        if self.former_files and seen != self.state:
            raise FullReadNeeded
        differences = self._compare()
        invoices = differences.get(INVOICES)
        moved = ownership.record_moves(invoices) if invoices else 0
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
            self._file_times(bundle),
            self._save_baseline,
        )
        ending.check_plausibility()
        preview.summarise(differences, moved, self.report)
        return self.options.dry_run or ending.finish(bundle)

    def _compare(self) -> dict[str, Difference]:
        names = {file.name.lower() for file in self.report.files}
        if self.fa3:
            names |= set(XML_STAGES)
            self.fa3.history.drop_known()
        differences = {name: Difference(self.stages[name]) for name in self.stages if name in names}
        for each in differences.values():
            each.compare()
        for file in self.report.files:
            if each := differences.get(file.name.lower()):
                file.new, file.changed = each.new, each.changed
                if self.report.aside_row_count:
                    other = file.repeated + file.deleted + file.skipped
                    file.aside = file.rows - other - each.stage.count("line > 0")
        if self.fa3:
            self.fa3.count(differences)
        find_replaced_parts(self.stages, differences, self.fa3)
        withdrawal.keep_referenced(self.tables, differences)
        withdrawal.add_to(self.tables, self.report)
        self.report.changes = changes.sections(list(differences.values()))
        return differences

    def _save_baseline(self, even_if_same: bool) -> SavedFiles | None:
        """Save the files of this bundle, for comparison with the next."""
        out = CSV_AND_XML if self.fa3 else ()
        files = {n: f for n, f in self.read_files.items() if f.is_comparable and n not in out}
        is_same = files.keys() == self.former_files.keys()
        is_same = is_same and not any(file.differs for file in files.values())
        along = self.report.aside_with
        if not files or len(along) >= MAX_KEPT or (is_same and not even_if_same):
            return None
        saved = {name: (file.source, file.former_lines(along)) for name, file in files.items()}
        return baseline.save_files(saved, self.settings)

    def _file_times(self, bundle: Bundle) -> dict[str, datetime]:
        """When each imported file was written."""
        times = {name: history.as_of(file.mtime) for name, file in bundle.files.items()}
        has_fa3 = any(file.name == FA3 for file in self.report.files)
        beside = [FA3] if has_fa3 else []
        beside += [DOCUMENT.name] if bundle.has_documents else []
        times |= dict.fromkeys(beside, history.as_of(bundle.newest_mtime))
        # JPK_FA files alone do not make the mirror fresher.
        return times or {JPK_FA: Import.as_of() or history.as_of(bundle.newest_mtime)}
