"""What is remembered of the inbox: tries, and the bundles that were taken, with their reports.

All of it lies in `intake`, a folder of ours that is closed to others, and nothing in the inbox:
whoever may upload could lay a link there, and have us write or delete what it leads to.
"""

import fcntl
import hashlib
import json
import logging
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ebok.billing.bundle_copies import intake_folder
from ebok.database import now
from ebok.database.outages import named
from ebok.files.folders import BASE, folder_at, folder_in, status_of, write_whole
from ebok.jobs import retention
from ebok.settings import Settings

log = logging.getLogger(__name__)

DONE, FAILED, TRIES = "done", "failed", "tries"
LONGEST_NAME = 150
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60, 960


@dataclass
class Note:
    """What is remembered of one bundle that lies in the inbox.

    `identity` tells it from another one that takes its name later; `first_at` is the first try, in
    seconds since 1970. `is_over`: it is not taken any more, though it lies there still.
    """

    name: str
    identity: str
    tries: int = 0
    due_at: float = 0
    first_at: float = 0
    is_over: bool = False

    @property
    def is_due(self) -> bool:
        """Whether it may be taken now."""
        wait = self.due_at - time.time()
        # Put off for longer than anything is: by a clock that was ahead.
        return not self.is_over and (wait <= 0 or wait > LONGEST_WAIT_SECONDS)


class Books:
    """The notes, the lock, and the two folders of what was taken."""

    def __init__(self, settings: Settings):
        self.path = intake_folder(settings)
        # On a disk that is full they are remembered here, as long as this process lives.
        self.notes: dict[str, Note] = {}
        for name in (DONE, FAILED, TRIES):
            intake_folder(settings, name)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Within the block nobody else takes bundles; False: somebody else does already."""
        file = os.open(self.path / "lock", BASE | os.O_CREAT | os.O_RDWR, 0o600)
        try:
            # The kernel lets go of it when its holder dies, in whatever way.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(file)

    def note_of(self, name: str, identity: str) -> Note:
        """What is remembered of this bundle; nothing of another one that had its name."""
        found = self.notes.get(name) or self._read(name)
        return found if found and found.identity == identity else Note(name, identity)

    def _read(self, name: str) -> Note | None:
        try:
            return Note(**json.loads(self._place_of(name).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, note: Note) -> None:
        """Remember it. A disk that is full must not keep the bundle from being tried."""
        self.notes[note.name] = note
        with suppress(OSError):
            write_whole(self._place_of(note.name), json.dumps(asdict(note)))

    def forget(self, name: str) -> None:
        """It is gone."""
        self.notes.pop(name, None)
        self._place_of(name).unlink(missing_ok=True)

    def forget_all_but(self, names: set[str]) -> None:
        """Somebody has taken the others away."""
        kept = {self._place_of(name).name for name in names}
        for path in (self.path / TRIES).iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def _place_of(self, name: str) -> Path:
        # Hashed: a bundle's name may be longer than a name with our ending could be.
        return self.path / TRIES / hashlib.sha256(os.fsencode(name)).hexdigest()

    def count_try(self, note: Note) -> None:
        """One more. Counted before it begins: it may end with a death."""
        note.tries += 1
        note.first_at = note.first_at or time.time()
        self.write(note)

    def uncount_try(self, note: Note) -> None:
        """It was ended from outside, and could not help it."""
        note.tries -= 1
        self.write(note)

    def put_off(self, note: Note) -> None:
        """Not before a while: 1 minute after the first try, then twice as long each time."""
        note.due_at = time.time() + FIRST_WAIT_SECONDS * 2 ** (note.tries - 1)
        self.write(note)

    def set_over(self, note: Note, identity: str) -> None:
        """It lies in the inbox still, and is taken no more unless it changes."""
        note.identity, note.is_over = identity, True
        self.write(note)

    def file(self, name: str, copy: Path | None, folder: str, text: str, table: str = "") -> None:
        """Put a bundle's copy and its report, with its list, among those that were taken."""
        stamp = f"{now():%Y%m%d-%H%M%S-%f}"
        target = self.path / folder / f"{stamp}-{name[-LONGEST_NAME:]}"
        # A held import may have kept it.
        if copy and copy.exists():
            with suppress(OSError):
                copy.rename(target)
        # Without room for the report the bundle must still go, or it would be taken for ever.
        with suppress(OSError):
            write_whole(target.with_name(f"{target.name}.txt"), f"{text}\n")
            if table:
                # A spreadsheet takes a file without the mark for one in CP1250.
                write_whole(target.with_name(f"{target.name}.csv"), f"\ufeff{table}")


def move_in(inbox: Path, books: Books) -> None:
    """Take what an older version kept within the inbox, and follow no link for it."""
    with suppress(OSError), folder_at(inbox) as outer:
        for folder in (DONE, FAILED):
            with suppress(OSError), folder_at(books.path / folder) as new:
                _move_all(folder, outer, new)
        for name in os.listdir(outer):
            if name == ".lock" or name.startswith(".tries-"):
                with suppress(OSError):
                    os.unlink(name, dir_fd=outer)


def _move_all(folder: str, outer: int, new: int) -> None:
    with folder_in(folder, outer) as old:
        for name in os.listdir(old):
            # What belongs to somebody else stays where it is.
            with suppress(OSError):
                os.rename(name, name, src_dir_fd=old, dst_dir_fd=new)
    os.rmdir(folder, dir_fd=outer)


@retention
def forget_bundles(moment: datetime, settings: Settings) -> int:
    """Bundles that were taken, and their reports, after `inbox_keep_days`."""
    count, oldest = 0, moment.timestamp() - settings.inbox_keep_days * 86_400
    for name in (DONE, FAILED):
        with folder_at(intake_folder(settings, name)) as folder:
            for each in os.listdir(folder):
                # When it was moved here: its time of writing is the billing system's.
                if status_of(each, folder).st_ctime < oldest:
                    count += remove(each, folder)
    return count


def remove(name: str, folder: int) -> bool:
    """Delete a file, a folder with all that is in it, or a link itself; whether it is gone."""
    try:
        if stat.S_ISDIR(status_of(name, folder).st_mode):
            # It opens each folder without following links, and deletes by handles.
            shutil.rmtree(name, dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)
    except OSError as fault:
        log.warning("what=%r outcome=not-removed %s", name, named(fault))
        return False
    return True
