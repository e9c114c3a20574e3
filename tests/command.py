"""`ebok …` as a process of its own, forked from one that has read the code already.

To import everything takes longer than most commands work.
"""

import multiprocessing
import os
import sys
import tempfile
from pathlib import Path
from subprocess import CompletedProcess

from patience import HANG_SECONDS

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["ebok.cli"])


def run_ebok(environment: dict[str, str], *arguments: str) -> CompletedProcess:
    """Run it to its end in this environment; what it wrote is given as text."""
    with tempfile.TemporaryDirectory() as home:
        out, err = Path(home, "out"), Path(home, "err")
        process = FORKS.Process(target=_be, args=(environment, arguments, str(out), str(err)))
        process.start()
        process.join(HANG_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
        return CompletedProcess(arguments, process.exitcode, out.read_text(), err.read_text())


def _be(environment: dict[str, str], arguments: tuple[str, ...], out: str, err: str) -> None:
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(opened, stream.fileno())
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ebok", *arguments]
    from ebok.cli import main

    main()
