"""How tests wait: for an event, or for the end of the process that should cause it.

Never for a number of seconds that a busy machine passes. A wait ends when its condition holds, or
when nothing more can come, as the process that it waits for has ended. HANG_SECONDS only ends a run
in which something hangs for ever.
"""

import threading
import time
from collections.abc import Callable
from subprocess import Popen
from typing import TypeVar

HANG_SECONDS = 600
LOOK_SECONDS = 0.02
CALM_SECONDS = 0.5
"""Between two looks at whether a process has ended, while a bell tells of all else."""

Found = TypeVar("Found")


def until(
    condition: Callable[[], Found],
    by: Popen | None = None,
    told: Callable[[], object] = lambda: "",
    bell: threading.Event | None = None,
) -> Found:
    """The first true value of `condition`, which is looked at again when `bell` rings.

    AssertionError with what `told` says when the process `by` ends before, or after HANG_SECONDS.
    """
    ends_tick = time.monotonic() + HANG_SECONDS
    while True:
        if bell:
            bell.clear()
        # Asked before the condition: what it brought with its last breath counts.
        has_ended = by is not None and by.poll() is not None
        if found := condition():
            return found
        assert not has_ended, f"the process ended with {by.returncode}: {told()}"
        assert time.monotonic() < ends_tick, f"nothing came in {HANG_SECONDS} s: {told()}"
        if bell:
            bell.wait(CALM_SECONDS)
        else:
            time.sleep(LOOK_SECONDS)


def ended(process: Popen) -> int:
    """Ask a process to end as systemd does; its exit code."""
    process.terminate()
    return process.wait(HANG_SECONDS)
