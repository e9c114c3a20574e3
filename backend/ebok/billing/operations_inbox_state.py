"""The state of the inbox: tries, and imported bundles with their reports.

All of it is in `intake`, which only e-BOK can write. In the inbox itself an uploader could place a
link and make us overwrite or delete its target.
"""

import fcntl
import hashlib
import json
import logging
import os
import shutil
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ebok.billing.bundle_copies import intake_folder
from ebok.database import now
from ebok.database.outages import named
from ebok.files.folders import BASE, folder_at, folder_in, status_of, write_whole
from ebok.settings import Settings

log = logging.getLogger(__name__)

DONE, FAILED, TRIES = "done", "failed", "tries"
LONGEST_NAME = 150
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60, 960


@dataclass
class TryRecord:
    """What is recorded about a bundle in the inbox.

    `identity` tells it from a later bundle of the same name. `due_at` and `first_at` (the first
    try) are in seconds since 1970. `is_over`: given up, though it is still there.
    """

    name: str
    identity: str
    tries: int = 0
    due_at: float = 0
    first_at: float = 0
    is_over: bool = False

    @property
    def is_due(self) -> bool:
        """Whether it may be imported now."""
        wait = self.due_at - time.time()
        # Postponed beyond the longest wait: the clock was ahead.
        return not self.is_over and (wait <= 0 or wait > LONGEST_WAIT_SECONDS)


class InboxState:
    """The records of tries, the lock, and the two folders of imported bundles."""

    def __init__(self, settings: Settings):
        self.path = intake_folder(settings)
        # In memory, in case the disk is full.
        self.records: dict[str, TryRecord] = {}
        for name in (DONE, FAILED, TRIES):
            intake_folder(settings, name)

    @contextmanager
    def lock(self) -> Generator[bool]:
        """Lock the inbox for the block; yields False if another process has it."""
        file = os.open(self.path / "lock", BASE | os.O_CREAT | os.O_RDWR, 0o600)
        try:
            # The kernel releases it when its holder ends, even by a crash.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(file)

    def record_of(self, name: str, identity: str) -> TryRecord:
        """The record of this bundle; a new one if another bundle had its name."""
        found = self.records.get(name) or self._read(name)
        return found if found and found.identity == identity else TryRecord(name, identity)

    def _read(self, name: str) -> TryRecord | None:
        try:
            return TryRecord(**json.loads(self._place_of(name).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: TryRecord) -> None:
        """Save a record. A full disk must not keep the bundle from being tried."""
        self.records[record.name] = record
        with suppress(OSError):
            write_whole(self._place_of(record.name), json.dumps(asdict(record)))

    def forget(self, name: str) -> None:
        """Delete the record of a bundle that was moved out of the inbox."""
        self.records.pop(name, None)
        self._place_of(name).unlink(missing_ok=True)

    def forget_others(self, names: set[str]) -> None:
        """Delete the records of bundles that are no longer in the inbox."""
        kept = {self._place_of(name).name for name in names}
        for path in (self.path / TRIES).iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def _place_of(self, name: str) -> Path:
        # Hashed, because a bundle's name with our suffix may be too long.
        return self.path / TRIES / hashlib.sha256(os.fsencode(name)).hexdigest()

    def count_attempt(self, record: TryRecord) -> None:
        """Count a try, before it begins: it may crash the process."""
        record.tries += 1
        record.first_at = record.first_at or time.time()
        self.write(record)

    def uncount_attempt(self, record: TryRecord) -> None:
        """Take back the count of a try that was stopped from outside."""
        record.tries -= 1
        self.write(record)

    def postpone(self, record: TryRecord) -> None:
        """Try again after 1 minute, then after twice as long each time."""
        record.due_at = time.time() + FIRST_WAIT_SECONDS * 2 ** (record.tries - 1)
        self.write(record)

    def give_up(self, record: TryRecord, identity: str) -> None:
        """Import it no more unless it changes."""
        record.identity, record.is_over = identity, True
        self.write(record)

    def store(self, name: str, copy: Path | None, folder: str, text: str, table: str = "") -> None:
        """Store a bundle's copy, its report and its list in the folder of its outcome."""
        stamp = f"{now():%Y%m%d-%H%M%S-%f}"
        target = self.path / folder / f"{stamp}-{name[-LONGEST_NAME:]}"
        # A held import may have kept it.
        if copy and copy.exists():
            with suppress(OSError):
                copy.rename(target)
        # On a full disk the bundle must still be removed, or it would be imported for ever.
        with suppress(OSError):
            write_whole(target.with_name(f"{target.name}.txt"), f"{text}\n")
            if table:
                # Without a byte order mark Excel reads the file as CP1250.
                write_whole(target.with_name(f"{target.name}.csv"), f"\ufeff{table}")


def move_old_folders(inbox: Path, state: InboxState) -> None:
    """Move what an older version kept in the inbox to the intake, without following links."""
    with suppress(OSError), folder_at(inbox) as outer:
        for folder in (DONE, FAILED):
            with suppress(OSError), folder_at(state.path / folder) as new:
                _move_all(folder, outer, new)
        for name in os.listdir(outer):
            if name == ".lock" or name.startswith(".tries-"):
                with suppress(OSError):
                    os.unlink(name, dir_fd=outer)


def _move_all(folder: str, outer: int, new: int) -> None:
    with folder_in(folder, outer) as old:
        for name in os.listdir(old):
            # Files of other users stay where they are.
            with suppress(OSError):
                os.rename(name, name, src_dir_fd=old, dst_dir_fd=new)
    os.rmdir(folder, dir_fd=outer)


def forget_bundles(moment: datetime, settings: Settings) -> int:
    """Delete imported bundles and their reports after `inbox_keep_days`."""
    count, oldest = 0, moment.timestamp() - settings.inbox_keep_days * 86_400
    for name in (DONE, FAILED):
        with folder_at(intake_folder(settings, name)) as folder:
            for each in os.listdir(folder):
                # ctime is when it was moved here; mtime is the billing system's.
                if status_of(each, folder).st_ctime < oldest:
                    count += remove(each, folder)
    return count


def remove(name: str, folder: int) -> bool:
    """Delete a file, a folder with its content, or a link itself; False if that failed."""
    try:
        if stat.S_ISDIR(status_of(name, folder).st_mode):
            # rmtree with dir_fd follows no links.
            shutil.rmtree(name, dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)
    except OSError as fault:
        log.warning("what=%r outcome=not-removed %s", name, named(fault))
        return False
    return True
