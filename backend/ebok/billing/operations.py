"""Billing data in: a bundle is read and compared, and only the differences are written."""

from collections.abc import Callable
from pathlib import Path

from ebok.billing import staging
from ebok.billing.bundle import Source, open_bundle
from ebok.billing.layouts import Layout, layouts
from ebok.billing.report import LISTED, Refused, Report
from ebok.billing.rows import BillingFile
from ebok.billing.staging import Stage
from ebok.database import connection, transaction
from ebok.invoices.models import Invoice
from ebok.settings import Settings

Progress = Callable[[int, int], None]
"""Told (bytes read, bytes to read) now and then."""

PASSES = 2
"""How often a file is read: for its encoding, and for its rows."""


def import_bundle(
    path: Path, settings: Settings, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Bring customers and invoices up to date with a folder, a ZIP or one file.

    All of it or, with a single fault, nothing; a dry run stops just before writing. What the
    bundle leaves out stays. Rules and formats: `docs/billing-format.md`.
    """
    report = Report(dry_run)
    known = layouts(settings)
    stages = {layout.name: Stage(layout) for layout in known}
    with connection(), staging.staging(list(stages.values())):
        _stage_files(Path(path), known, stages, report, progress)
        if not report.is_refused:
            _compare(stages, report)
            _apply(stages, report)
    return report


def _stage_files(
    path: Path,
    known: tuple[Layout, ...],
    stages: dict[str, Stage],
    report: Report,
    progress: Progress | None,
) -> None:
    bar = _Bar(progress)
    try:
        with open_bundle(path, stages, report, bar.advance) as sources:
            given = [layout for layout in known if layout.name in sources]
            bar.total = sum(sources[layout.name].size * PASSES for layout in given)
            for layout in given:
                _stage_file(sources[layout.name], layout, stages[layout.name], report)
    except Refused as refused:
        report.refuse(refused.fault)


class _Bar:
    """Adds up what was read."""

    def __init__(self, progress: Progress | None):
        self.progress = progress
        self.read = self.total = 0

    def advance(self, count: int) -> None:
        self.read += count
        if self.progress and self.total:
            self.progress(min(self.read, self.total), self.total)


def _stage_file(source: Source, layout: Layout, stage: Stage, report: Report) -> None:
    """Stage one file; one that cannot be read is a fault, and the next file is looked at still."""
    try:
        file = BillingFile(source, layout, report)
    except Refused as refused:
        report.refuse(refused.fault)
        return
    report.files.append(file.summary)
    had_faults = report.is_refused
    stage.fill(file.rows())
    _refuse_contradictions(file, stage)
    # Without the customers that had faults, every invoice of theirs would be called a stranger's.
    if layout.table is Invoice and not had_faults:
        _refuse_strangers(file)


def _refuse_contradictions(file: BillingFile, stage: Stage) -> None:
    """One key may stand twice only when all else is the same too; then the first one counts."""
    file.summary.repeated = stage.count_twins()
    if not file.summary.repeated:
        return
    found = stage.contradictions(LISTED)
    for line, key, first, _ in found:
        expected = f"expected this key once: line {first} has it with other values"
        file.refuse(line, file.layout.key.name, key, expected)
    file.report.refuse_unlisted(found[0][-1] - len(found) if found else 0)
    stage.drop_repeated()


def _refuse_strangers(file: BillingFile) -> None:
    found = staging.strangers(LISTED)
    for line, code, _ in found:
        expected = "expected a customer of customers.csv, or one that e-BOK has already"
        file.refuse(line, "customer_code", code, expected)
    file.report.refuse_unlisted(found[0][-1] - len(found) if found else 0)


def _compare(stages: dict[str, Stage], report: Report) -> None:
    for file in report.files:
        file.new, file.changed = stages[file.name.lower()].compare()


def _apply(stages: dict[str, Stage], report: Report) -> None:
    # A transaction with nothing in it would still make the database wait for the disk.
    if report.dry_run or not any(file.new or file.changed for file in report.files):
        return
    with transaction():
        # In the order of the layouts: an invoice needs its customer.
        for file in report.files:
            stages[file.name.lower()].apply()
    report.is_applied = True
