"""An import that has to wait for a person: nothing of it is applied, and its bundle is kept."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ebok.billing import (
    operations_alerts,
    operations_announcement as announcement,
    operations_history as history,
)
from ebok.billing.bundle_copies import forget, intake_folder, keep, new_place
from ebok.billing.differences import Difference
from ebok.billing.models import DISCARDED, HELD, SUPERSEDED, Import, ImportFile
from ebok.billing.operations_plausibility import Verdict
from ebok.billing.texts_report import Report
from ebok.database import database, transaction
from ebok.jobs import retention
from ebok.languages import say as _
from ebok.mail import alerts
from ebok.notifications import operations_samples as samples
from ebok.settings import Settings


@dataclass(frozen=True)
class Waiting:
    """What is needed to hold an import; `addresses` get samples of its mails.

    `decide` takes out what is not published unless somebody says so, `write` writes the rest, and
    returns how many people are told.
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
        seen: tuple,
        fresh: Mapping[str, datetime],
    ) -> bool:
        """Note the import and keep its bundle; False when what was compared is no longer so."""
        kept = self._keep()
        with transaction():
            history.lock()
            if history.state() != seen:
                forget(kept)
                return False
            row = self._note(list(differences.values()), fresh, kept)
            self.report.held_as = row.id
            if self.addresses:
                self._send_samples(row)
            row.change(report=str(self.report))
            if verdict.is_held:
                alerts.tell(operations_alerts.HELD, str(row.id), _alert(row, verdict))
        return True

    def _keep(self) -> Path:
        """Our copy may be wanted elsewhere, too: it is not moved."""
        with new_place(self.settings) as place:
            copy = place / self.path.name
            if self.path.is_dir():
                shutil.copytree(self.path, copy, copy_function=os.link)
            else:
                os.link(self.path, copy)
            return keep(copy, self.settings)

    def _note(self, differences: list[Difference], fresh: Mapping, kept: Path) -> Import:
        return history.note(
            differences,
            self.report,
            self.started_at,
            fresh,
            self.settings,
            origin=self.origin,
            source=self.path.name,
            state=HELD,
            bundle=str(kept.relative_to(self.settings.data_dir.resolve())),
        )

    def _send_samples(self, row: Import) -> None:
        """Apply it as it would be published, see what the mails would say, and take it back."""
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
    """By which commands a person sees what holds it, and publishes it."""
    return _(
        "`ebok imports show %(id)s` shows what holds it; `ebok imports publish %(id)s` "
        "publishes it, with each held row as you decide.",
        id=row.id,
    )


def path_of(row: Import, settings: Settings) -> Path:
    """Where the kept bundle of an import lies."""
    return settings.data_dir.resolve() / row.bundle


def supersede(row: Import, names: set[str]) -> None:
    """This import was applied: those that wait with none but these files are of the past."""
    for held in Import.held():
        files = ImportFile.select(ImportFile.name).where(ImportFile.import_ == held)
        if held.id < row.id and {each.name for each in files} <= names:
            held.change(state=SUPERSEDED)
            alerts.ended(operations_alerts.HELD, str(held.id))


def let_go(row: Import, state: str, published_as: int | None = None) -> None:
    """It waits no longer, within the caller's transaction."""
    row.change(state=state, published_as=published_as)
    alerts.ended(operations_alerts.HELD, str(row.id))


def discard(row: Import, settings: Settings) -> None:
    """Drop an import that waits, with its bundle."""
    with transaction():
        history.lock()
        let_go(row, DISCARDED)
    forget(path_of(row, settings))


@retention
def forget_superseded(moment: datetime, settings: Settings) -> int:
    """The bundles of what waits no longer, after `inbox_keep_days`."""
    kept = intake_folder(settings, "kept")
    oldest = moment.timestamp() - settings.inbox_keep_days * 86_400
    bundles = Import.select(Import.bundle).where(Import.state == HELD)
    held = {Path(bundle).parent.name for (bundle,) in bundles.tuples()}
    gone = [each for each in kept.iterdir() if each.name not in held]
    gone = [each for each in gone if each.stat().st_ctime < oldest]
    for each in gone:
        shutil.rmtree(each, ignore_errors=True)
    return len(gone)
