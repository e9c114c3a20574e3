"""How an import ends, once it is compared: rehearsed, held, applied, or with nothing to do."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

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
from ebok.billing.operations_baseline import Kept
from ebok.billing.operations_decisions import Decisions
from ebok.billing.operations_held import Waiting, let_go, supersede
from ebok.billing.staging import Stage
from ebok.billing.texts_report import Report
from ebok.database import transaction
from ebok.notifications import operations as notifications, operations_told
from ebok.settings import Settings


@dataclass(frozen=True)
class ImportOptions:
    """How a bundle is imported.

    `publish_to`: it is held, and these get samples of its mails. `publishing` is the held import
    that it is, of whose held rows `decisions` says what becomes of them.
    """

    dry_run: bool = False
    origin: str = "command"
    publish_to: tuple[str, ...] = ()
    publishing: Import | None = None
    decisions: Decisions = Decisions()


@dataclass
class Ending:
    """One import that was compared; `seen` is what it was compared with."""

    path: Path
    settings: Settings
    options: ImportOptions
    report: Report
    started_at: datetime
    tables: list[Stage]
    stages: Mapping[str, Stage]
    differences: Mapping[str, Difference]
    moved: int
    seen: tuple
    fresh: Mapping[str, datetime]
    keep: Callable[[bool], Kept | None]

    def judge(self) -> None:
        """Find what is odd, and say so in the report."""
        self.verdict = plausibility.judge(self.differences, self.fresh, self.settings)
        self.verdict.tell(self.report)

    def settle(self, bundle: Bundle) -> bool:
        """Hold or apply it; False when what was compared is no longer so."""
        if self.options.publishing:
            self._decide()
        # A transaction with nothing in it would still make the database wait for the disk.
        elif not self._has_any():
            history.freshen(self.fresh)
            self._announce_again()
            self._keep_again()
            return True
        documents = self.differences.get(DOCUMENT.name)
        if documents and documents.new + documents.changed:
            keep_documents(bundle, documents.rows, self.settings.data_dir)
        if not self.options.publishing and (self.verdict.is_held or self.options.publish_to):
            return self._waiting().hold(self.differences, self.verdict, self.seen, self.fresh)
        return self._apply()

    def _announce_again(self) -> None:
        """What it told of when it came first, and could not be mailed, is posted again."""
        if invoices := self.stages.get(INVOICES):
            again = notifications.announce_again(f"SELECT number FROM {invoices.staged}")
            self.report.announced = announcement.announced_again(again)

    def _has_any(self) -> bool:
        differs = any(each.new or each.changed for each in self.differences.values())
        return differs or bool(self.report.withdrawn_count)

    def _waiting(self) -> Waiting:
        told = self.options
        facts = self.settings, self.report, self.started_at, told.origin, told.publish_to
        return Waiting(self.path, *facts, self._decide_safely, self._write)

    def _decide_safely(self) -> None:
        """What would become of the held rows if nobody decided about one."""
        self._take_out(Decisions())

    def _decide(self) -> None:
        """What a person has decided of the held rows, and what is safe for the others."""
        held = self.options.publishing.id
        decided = self._take_out(self.options.decisions)
        told = operations_decisions.invoices_since(held, self.tables)
        newer = operations_decisions.keep_newer(held, told, self.differences)
        withdrawal.keep_newer(held, told, self.tables)
        self._settle()
        self.report.held = []
        self.report.decided = decided.in_words(newer)

    def _take_out(self, decisions: Decisions) -> operations_decisions.Decided:
        decided = operations_decisions.decide(decisions, self.differences)
        withdrawal.keep(operations_decisions.taken("invoice"), self.tables)
        self._settle()
        return decided

    def _settle(self) -> None:
        """What is written after all decides what moves and what leaves."""
        if self.moved:
            self.moved = ownership.keep(self.differences[INVOICES])
        withdrawal.stay(self.tables, self.differences)
        withdrawal.tell(self.tables, self.report)

    def _apply(self) -> bool:
        """The one write transaction."""
        publishing = self.options.publishing
        with self._keeping(even_the_same=True) as kept, transaction():
            history.lock()
            if history.state() != self.seen:
                return False
            row = self._applied() if self._has_any() else None
            if publishing:
                let_go(publishing, PUBLISHED, row.id if row else None)
            elif kept and row:
                kept.note(row)
        return True

    def _keep_again(self) -> None:
        """The same rows, otherwise written or in another order: the next bundle has them so."""
        last = Import.find_last()
        with self._keeping(even_the_same=False) as kept:
            if kept and last:
                with transaction():
                    history.lock()
                    if history.state() == self.seen and last.id == self.seen[0]:
                        kept.note(last)

    @contextmanager
    def _keeping(self, even_the_same: bool) -> Iterator[Kept | None]:
        """Put the files aside before they are noted, and remove what no import has noted."""
        try:
            yield None if self.options.publishing else self.keep(even_the_same)
        finally:
            operations_baseline.tidy(self.settings)

    def _applied(self) -> Import:
        row = history.note(
            list(self.differences.values()),
            self.report,
            self.started_at,
            self.fresh,
            self.settings,
            origin=self.options.origin,
            source=self.path.name,
        )
        count = self._write(row.id)
        operations_told.post_replaced(announcement.told_again(self.differences))
        supersede(row, set(self.fresh))
        self.report.is_applied = True
        self.report.announced = announcement.announced(count)
        row.change(report=str(self.report))
        return row

    def _write(self, import_id: int) -> int:
        """Write all that differs; how many people are told by mail."""
        tenants.note(self.stages, self.differences)
        # In the order of the layouts: an invoice needs its customer.
        for each in self.differences.values():
            each.apply(import_id)
        if self.moved:
            ownership.move(list(self.stages.values()), import_id)
        if self.report.withdrawn_count:
            withdrawn_rows.write(self.tables, import_id)
        tenants.note_returned(self.stages, import_id)
        withdrawn_rows.receive(self.tables, import_id)
        return notifications.announce(import_id, announcement.with_new(self.differences))
