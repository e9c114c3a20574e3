"""The watched folder: whatever lies complete in it is imported, and moved aside with its report.

A bundle lies in the inbox until its import has ended, so a death at any point costs nothing: it is
taken again, and what was applied already is a repeat that writes nothing.
"""

import fcntl
import logging
import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from peewee import PeeweeException

from ebok.billing.bundle import READY
from ebok.billing.context import office
from ebok.billing.operations import Manner, import_bundle
from ebok.billing.report import Report
from ebok.database import now
from ebok.sentences import say as _
from ebok.settings import Settings
from ebok.tidying import tidy

log = logging.getLogger(__name__)

DONE, FAILED = "done", "failed"
UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".swp", "~")
"""How the names of files end that are being copied or edited."""
SETTLED_SECONDS = 5
"""A file that nothing was written to for so long is complete, if it looks so."""
BROKEN_SECONDS = 600
"""A ZIP whose directory cannot be read after so long will not get one."""
TRIES = 5
FIRST_WAIT_SECONDS = 60


class Inbox:
    """The folder, its two for what was taken, and what is remembered of each bundle's tries."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.path = settings.data_dir / "inbox"
        for folder in (self.path, self.path / DONE, self.path / FAILED):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def find_due(self) -> "Bundled | None":
        """The oldest complete bundle, unless it must wait: a newer one never overtakes it."""
        complete = [b for b in map(self._bundled, os.listdir(self.path)) if b and b.is_complete()]
        oldest = min(complete, key=lambda b: (b.written_at(), b.path.name), default=None)
        return oldest if oldest and oldest.is_due() else None

    def _bundled(self, name: str) -> "Bundled | None":
        is_ours = name in (DONE, FAILED) or name.startswith(".")
        return None if is_ours or name.lower().endswith(UNFINISHED) else Bundled(self.path / name)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Within the block nobody else takes bundles; False: somebody else does already."""
        flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC
        file = os.open(self.path / ".lock", flags, 0o600)
        try:
            # The kernel lets go of it when its holder dies, in whatever way.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(file)

    def take_all(self) -> None:
        """Import everything that is due, one bundle after the other, the oldest first."""
        with office(self.settings), self.alone() as is_alone:
            while is_alone and (bundled := self.find_due()):
                self._take(bundled)

    def _take(self, bundled: "Bundled") -> None:
        tries = bundled.count_try()
        outcome = _imported(bundled.path, self.settings, tries)
        if outcome is None:
            bundled.put_off(tries)
            log.warning("bundle=%r outcome=put-off tries=%s", bundled.path.name, tries)
            return
        folder, text, table = outcome
        self._move(bundled, folder, text, table)
        log.info("bundle=%r outcome=%s", bundled.path.name, folder)

    def _move(self, bundled: "Bundled", folder: str, text: str, table: str) -> None:
        stamp = f"{now():%Y%m%d-%H%M%S-%f}"
        target = self.path / folder / f"{stamp}-{bundled.path.name}"
        # Without room for the report the bundle must still go, or it would be taken for ever.
        with suppress(OSError):
            _write(target.with_name(f"{target.name}.txt"), f"{text}\n")
            if table:
                # A spreadsheet takes a file without the mark for one in CP1250.
                _write(target.with_name(f"{target.name}.csv"), f"\ufeff{table}")
        bundled.path.rename(target)
        bundled.forget_tries()


@dataclass(frozen=True)
class Bundled:
    """One file or folder in the inbox."""

    path: Path

    @property
    def _tries(self) -> Path:
        return self.path.with_name(f".tries-{self.path.name}"[:200])

    def written_at(self) -> float:
        """When it was written; what vanishes meanwhile was never there."""
        try:
            return self.path.stat().st_mtime
        except OSError:
            return 0

    def is_complete(self) -> bool:
        """Whether nothing more comes into it."""
        try:
            status = self.path.lstat()
        except OSError:
            return False
        if self.path.is_symlink():
            # It could lead anywhere, and what is read there stands in a report.
            return False
        if self.path.is_dir():
            return self.path.name.endswith(READY) or (self.path / READY).exists()
        # Not the time of writing, which copying may set: the kernel's, which nobody sets.
        rested = time.time() - status.st_ctime
        if not self.path.is_file() or rested < SETTLED_SECONDS:
            return False
        is_zip = self.path.suffix.lower() == ".zip"
        return not is_zip or rested > BROKEN_SECONDS or zipfile.is_zipfile(self.path)

    def is_due(self) -> bool:
        """Whether it is not waiting for a database that was away."""
        try:
            return self._tries.stat().st_mtime <= time.time()
        except FileNotFoundError:
            return True

    def count_try(self) -> int:
        """Which try this is. Counted before it begins: it may end with a death."""
        try:
            tries = int(self._tries.read_text()) + 1
        except (OSError, ValueError):
            tries = 1
        with suppress(OSError):
            self._tries.write_text(str(tries))
        return tries

    def uncount_try(self, tries: int) -> None:
        """It was ended from outside, and could not help it."""
        with suppress(OSError):
            self._tries.write_text(str(tries - 1))

    def put_off(self, tries: int) -> None:
        """Not before a while: 1 minute after the first try, then twice as long each time."""
        due_at = time.time() + FIRST_WAIT_SECONDS * 2 ** (tries - 1)
        self._tries.touch()
        os.utime(self._tries, (due_at, due_at))

    def forget_tries(self) -> None:
        """It is gone."""
        self._tries.unlink(missing_ok=True)


def _imported(path: Path, settings: Settings, tries: int) -> tuple[str, str, str] | None:
    """Where the bundle goes, its report, and its list as CSV; None: it shall be tried later."""
    if tries > TRIES:
        return _failed(_("The import ended without a word %(tries)s times.", tries=TRIES))
    try:
        report = import_bundle(path, settings, manner=Manner(origin="inbox"))
        return _outcome(report)
    except SystemExit:
        Bundled(path).uncount_try(tries)
        raise
    except (PeeweeException, OSError) as fault:
        # No server, a full disk: that passes, and nothing was changed.
        text = _("The database or the disk refused: %(fault)s", fault=fault)
        return _failed(text) if tries == TRIES else None
    except Exception as fault:
        # A bundle that makes us fail must not keep those behind it from being read.
        log.error(
            "outcome=fault-of-ours class=%s", type(fault).__name__, exc_info=settings.is_local
        )
        return _failed(_("e-BOK failed at this bundle: %(fault)s.", fault=type(fault).__name__))


def _outcome(report: Report) -> tuple[str, str, str]:
    if table := report.as_csv():
        report.list_note = _("The whole list lies beside this report, as CSV.")
    return FAILED if report.is_refused else DONE, str(report), table


def _failed(text: str) -> tuple[str, str, str]:
    unchanged = _("Nothing was changed.")
    return FAILED, f"{text}\n{unchanged}", ""


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}")
    # It shows values of real people.
    draft.touch(0o600)
    draft.write_text(text, "utf-8", newline="")
    draft.rename(path)


@tidy
def forget_bundles(moment: datetime, settings: Settings) -> int:
    """Bundles that were taken, and their reports, after `inbox_keep_days`."""
    count, oldest = 0, moment.timestamp() - settings.inbox_keep_days * 86_400
    for folder in (DONE, FAILED):
        for path in (settings.data_dir / "inbox" / folder).glob("*"):
            # When it was moved here: its time of writing is the billing system's.
            if path.lstat().st_ctime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                count += 1
    return count
