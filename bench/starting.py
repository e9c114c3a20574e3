"""Time from the command `ebok serve` to the first answer."""

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from bench.house import offices, processor
from bench.load import Question, wait_for
from bench.rounds import ROUNDS, Taken, goal
from office import Office

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def compare() -> Iterator[str]:
    """The table's row for each database."""
    for kind, office in offices():
        taken = Taken(*map(median, zip(*(_start(office) for _ in range(ROUNDS)), strict=True)))
        yield goal("start to first answer", kind, taken.seconds, 1.5, "s")
        yield goal("start to first answer: processor", kind, taken.processor, 0, "s")


def _start(office: Office) -> Taken:
    command, began = [sys.executable, "-m", "ebok", "serve"], time.perf_counter()
    office.process = subprocess.Popen(command, env=office.settings(), **QUIET)
    wait_for(office.port, Question(200, "GET", "/"))
    taken = Taken(time.perf_counter() - began, processor(office.process.pid))
    # A web process told to stop during its start may take the full 8 seconds.
    time.sleep(0.5)
    office.stop()
    return taken
