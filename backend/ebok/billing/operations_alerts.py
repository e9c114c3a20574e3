"""Alerts to administrators about imports: raised once, cleared when the cause is gone.

Every import calls `report_outcome`, wherever its bundle came from.
"""

import logging
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_
from pathlib import PurePath
from typing import Any

from peewee import PeeweeException

from ebok.billing.errors import Fault
from ebok.billing.models import APPLIED, Import
from ebok.billing.texts_report import Report
from ebok.database import connection, now, transaction
from ebok.database.iso import as_text
from ebok.database.outages import named
from ebok.doctor import Finding, checkup, fail, fine
from ebok.languages import count as ngettext, in_report_language, say as _
from ebok.mail import alerts
from ebok.settings import Settings

log = logging.getLogger(__name__)

REFUSED, FAILED, PARTLY, HELD, DROPPED = (
    "import-refused",
    "import-failed",
    "import-partly",
    "import-held",
    "import-dropped",
)
STALE, UNREADABLE, UNMOVABLE = "mirror-stale", "inbox-unreadable", "inbox-unmovable"
LISTED_FAULTS = 5


@contextmanager
def _alert_transaction(settings: Settings) -> Generator[None]:
    """A transaction for alerts. If the database is down, the fault is only logged."""
    try:
        with connection(), in_report_language(settings), transaction():
            yield
    except PeeweeException as fault:
        log.error("what=alert outcome=failed %s", named(fault))


def report_outcome(
    report: Report, name: str, settings: Settings, is_published: bool = False
) -> None:
    """Raise an alert for an import that was refused or applied in part; clear it after a good one.

    `is_published`: a person has just published it. Held imports have an alert of their own.
    """
    if report.dry_run:
        return
    with _alert_transaction(settings):
        if report.is_refused:
            alerts.open_alert(REFUSED, "", _refused(report, name))
            return
        # A held import is no success yet.
        if report.is_held:
            return
        for cause in (REFUSED, FAILED, DROPPED):
            alerts.end(cause)
        # The person who publishes a held import has just seen what it set aside.
        if report.is_partial and not is_published:
            alerts.open_alert(PARTLY, "", _partly(report, name))
        elif not report.is_partial:
            alerts.end(PARTLY)
        clear_stale(settings)


def _refused(report: Report, name: str) -> str:
    heading = _("The import of %(bundle)s was refused. Nothing was changed.", bundle=name)
    count = ngettext("It has %(num)d error:", "It has %(num)d errors:", report.fault_count)
    return _listed(heading, count, report.faults, "intake/failed")


def _partly(report: Report, name: str) -> str:
    heading = _("The import of %(bundle)s was applied in part", bundle=name)
    count = ngettext(
        "%(num)d row or document was set aside; the rest was applied:",
        "%(num)d rows or documents were set aside; the rest was applied:",
        report.aside_row_count,
    )
    return _listed(heading, count, report.aside, "intake/done")


def _listed(heading: str, count: str, faults: list[Fault], folder: str) -> str:
    """An alert with the first faults, but without values: those are personal data."""
    whole = _(
        "The whole report is in %(folder)s of the data directory, or was printed by the command.",
        folder=folder,
    )
    return "\n".join([heading, count, *map(_place, faults[:LISTED_FAULTS]), whole])


def _place(fault: Fault) -> str:
    # Only known kinds of files: a document may be named after a person.
    is_known = fault.file.lower().endswith((".csv", ".zip"))
    file = fault.file if is_known else f"*{PurePath(fault.file).suffix}"
    return str(Fault(file, fault.line, fault.column, None, fault.expected))


def alert_failed(name: str, text: str, settings: Settings) -> None:
    """Raise an alert: a bundle was given up after five tries, or because of a bug."""
    heading = _("The import of %(bundle)s failed", bundle=name)
    with _alert_transaction(settings):
        alerts.open_alert(FAILED, "", f"{heading}\n{text}")


def alert_unmovable(name: str, settings: Settings) -> None:
    """Raise an alert: an imported bundle cannot be deleted from the inbox."""
    heading = _("Bundles cannot be removed from the inbox")
    text = _(
        "%(bundle)s was imported but is still in the inbox, because the user of e-BOK "
        "may not delete it. It will not be imported again. The commands that put the "
        "inbox right are in docs/operating.md, An account that uploads.",
        bundle=name,
    )
    with _alert_transaction(settings):
        alerts.open_alert(UNMOVABLE, "", f"{heading}\n{text}")


def clear_unmovable(settings: Settings) -> None:
    """Clear that alert: a bundle was deleted."""
    with _alert_transaction(settings):
        alerts.end(UNMOVABLE)


def alert_unreadable(reason: str, settings: Settings) -> None:
    """Raise an alert: the inbox cannot be read."""
    heading = _("The inbox cannot be read")
    text = _("No bundle is imported until this is fixed: %(reason)s.", reason=reason)
    with _alert_transaction(settings):
        alerts.open_alert(UNREADABLE, "", f"{heading}\n{text}")


def clear_unreadable(settings: Settings) -> None:
    """Clear that alert."""
    with _alert_transaction(settings):
        alerts.end(UNREADABLE)


def changed_by(name: str, since: float) -> str:
    """A sentence: whether this bundle has changed anything since then (seconds since 1970)."""
    began_at = datetime.fromtimestamp(since or time.time(), UTC).replace(tzinfo=None)
    return changed_since(began_at, Import.source == name)


def changed_since(began_at: datetime, *which: Any) -> str:
    """A sentence: whether an import that meets the conditions was applied since then."""
    try:
        with connection():
            mine = (Import.state == APPLIED) & (Import.applied_at >= began_at)
            mine = reduce(and_, which, mine)
            found = Import.select(Import.id).where(mine).order_by(Import.id.desc()).scalar()
    except PeeweeException:
        return _("`ebok imports list` shows whether it has changed anything.")
    if found:
        return _("Import %(number)s was applied before that.", number=found)
    return _("Nothing was changed.")


def stale_since(settings: Settings) -> datetime | None:
    """How fresh the mirror is if that is too old, else None."""
    as_of_at = Import.as_of()
    if not as_of_at or settings.demo:
        return None
    is_stale = as_of_at < now() - timedelta(days=settings.stale_import_days)
    return as_of_at if is_stale else None


def clear_stale(settings: Settings) -> None:
    """Clear the alert of a stale mirror if it is fresh again."""
    if not stale_since(settings):
        alerts.end(STALE)


def _stale(as_of_at: datetime) -> str:
    days = (now() - as_of_at).days
    return ngettext(
        "No import for %(num)d day: customers see data that are that old",
        "No import for %(num)d days: customers see data that are that old",
        days,
    )


def alert_stale(settings: Settings) -> bool:
    """Raise an alert if nothing was imported for `stale_import_days`."""
    as_of_at = stale_since(settings)
    if as_of_at:
        text = _("Check whether billing still delivers, and what `ebok imports list` shows.")
        with transaction():
            alerts.open_alert(STALE, "", f"{_stale(as_of_at)}\n{text}")
    elif Import.as_of():
        alerts.end(STALE)
    return False


@checkup("imports", quick=True, own_alert=True)
def check_freshness(settings: Settings) -> Iterator[Finding]:
    """The same as a finding of `ebok doctor`."""
    as_of_at = stale_since(settings)
    if as_of_at:
        todo = _("Check whether billing still delivers, and what `ebok imports list` shows.")
        yield fail(_stale(as_of_at), todo)
    elif as_of_at := Import.as_of():
        yield fine(_("the last one is of %(moment)s", moment=as_text(as_of_at)))
