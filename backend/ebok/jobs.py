"""What the worker does besides mail: jobs, retention, supervised threads.

`@job(every_seconds=60)` declares a function of the settings that the worker calls every so often,
between two mails. A one-time code may be waiting: a job does as much as takes a blink, returns
whether there is more, and is then run again at once, after that code. What one worker may do, two
may do at once.

`@retention` declares a function of the moment and the settings that deletes what has had its time
and returns how many rows that were; all are called once an hour.

`@supervised` declares a function of the settings and a `threading.Event` that runs in a thread of
the worker's process until the event is set. A thread shares the interpreter with the sender of
one-time codes, so whatever takes longer than a glance belongs into a process that it starts.
"""

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ebok.database import now, transaction
from ebok.database.outages import named
from ebok.settings import Settings

log = logging.getLogger(__name__)


@dataclass
class Job:
    """One of them, and when it is due by the monotonic clock."""

    run: Callable[[Settings], bool]
    every_seconds: float
    due: float = float("-inf")


JOBS: list[Job] = []


def job(every_seconds: float) -> Callable[[Callable[[Settings], bool]], Callable[[Settings], bool]]:
    """Declare a function that the worker calls every so often."""

    def declare(run: Callable[[Settings], bool]) -> Callable[[Settings], bool]:
        JOBS.append(Job(run, every_seconds))
        return run

    return declare


def run_due(settings: Settings) -> None:
    """Run what is due; what fails must not keep the mails from leaving."""
    moment = time.monotonic()
    for each in JOBS:
        if moment >= each.due:
            each.due = moment + each.every_seconds
            _run(each, settings)


def _run(each: Job, settings: Settings) -> None:
    try:
        if each.run(settings):
            each.due = float("-inf")
    except Exception as fault:
        log.error("errand=%s outcome=failed %s", each.run.__name__, named(fault))


def have_more() -> bool:
    """Whether one is to be run again at once."""
    return any(each.due == float("-inf") for each in JOBS)


RETENTION: list[Callable[[datetime, Settings], int]] = []


def retention(forget: Callable[[datetime, Settings], int]) -> Callable[[datetime, Settings], int]:
    """Declare a function that deletes what has had its time."""
    RETENTION.append(forget)
    return forget


def apply_retention(settings: Settings) -> None:
    """Forget everything that has had its time, each kind in a transaction of its own."""
    for forget in RETENTION:
        _forget(forget, settings)


def _forget(forget: Callable[[datetime, Settings], int], settings: Settings) -> None:
    try:
        with transaction():
            count = forget(now(), settings)
    except Exception as fault:
        # What cannot be forgotten today must not keep the mails from leaving.
        log.error("what=%s outcome=failed %s", forget.__name__, named(fault))
        return
    if count:
        log.info("what=%s rows=%s", forget.__name__, count)


Watch = Callable[[Settings, threading.Event], None]
WATCHES: list[Watch] = []
SECONDS_AFTER_A_FAULT = 10


def supervised(watch: Watch) -> Watch:
    """Declare a function that watches until it is told to stop."""
    WATCHES.append(watch)
    return watch


@contextmanager
def watching(settings: Settings, stop: threading.Event) -> Generator[None, None, None]:
    """Watch in the length of a block; the caller sets `stop` before its end."""
    threads = [threading.Thread(target=_supervise, args=(w, settings, stop)) for w in WATCHES]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def _supervise(watch: Watch, settings: Settings, stop: threading.Event) -> None:
    """Watch on, whatever happens: a fault must not end it unseen."""
    while not stop.is_set():
        try:
            watch(settings, stop)
        except Exception as fault:
            log.error("watch=%s outcome=failed %s", watch.__name__, named(fault))
            stop.wait(SECONDS_AFTER_A_FAULT)
