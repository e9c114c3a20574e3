"""Which workers live: each holds a lock on a file of its own, and the kernel lets go when it dies.

A lease alone would let a code wait for two minutes after a crash; a lock tells at once, and is
never wrong about a worker that is only slow. Workers of another machine are told by the lease.

In the same file a worker writes down which mails the server has taken, until the database knows: a
commit for each of a town's mails would take longer than to send it. What is written to a file
outlives the process, however it dies; only a power failure may lose the last of it.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

HIDDEN = "."
SLOT = 48
"""Octets for each mail: its id, and when it was taken."""
SLOTS = 300
"""More than a mailing has in hand."""


class Presence:
    """The lock that says that this worker lives, and the eyes to see which others do."""

    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True)
        self.name = secrets.token_hex(8)
        self.path = directory / self.name
        # Locked before it gets its name: no other worker may find it unlocked, and think it dead.
        hidden = directory / f"{HIDDEN}{self.name}"
        self.file = os.open(hidden, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        # The room is had beforehand: on a full disk a mail that has left must still be noted.
        os.posix_fallocate(self.file, 0, SLOT * SLOTS)
        self.taken: list[tuple[int, datetime]] = []
        hidden.rename(self.path)

    def note_taken(self, mail_id: int, moment: datetime) -> None:
        """The mail server has taken this mail; the database will be told later."""
        slot = f"{mail_id} {moment.isoformat()}\n".ljust(SLOT).encode()
        os.pwrite(self.file, slot, len(self.taken) * SLOT)
        self.taken.append((mail_id, moment))

    def forget_taken(self) -> None:
        """The database knows of all of them."""
        os.pwrite(self.file, bytes(len(self.taken) * SLOT), 0)
        self.taken = []

    def leave(self) -> None:
        """This worker ends, and holds nothing."""
        self.path.unlink(missing_ok=True)
        os.close(self.file)

    def find_others(self) -> list[str]:
        """The names of the workers that did not leave: those at work, and those that died."""
        names = (path.name for path in self.path.parent.iterdir())
        return [n for n in names if not n.startswith(HIDDEN) and n != self.name]

    @contextmanager
    def take_over(self, name: str) -> Iterator[list[tuple[int, datetime]] | None]:
        """Within the block, this worker alone deals with what `name` left; None: it lives.

        Given are the mails that the dead one had sent, and had not noted in the database.
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
def _open(path: Path) -> Iterator[int | None]:
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
