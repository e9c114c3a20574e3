"""Holds an import until a person decides: nothing is applied, and its bundle is kept."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ebok.billing import (
    operations_alerts,
    operations_announcement as announcement,
    operations_history as history,
)
from ebok.billing.bundle_copies import delete_kept, intake_folder, keep, temporary_folder
from ebok.billing.differences import Difference
from ebok.billing.models import DISCARDED, HELD, SUPERSEDED, Import, ImportFile
from ebok.billing.operations_plausibility import Verdict
from ebok.billing.texts_report import Report
from ebok.database import database, transaction, tuples
from ebok.languages import say as _
from ebok.mail import alerts
from ebok.settings import Settings


@dataclass(frozen=True)
class HoldRequest:
    """What is needed to hold an import; `addresses` get samples of its mails.

    `decide` drops what is not published by default; `write` writes the rest and returns how many
    customers get a mail.
    """

    path: Path
    settings: Settings
    report: Report
    started_at: datetime
    origin: str
    addresses: tuple[str, ...]
    decide: Callable[[], None]
    write: Callable[[int], int]

    def hold(
        self,
        differences: Mapping[str, Difference],
        verdict: Verdict,
        compared_state: tuple[Any, ...],
        file_times: Mapping[str, datetime],
    ) -> bool:
        """Record the import and keep its bundle; False if the mirror has changed since the
        comparison."""
        kept = self._keep_bundle()
        with transaction():
            history.lock()
            if history.state() != compared_state:
                delete_kept(kept)
                return False
            row = self._record(list(differences.values()), file_times, kept)
            self.report.held_as = row.id
            if self.addresses:
                self._send_samples(row)
            row.change(report=str(self.report))
            if verdict.is_held:
                alerts.open_alert(operations_alerts.HELD, str(row.id), _alert(row, verdict))
        return True

    def _keep_bundle(self) -> Path:
        """Keep hard links of our copy: the caller may still need it."""
        with temporary_folder(self.settings) as place:
            copy = place / self.path.name
            if self.path.is_dir():
                shutil.copytree(self.path, copy, copy_function=os.link)
            else:
                os.link(self.path, copy)
            return keep(copy, self.settings)

    def _record(
        self, differences: list[Difference], file_times: Mapping[str, datetime], kept: Path
    ) -> Import:
        return history.record(
            differences,
            self.report,
            self.started_at,
            file_times,
            self.settings,
            origin=self.origin,
            source=self.path.name,
            state=HELD,
            bundle=str(kept.relative_to(self.settings.data_dir.resolve())),
        )

    def _send_samples(self, row: Import) -> None:
        """Write as if published, collect the mails, and roll back; then send the samples."""
        # Imported here: it loads all letters, and few imports need samples.
        from ebok.notifications import operations_samples as samples

        self.decide()
        with database.atomic() as applied:
            count = self.write(row.id)
            gathered = samples.gather(row.id, self.settings)
            applied.rollback()
        samples.send(row, gathered, self.addresses, samples.place_of(row, self.settings))
        self.report.announced = announcement.sampled(count, self.addresses)


def _alert(row: Import, verdict: Verdict) -> str:
    lines = [
        _("The import of %(bundle)s is held. Nothing was changed.", bundle=row.source),
        *verdict.brief(),
        how_to_decide(row),
    ]
    return "\n".join(lines)


def how_to_decide(row: Import) -> str:
    """Sentence with the commands that show a held import and publish it."""
    return _(
        "`ebok imports show %(id)s` shows what holds it; `ebok imports publish %(id)s` "
        "publishes it, with each held row as you decide.",
        id=row.id,
    )


def path_of(row: Import, settings: Settings) -> Path:
    """Path of a held import's bundle."""
    return settings.data_dir.resolve() / row.bundle


def supersede(row: Import, names: set[str]) -> None:
    """Mark held imports as superseded if the applied one has all of their files."""
    for held in Import.held():
        files = ImportFile.select(ImportFile.name).where(ImportFile.import_ == held)
        if held.id < row.id and {each.name for each in files} <= names:
            held.change(state=SUPERSEDED)
            alerts.end(operations_alerts.HELD, str(held.id))


def close_held(row: Import, state: str, published_as: int | None = None) -> None:
    """Set the state of a held import and clear its alert, in the caller's transaction."""
    row.change(state=state, published_as=published_as)
    alerts.end(operations_alerts.HELD, str(row.id))


def discard(row: Import, settings: Settings) -> None:
    """Discard a held import and delete its bundle."""
    with transaction():
        history.lock()
        close_held(row, DISCARDED)
    delete_kept(path_of(row, settings))


def forget_superseded(moment: datetime, settings: Settings) -> int:
    """Delete the bundles of imports that are no longer held, after `inbox_keep_days`."""
    kept = intake_folder(settings, "kept")
    oldest = moment.timestamp() - settings.inbox_keep_days * 86_400
    bundles = Import.select(Import.bundle).where(Import.state == HELD)
    held = {Path(bundle).parent.name for (bundle,) in tuples(bundles)}
    gone = [each for each in kept.iterdir() if each.name not in held]
    gone = [each for each in gone if each.stat().st_ctime < oldest]
    for each in gone:
        shutil.rmtree(each, ignore_errors=True)
    return len(gone)
