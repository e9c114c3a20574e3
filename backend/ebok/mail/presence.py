"""Which workers live: each holds a lock on a file of its own, and the kernel lets go when it dies.

A lease alone would let a code wait for two minutes after a crash; a lock tells at once, and is
never wrong about a worker that is only slow. Workers of another machine are told by the lease.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HIDDEN = "."


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
        hidden.rename(self.path)

    def leave(self) -> None:
        """This worker ends, and holds nothing."""
        self.path.unlink(missing_ok=True)
        os.close(self.file)

    def find_others(self) -> list[str]:
        """The names of the workers that did not leave: those at work, and those that died."""
        names = (path.name for path in self.path.parent.iterdir())
        return [n for n in names if not n.startswith(HIDDEN) and n != self.name]

    @contextmanager
    def bury(self, name: str) -> Iterator[bool]:
        """Within the block, this worker alone deals with what `name` left; False: it lives."""
        path = self.path.parent / name
        with _open(path) as file:
            if file is None:
                yield False
                return
            yield True
            path.unlink(missing_ok=True)


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
