"""The end of an import after comparison: dry run, held, applied, or nothing to do."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ebok.billing import (
    operations_announcement as announcement,
    operations_baseline,
    operations_decisions,
    operations_history as history,
    operations_ownership as ownership,
    operations_plausibility as plausibility,
    operations_tenants as tenants,
    operations_withdrawal as withdrawal,
    operations_withdrawn_rows as withdrawn_rows,
)
from ebok.billing.bundle import Bundle
from ebok.billing.differences import Difference
from ebok.billing.documents import DOCUMENT, keep_documents
from ebok.billing.fa3_import import INVOICES
from ebok.billing.models import PUBLISHED, Import
from ebok.billing.operations_baseline import SavedFiles
from ebok.billing.operations_decisions import Decisions
from ebok.billing.operations_held import HoldRequest, close_held, supersede
from ebok.billing.staging import Stage
from ebok.billing.texts_report import Report
from ebok.database import transaction
from ebok.notifications import operations as notifications, operations_told
from ebok.settings import Settings


@dataclass(frozen=True)
class ImportOptions:
    """How a bundle is imported.

    `publish_to`: hold it, and send samples of its mails to these addresses. `publishing` is the
    held import that is being published, with `decisions` about its held rows.
    """

    dry_run: bool = False
    origin: str = "command"
    publish_to: tuple[str, ...] = ()
    publishing: Import | None = None
    decisions: Decisions = Decisions()


@dataclass
class Ending:
    """A compared import; `compared_state` is the mirror's state that it was compared with."""

    path: Path
    settings: Settings
    options: ImportOptions
    report: Report
    started_at: datetime
    tables: list[Stage]
    stages: Mapping[str, Stage]
    differences: Mapping[str, Difference]
    moved: int
    compared_state: tuple[Any, ...]
    file_times: Mapping[str, datetime]
    save_baseline: Callable[[bool], SavedFiles | None]

    def check_plausibility(self) -> None:
        """Find implausible rows, and add them to the report."""
        self.verdict = plausibility.judge(self.differences, self.file_times, self.settings)
        self.verdict.add_to(self.report)

    def finish(self, bundle: Bundle) -> bool:
        """Hold or apply it; False if the mirror has changed since the comparison."""
        if publishing := self.options.publishing:
            self._decide(publishing.id)
        # Even an empty write transaction would wait for the disk.
        elif not self._has_changes():
            history.update_freshness(self.file_times)
            self._announce_again()
            self._refresh_baseline()
            return True
        documents = self.differences.get(DOCUMENT.name)
        if documents and documents.new + documents.changed:
            keep_documents(bundle, documents.rows, self.settings.data_dir)
        if not publishing and (self.verdict.is_held or self.options.publish_to):
            return self._hold_request().hold(
                self.differences, self.verdict, self.compared_state, self.file_times
            )
        return self._apply()

    def _announce_again(self) -> None:
        """Send again the mails about its invoices that could not be delivered."""
        if invoices := self.stages.get(INVOICES):
            again = notifications.announce_again(f"SELECT number FROM {invoices.staged}")
            self.report.announced = announcement.announced_again(again)

    def _has_changes(self) -> bool:
        differs = any(each.new or each.changed for each in self.differences.values())
        return differs or bool(self.report.withdrawn_count)

    def _hold_request(self) -> HoldRequest:
        options = self.options
        facts = self.settings, self.report, self.started_at, options.origin, options.publish_to
        return HoldRequest(self.path, *facts, self._decide_safely, self._write)

    def _decide_safely(self) -> None:
        """Apply the safe decision to each held row."""
        self._apply_decisions(Decisions())

    def _decide(self, held: int) -> None:
        """Apply a person's decisions to held rows, and the safe one to the others."""
        decided = self._apply_decisions(self.options.decisions)
        numbers = operations_decisions.invoices_changed_since(held, self.tables)
        newer = operations_decisions.skip_newer(held, numbers, self.differences)
        withdrawal.skip_newer(held, numbers, self.tables)
        self._recompute()
        self.report.held = []
        self.report.decided = decided.in_words(newer)

    def _apply_decisions(self, decisions: Decisions) -> operations_decisions.DecisionCounts:
        decided = operations_decisions.decide(decisions, self.differences)
        withdrawal.keep_lines_of(operations_decisions.removed("invoice"), self.tables)
        self._recompute()
        return decided

    def _recompute(self) -> None:
        """Recompute what moves and what is withdrawn after rows were dropped."""
        if self.moved:
            self.moved = ownership.keep_written_moves(self.differences[INVOICES])
        withdrawal.keep_referenced(self.tables, self.differences)
        withdrawal.add_to(self.tables, self.report)

    def _apply(self) -> bool:
        """Write everything in one transaction."""
        publishing = self.options.publishing
        with self._saved_baseline(even_if_same=True) as kept, transaction():
            history.lock()
            if history.state() != self.compared_state:
                return False
            row = self._record_and_write() if self._has_changes() else None
            if publishing:
                close_held(publishing, PUBLISHED, row.id if row else None)
            elif kept and row:
                kept.record(row)
        return True

    def _refresh_baseline(self) -> None:
        """Save files with equal rows but different bytes, for comparison with the next bundle."""
        last = Import.find_last()
        with self._saved_baseline(even_if_same=False) as kept:
            if kept and last:
                with transaction():
                    history.lock()
                    if history.state() == self.compared_state and last.id == self.compared_state[0]:
                        kept.record(last)

    @contextmanager
    def _saved_baseline(self, even_if_same: bool) -> Generator[SavedFiles | None]:
        """Yield the saved files to be recorded; delete afterwards what no import has recorded."""
        try:
            yield None if self.options.publishing else self.save_baseline(even_if_same)
        finally:
            operations_baseline.remove_unused(self.settings)

    def _record_and_write(self) -> Import:
        row = history.record(
            list(self.differences.values()),
            self.report,
            self.started_at,
            self.file_times,
            self.settings,
            origin=self.options.origin,
            source=self.path.name,
        )
        count = self._write(row.id)
        operations_told.post_replaced(announcement.invoices_written(self.differences))
        supersede(row, set(self.file_times))
        self.report.is_applied = True
        self.report.announced = announcement.announced(count)
        row.change(report=str(self.report))
        return row

    def _write(self, import_id: int) -> int:
        """Write all that differs; returns how many customers get a mail."""
        tenants.mark_changes(self.stages, self.differences)
        # In the order of the layouts: a customer before their invoices.
        for each in self.differences.values():
            each.apply(import_id)
        if self.moved:
            ownership.move(list(self.stages.values()), import_id)
        if self.report.withdrawn_count:
            withdrawn_rows.move_out(self.tables, import_id)
        tenants.mark_returned_points(self.stages, import_id)
        withdrawn_rows.mark_returned(self.tables, import_id)
        return notifications.announce(import_id, announcement.customers_with_new(self.differences))
