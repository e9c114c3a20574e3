"""The watched folder: complete bundles are copied, imported and deleted from it.

A bundle stays in the inbox until its import has ended, so a crash costs nothing: it is imported
again, and what was applied already changes nothing. Others may write here: none of our files lie in
it, and no link is followed.
"""

import logging
import os
import stat
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ebok.billing import operations_alerts as alerts, operations_deliveries as deliveries
from ebok.billing.bundle import READY
from ebok.billing.bundle_copies import StillWritten, copy_bundle, temporary_folder
from ebok.billing.errors import Refused
from ebok.billing.operations import import_bundle
from ebok.billing.operations_ending import ImportOptions
from ebok.billing.operations_inbox_state import (
    DONE,
    FAILED,
    InboxState,
    TryRecord,
    move_old_folders,
    remove,
)
from ebok.billing.texts_report import Report
from ebok.database.outages import OUTAGES, in_words, named
from ebok.errors import place as place_of
from ebok.files.folders import folder_at, folder_in, open_file, status_of
from ebok.languages import in_report_language, say as _
from ebok.settings import Settings

log = logging.getLogger(__name__)

ORIGIN = "inbox"
UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".swp", "~")
"""Endings of the names of files being copied or edited."""
SETTLED_SECONDS = 5
"""A file is complete once it was unchanged for so long."""
BROKEN_SECONDS = 600
"""After so long, a ZIP whose directory cannot be read is taken for broken."""


@dataclass(frozen=True)
class InboxBundle:
    """A complete file or folder in the inbox. `identity` changes when it changes; `mtime` in
    seconds since 1970."""

    name: str
    mtime: float
    identity: str


@dataclass(frozen=True)
class Outcome:
    """The outcome of a bundle: folder to store it in, report, our copy if readable, CSV list of
    faults."""

    folder: str
    text: str
    copy: Path | None
    table: str = ""


class Inbox:
    """The inbox folder and its state."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.state = InboxState(settings)
        # `data_dir` itself may be a link made by the administrator.
        self.path = settings.data_dir.resolve() / "inbox"
        with suppress(FileExistsError):
            self.path.mkdir(mode=0o700)
        self.path = self.path.resolve()
        move_old_folders(self.path, self.state)

    def find_due(self) -> InboxBundle | None:
        """The oldest complete bundle if it is due, else None: newer ones never overtake it. Raises
        OSError."""
        found = [(bundle, self._record_of(bundle)) for bundle in self._complete()]
        waiting = [each for each in found if not each[1].is_over]
        if not waiting:
            return None
        oldest, record = min(waiting, key=lambda each: (each[0].mtime, each[0].name))
        return oldest if record.is_due else None

    def _complete(self) -> list[InboxBundle]:
        with folder_at(self.path) as folder:
            names = [name for name in os.listdir(folder) if is_candidate(name)]
            return [found for name in names if (found := find_complete(name, folder))]

    def _record_of(self, bundle: InboxBundle) -> TryRecord:
        return self.state.record_of(bundle.name, bundle.identity)

    def import_all(self) -> None:
        """Import all due bundles, oldest first."""
        with in_report_language(self.settings), self.state.lock() as is_locked:
            if not is_locked:
                return
            deliveries.import_all(self.state, self.settings)
            with folder_at(self.path) as folder:
                self.state.forget_others(set(os.listdir(folder)))
            while bundle := self.find_due():
                self._import(bundle)

    def _import(self, bundle: InboxBundle) -> None:
        record = self._record_of(bundle)
        self.state.count_attempt(record)
        try:
            with temporary_folder(self.settings) as place:
                outcome = self._try_import(bundle, record, place)
                if outcome:
                    self._finish(bundle, record, outcome)
        except SystemExit:
            self.state.uncount_attempt(record)
            raise
        except OUTAGES as fault:
            # Not even the folder of the copy could be created.
            outcome = self._postpone_or_fail(bundle, record, fault, None)
            if outcome:
                self._finish(bundle, record, outcome)

    def _try_import(self, bundle: InboxBundle, record: TryRecord, place: Path) -> Outcome | None:
        """Copy and import it; None if it is to be tried again later."""
        copy = None
        try:
            copy_bundle(self.path / bundle.name, place)
            copy = place / bundle.name
            if record.tries > deliveries.MAX_TRIES:
                text = _(
                    "The import stopped without a message %(count)s times.",
                    count=deliveries.MAX_TRIES,
                )
                return self._failed(bundle, record, text, copy)
            report = import_bundle(copy, self.settings, options=ImportOptions(origin=ORIGIN))
            return _outcome_of(report, copy)
        except Refused as refused:
            report = Report()
            report.refuse(refused.fault)
            alerts.report_outcome(report, bundle.name, self.settings)
            return Outcome(FAILED, str(report), None)
        except StillWritten:
            record.due_at = time.time() + SETTLED_SECONDS
            self.state.uncount_attempt(record)
            return None
        except OUTAGES as fault:
            return self._postpone_or_fail(bundle, record, fault, copy)
        except Exception as fault:
            # A bug triggered by one bundle must not block the bundles after it.
            log.error("outcome=fault-of-ours %s", place_of(fault))
            text = _("e-BOK failed on this bundle: %(kind)s.", kind=type(fault).__name__)
            return self._failed(bundle, record, text, copy)

    def _postpone_or_fail(
        self, bundle: InboxBundle, record: TryRecord, fault: Exception, copy: Path | None
    ) -> Outcome | None:
        """Postpone it after an outage; give up after five tries."""
        if not copy and self._current_identity(bundle) is None:
            # Somebody has removed it.
            self.state.forget(bundle.name)
            return None
        log.warning(
            "bundle=%r outcome=put-off tries=%s %s", record.name, record.tries, named(fault)
        )
        if record.tries < deliveries.MAX_TRIES:
            self.state.postpone(record)
            return None
        return self._failed(bundle, record, in_words(fault, self.settings) + ".", copy)

    def _failed(
        self, bundle: InboxBundle, record: TryRecord, text: str, copy: Path | None
    ) -> Outcome:
        """Give it up, so that newer bundles go on, and raise an alert."""
        text = f"{text} {alerts.changed_by(bundle.name, record.first_at)}"
        alerts.alert_failed(bundle.name, text, self.settings)
        return Outcome(FAILED, text, copy)

    def _finish(self, bundle: InboxBundle, record: TryRecord, outcome: Outcome) -> None:
        """Store copy and report, and delete the bundle; one that cannot be deleted is not imported
        again."""
        text, is_gone = outcome.text, False
        if not outcome.copy:
            text += "\n" + _(
                "It is still in the inbox, and will be imported again once it changes."
            )
        elif not (is_gone := self._remove(bundle)):
            why = _("It could not be removed from the inbox, and will not be imported again.")
            text += f"\n{why}"
            alerts.alert_unmovable(bundle.name, self.settings)
        self.state.store(bundle.name, outcome.copy, outcome.folder, text, outcome.table)
        log.info("bundle=%r outcome=%s", bundle.name, outcome.folder)
        if is_gone:
            self.state.forget(bundle.name)
            alerts.clear_unmovable(self.settings)
        else:
            self.state.give_up(record, self._current_identity(bundle) or bundle.identity)

    def _remove(self, bundle: InboxBundle) -> bool:
        """Delete it from the inbox completely; False, and nothing deleted, without permission."""
        # A new bundle of the same name was not imported yet.
        if self._current_identity(bundle) != bundle.identity:
            return True
        try:
            with folder_at(self.path) as folder:
                return _is_removable(bundle.name, folder) and remove(bundle.name, folder)
        except OSError:
            return False

    def _current_identity(self, bundle: InboxBundle) -> str | None:
        """Identity of the entry that has its name now; None if there is none."""
        with suppress(OSError), folder_at(self.path) as folder:
            found = find_complete(bundle.name, folder)
            return found.identity if found else None
        return None


def _outcome_of(report: Report, copy: Path) -> Outcome:
    if table := report.as_csv():
        report.list_note = _("The whole list is next to this report, as CSV.")
    return Outcome(FAILED if report.is_refused else DONE, str(report), copy, table)


def is_candidate(name: str) -> bool:
    """Whether a name may be a bundle: not one of ours, and not being copied."""
    is_ours = name in (DONE, FAILED) or name.startswith(".")
    return not is_ours and not name.lower().endswith(UNFINISHED)


def find_complete(name: str, folder: int) -> InboxBundle | None:
    """The complete bundle with this name, or None; links and pipes are none."""
    try:
        status = status_of(name, folder)
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        ready = _ready_identity(name, folder, status)
        if ready is None:
            return None
        return InboxBundle(name, status.st_mtime, f"{_identity(status)} {ready}")
    is_complete = stat.S_ISREG(status.st_mode) and _is_settled(name, folder, status)
    return InboxBundle(name, status.st_mtime, _identity(status)) if is_complete else None


def _identity(status: os.stat_result) -> str:
    # ctime, which only the kernel sets; copying may set mtime.
    return f"{status.st_ino}-{status.st_ctime_ns}-{status.st_size}"


def _seconds_unchanged(status: os.stat_result) -> float:
    return time.time() - status.st_ctime


def _ready_identity(name: str, folder: int, status: os.stat_result) -> str | None:
    """Identity of the marker that a folder is complete; None without a marker."""
    try:
        with folder_in(name, folder) as inner:
            return _identity(status_of(READY, inner))
    except FileNotFoundError:
        return "" if name.endswith(READY) else None
    except OSError:
        # Unreadable: after a while it is tried anyway, so that its failure is reported.
        return "" if _seconds_unchanged(status) > BROKEN_SECONDS else None


def _is_settled(name: str, folder: int, status: os.stat_result) -> bool:
    """Whether the file is complete."""
    unchanged = _seconds_unchanged(status)
    if unchanged < SETTLED_SECONDS:
        return False
    if not name.lower().endswith(".zip") or unchanged > BROKEN_SECONDS:
        return True
    try:
        with open(open_file(name, folder), "rb") as file:
            return zipfile.is_zipfile(file)
    except OSError:
        return False


def _is_removable(name: str, folder: int) -> bool:
    """Whether we may delete it with all its content: half a bundle must not remain."""
    status = status_of(name, folder)
    if not _may_remove_from(folder, status):
        return False
    if not stat.S_ISDIR(status.st_mode):
        return True
    with folder_in(name, folder) as inner:
        return all(_is_removable(each, inner) for each in os.listdir(inner))


def _may_remove_from(folder: int, status: os.stat_result) -> bool:
    around, me = os.fstat(folder), os.geteuid()
    # In a sticky folder, such as /tmp, users may delete only their own files.
    is_sticky = around.st_mode & stat.S_ISVTX and me not in (0, around.st_uid, status.st_uid)
    return not is_sticky and os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=True)
