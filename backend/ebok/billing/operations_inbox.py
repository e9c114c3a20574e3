"""The watched folder: whatever lies complete in it is copied, imported, and removed from it.

A bundle lies in the inbox until its import has ended, so a death at any point costs nothing: it is
taken again, and what was applied already is a repeat that writes nothing. Others may write here:
nothing of ours lies in it, and no link in it is followed.
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
from ebok.billing.bundle_copies import StillWritten, copy_bundle, new_place
from ebok.billing.errors import Refused
from ebok.billing.operations import import_bundle
from ebok.billing.operations_ending import ImportOptions
from ebok.billing.operations_inbox_state import DONE, FAILED, Books, Note, move_in, remove
from ebok.billing.texts_report import Report
from ebok.database.outages import OUTAGES, in_words, named
from ebok.errors import place as place_of
from ebok.files.folders import folder_at, folder_in, open_file, status_of
from ebok.languages import in_report_language, say as _
from ebok.settings import Settings

log = logging.getLogger(__name__)

ORIGIN = "inbox"
UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".swp", "~")
"""How the names of files end that are being copied or edited."""
SETTLED_SECONDS = 5
"""A file that nothing was written to for so long is complete, if it looks so."""
BROKEN_SECONDS = 600
"""A ZIP whose directory cannot be read after so long will not get one."""


@dataclass(frozen=True)
class Bundled:
    """One complete file or folder in the inbox; `identity` changes when it is changed."""

    name: str
    written: float
    identity: str


@dataclass(frozen=True)
class Taken:
    """What became of a bundle: where it is filed, its report, and our copy, if it was readable.

    `table` is the whole list of what was found, as CSV, where the report shows the first lines.
    """

    folder: str
    text: str
    copy: Path | None
    table: str = ""


class Inbox:
    """The folder, and the books that are kept of it."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.books = Books(settings)
        # A link that the administrator has laid, in a folder that is ours alone, is meant.
        self.path = settings.data_dir.resolve() / "inbox"
        with suppress(FileExistsError):
            self.path.mkdir(mode=0o700)
        self.path = self.path.resolve()
        move_in(self.path, self.books)

    def find_due(self) -> Bundled | None:
        """The oldest complete bundle, unless it must wait: a newer one never overtakes it.

        Raises OSError when the inbox cannot be read.
        """
        found = [(bundled, self._note_of(bundled)) for bundled in self._complete()]
        waiting = [each for each in found if not each[1].is_over]
        if not waiting:
            return None
        oldest, note = min(waiting, key=lambda each: (each[0].written, each[0].name))
        return oldest if note.is_due else None

    def _complete(self) -> list[Bundled]:
        with folder_at(self.path) as folder:
            names = [name for name in os.listdir(folder) if is_theirs(name)]
            return [found for name in names if (found := look_at(name, folder))]

    def _note_of(self, bundled: Bundled) -> Note:
        return self.books.note_of(bundled.name, bundled.identity)

    def take_all(self) -> None:
        """Import everything that is due, one bundle after the other, the oldest first."""
        with in_report_language(self.settings), self.books.alone() as is_alone:
            if not is_alone:
                return
            deliveries.take_all(self.books, self.settings)
            with folder_at(self.path) as folder:
                self.books.forget_all_but(set(os.listdir(folder)))
            while bundled := self.find_due():
                self._take(bundled)

    def _take(self, bundled: Bundled) -> None:
        note = self._note_of(bundled)
        self.books.count_try(note)
        try:
            with new_place(self.settings) as place:
                taken = self._taken(bundled, note, place)
                if taken:
                    self._finish(bundled, note, taken)
        except SystemExit:
            self.books.uncount_try(note)
            raise
        except OUTAGES as fault:
            # No room even for the folder of the copy.
            taken = self._outage(bundled, note, fault, None)
            if taken:
                self._finish(bundled, note, taken)

    def _taken(self, bundled: Bundled, note: Note, place: Path) -> Taken | None:
        """Copy and import it; None when it shall be tried again later."""
        copy = None
        try:
            copy_bundle(self.path / bundled.name, place)
            copy = place / bundled.name
            if note.tries > deliveries.TRIES:
                text = _(
                    "The import stopped without a message %(count)s times.", count=deliveries.TRIES
                )
                return self._failed(bundled, note, text, copy)
            report = import_bundle(copy, self.settings, options=ImportOptions(origin=ORIGIN))
            return _reported(report, copy)
        except Refused as refused:
            report = Report()
            report.refuse(refused.fault)
            alerts.tell(report, bundled.name, self.settings)
            return Taken(FAILED, str(report), None)
        except StillWritten:
            note.due_at = time.time() + SETTLED_SECONDS
            self.books.uncount_try(note)
            return None
        except OUTAGES as fault:
            return self._outage(bundled, note, fault, copy)
        except Exception as fault:
            # A bundle that makes us fail must not keep those behind it from being read.
            log.error("outcome=fault-of-ours %s", place_of(fault))
            text = _("e-BOK failed on this bundle: %(kind)s.", kind=type(fault).__name__)
            return self._failed(bundled, note, text, copy)

    def _outage(
        self, bundled: Bundled, note: Note, fault: Exception, copy: Path | None
    ) -> Taken | None:
        """That may pass: it is tried again, five times."""
        if not copy and self._identity_now(bundled) is None:
            # Somebody has taken it away.
            self.books.forget(bundled.name)
            return None
        log.warning("bundle=%r outcome=put-off tries=%s %s", note.name, note.tries, named(fault))
        if note.tries < deliveries.TRIES:
            self.books.put_off(note)
            return None
        return self._failed(bundled, note, in_words(fault, self.settings) + ".", copy)

    def _failed(self, bundled: Bundled, note: Note, text: str, copy: Path | None) -> Taken:
        """It steps aside: those behind it go on, and somebody is told."""
        text = f"{text} {alerts.changed_by(bundled.name, note.first_at)}"
        alerts.tell_failed(bundled.name, text, self.settings)
        return Taken(FAILED, text, copy)

    def _finish(self, bundled: Bundled, note: Note, taken: Taken) -> None:
        """File copy and report, and remove what was taken; what cannot go is taken no more."""
        text, is_gone = taken.text, False
        if not taken.copy:
            text += "\n" + _(
                "It is still in the inbox, and will be imported again once it changes."
            )
        elif not (is_gone := self._clear(bundled)):
            why = _("It could not be removed from the inbox, and will not be imported again.")
            text += f"\n{why}"
            alerts.tell_unmovable(bundled.name, self.settings)
        self.books.file(bundled.name, taken.copy, taken.folder, text, taken.table)
        log.info("bundle=%r outcome=%s", bundled.name, taken.folder)
        if is_gone:
            self.books.forget(bundled.name)
            alerts.end_unmovable(self.settings)
        else:
            self.books.set_over(note, self._identity_now(bundled) or bundled.identity)

    def _clear(self, bundled: Bundled) -> bool:
        """Remove it from the inbox; False where we may not, and then all of it is left."""
        # Another one that has its name by now was not read yet.
        if self._identity_now(bundled) != bundled.identity:
            return True
        try:
            with folder_at(self.path) as folder:
                return _is_removable(bundled.name, folder) and remove(bundled.name, folder)
        except OSError:
            return False

    def _identity_now(self, bundled: Bundled) -> str | None:
        """What tells it from another one that has its name; None when it is not there."""
        with suppress(OSError), folder_at(self.path) as folder:
            found = look_at(bundled.name, folder)
            return found.identity if found else None
        return None


def _reported(report: Report, copy: Path) -> Taken:
    if table := report.as_csv():
        report.list_note = _("The whole list is next to this report, as CSV.")
    return Taken(FAILED if report.is_refused else DONE, str(report), copy, table)


def is_theirs(name: str) -> bool:
    """Whether it is meant for us, by its name: not ours, and not on its way yet."""
    is_ours = name in (DONE, FAILED) or name.startswith(".")
    return not is_ours and not name.lower().endswith(UNFINISHED)


def look_at(name: str, folder: int) -> Bundled | None:
    """The bundle of this name, if it is complete; a link or a pipe is none."""
    try:
        status = status_of(name, folder)
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        ready = _ready(name, folder, status)
        if ready is None:
            return None
        return Bundled(name, status.st_mtime, f"{_identity(status)} {ready}")
    is_complete = stat.S_ISREG(status.st_mode) and _is_settled(name, folder, status)
    return Bundled(name, status.st_mtime, _identity(status)) if is_complete else None


def _identity(status: os.stat_result) -> str:
    # Not the time of writing, which copying may set: the kernel's, which nobody sets.
    return f"{status.st_ino}-{status.st_ctime_ns}-{status.st_size}"


def _rested(status: os.stat_result) -> float:
    return time.time() - status.st_ctime


def _ready(name: str, folder: int, status: os.stat_result) -> str | None:
    """What identifies the word that nothing more comes into it; None without that word."""
    try:
        with folder_in(name, folder) as inner:
            return _identity(status_of(READY, inner))
    except FileNotFoundError:
        return "" if name.endswith(READY) else None
    except OSError:
        # Not ours to look into: after a while it is tried, so that somebody is told.
        return "" if _rested(status) > BROKEN_SECONDS else None


def _is_settled(name: str, folder: int, status: os.stat_result) -> bool:
    """Whether nothing more comes into this file."""
    rested = _rested(status)
    if rested < SETTLED_SECONDS:
        return False
    if not name.lower().endswith(".zip") or rested > BROKEN_SECONDS:
        return True
    try:
        with open(open_file(name, folder), "rb") as file:
            return zipfile.is_zipfile(file)
    except OSError:
        return False


def _is_removable(name: str, folder: int) -> bool:
    """Whether we may delete it with all that is in it: half a bundle must not stay behind."""
    status = status_of(name, folder)
    if not _may_remove_from(folder, status):
        return False
    if not stat.S_ISDIR(status.st_mode):
        return True
    with folder_in(name, folder) as inner:
        return all(_is_removable(each, inner) for each in os.listdir(inner))


def _may_remove_from(folder: int, status: os.stat_result) -> bool:
    around, me = os.fstat(folder), os.geteuid()
    # In a folder with the sticky bit, as /tmp, each may only remove what is theirs.
    is_sticky = around.st_mode & stat.S_ISVTX and me not in (0, around.st_uid, status.st_uid)
    return not is_sticky and os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=True)
