"""A directory for all that tests write: in memory, where there is enough of it.

Nothing of it outlives the run, and no test need wait for a disk: SQLite does so at every commit.
"""

import os
import re
import shutil
import tempfile
from multiprocessing.util import Finalize
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 a directory of its own in there
PREFIX = "ebok-tests-"


def begin() -> None:
    """Have this process and its children write there until it ends; not where memory is scarce."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return
    _sweep()
    if shutil.disk_usage(MEMORY).free < ROOM:
        return
    place = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY))
    # Some tests have another user read what they wrote, who must come as far.
    place.chmod(0o711)
    os.environ["TMPDIR"] = tempfile.tempdir = str(place)
    # After multiprocessing has removed a directory of its own in there, at -100.
    Finalize(None, shutil.rmtree, (place,), {"ignore_errors": True}, exitpriority=-200)


def _sweep() -> None:
    """Remove leftovers of killed runs."""
    for left in MEMORY.glob(f"{PREFIX}*"):
        pid = re.match(rf"{PREFIX}(\d+)-", left.name)
        if pid and not Path(f"/proc/{pid[1]}").exists():
            shutil.rmtree(left, ignore_errors=True)
