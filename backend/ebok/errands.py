"""Small errands that the mail worker runs beside its mails, each every so often.

A feature declares them beside its operations:

    @errand(every_seconds=60)
    def read_reports(settings: Settings) -> bool:
        …a little of it, and whether there is more…

A one-time code may be waiting: an errand does as much as takes a blink, and is run again at once,
after that code, when it says that there is more. What one worker may do, two may do at once.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from ebok.outages import named
from ebok.settings import Settings

log = logging.getLogger(__name__)


@dataclass
class Errand:
    """One of them, and when it is due by the monotonic clock."""

    run: Callable[[Settings], bool]
    every_seconds: float
    due_at: float = float("-inf")


ERRANDS: list[Errand] = []


def errand(every_seconds: float) -> Callable:
    """Declare a function that the worker calls every so often."""

    def declare(run: Callable[[Settings], bool]) -> Callable[[Settings], bool]:
        ERRANDS.append(Errand(run, every_seconds))
        return run

    return declare


def run_due(settings: Settings) -> None:
    """Run what is due; what fails must not keep the mails from leaving."""
    moment = time.monotonic()
    for each in ERRANDS:
        if moment >= each.due_at:
            each.due_at = moment + each.every_seconds
            _run(each, settings)


def _run(each: Errand, settings: Settings) -> None:
    try:
        if each.run(settings):
            each.due_at = float("-inf")
    except Exception as fault:
        log.error("errand=%s outcome=failed %s", each.run.__name__, named(fault))
