"""Tells which workers run: each locks a file of its own, and the kernel unlocks it at its end.

A lease alone would delay a code by two minutes after a crash; a lock is released at once, and a
slow worker keeps it. Workers on other machines are judged by the lease.

The file also lists mails that the server accepted, until the database records them: a commit for
each mail of a mailing would take longer than sending it. A written file survives the end of the
process; only a power failure may lose the last entries.
"""

import fcntl
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

HIDDEN = "."
SLOT = 48
"""Octets per mail: its id and when it was accepted."""
SLOTS = 300
"""More than a mailing claims at once."""


class WorkerLock:
    """This worker's lock, and access to those of other workers."""

    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True)
        self.name = secrets.token_hex(8)
        self.path = directory / self.name
        # Locked before it gets its name, so that no worker finds it unlocked and takes it over.
        hidden = directory / f"{HIDDEN}{self.name}"
        self.file = os.open(hidden, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        # Allocated beforehand, so that accepted mails can be recorded even on a full disk.
        os.posix_fallocate(self.file, 0, SLOT * SLOTS)
        self.taken: list[tuple[int, datetime]] = []
        hidden.rename(self.path)

    def note_taken(self, mail_id: int, moment: datetime) -> None:
        """Record in the file that the server accepted this mail."""
        slot = f"{mail_id} {moment.isoformat()}\n".ljust(SLOT).encode()
        os.pwrite(self.file, slot, len(self.taken) * SLOT)
        self.taken.append((mail_id, moment))

    def forget_taken(self) -> None:
        """Clear the records, which the database has now."""
        os.pwrite(self.file, bytes(len(self.taken) * SLOT), 0)
        self.taken = []

    def leave(self) -> None:
        """Delete the lock at the end of this worker."""
        self.path.unlink(missing_ok=True)
        os.close(self.file)

    def find_others(self) -> list[str]:
        """Names of the other workers' files: running ones and those that crashed."""
        names = (path.name for path in self.path.parent.iterdir())
        return [n for n in names if not n.startswith(HIDDEN) and n != self.name]

    @contextmanager
    def take_over(self, name: str) -> Generator[list[tuple[int, datetime]] | None]:
        """Within the block, handle alone what the worker `name` left; None if it still runs.

        Yields the accepted mails that it had not recorded in the database.
        """
        path = self.path.parent / name
        with _open(path) as file:
            if file is None:
                yield None
                return
            yield _read_taken(file)
            path.unlink(missing_ok=True)


def _read_taken(file: int) -> list[tuple[int, datetime]]:
    slots = os.pread(file, SLOT * SLOTS, 0).replace(b"\0", b"").decode().split("\n")
    found = (slot.split() for slot in slots if slot.strip())
    return [(int(mail_id), datetime.fromisoformat(moment)) for mail_id, moment in found]


@contextmanager
def _open(path: Path) -> Generator[int | None]:
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file
    except BlockingIOError:
        yield None
    finally:
        os.close(file)
