"""What the worker does besides mail: jobs, retention, supervised threads.

Each is a function marked here, and listed by its feature in `features.py`.

`@job(every_seconds=60)` marks a function of the settings that the worker calls every so often,
between two mails. A one-time code may be waiting: a job does as much as takes a blink, returns
whether there is more, and is then run again at once, after that code. What one worker may do, two
may do at once.

`@retention` marks a function of the moment and the settings that deletes what has had its time
and returns how many rows that were; all are called once an hour.

`@supervised` marks a function of the settings and a `threading.Event` that runs in a thread of
the worker's process until the event is set. A thread shares the interpreter with the sender of
one-time codes, so whatever takes longer than a glance belongs into a process that it starts.
"""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ebok.database import now, transaction
from ebok.database.outages import named
from ebok.parts import every
from ebok.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One that the worker calls every so often; called, it is run once."""

    run: Callable[[Settings], bool]
    every_seconds: float

    def __call__(self, settings: Settings) -> bool:
        return self.run(settings)


def job(every_seconds: float) -> Callable[[Callable[[Settings], bool]], Job]:
    """Make a job of a function."""
    return lambda run: Job(run, every_seconds)


class Schedule:
    """The jobs of one worker, and when each is due by the monotonic clock."""

    def __init__(self, jobs: Iterable[Job]):
        self.due_at = dict.fromkeys(jobs, float("-inf"))

    def run_due(self, settings: Settings) -> None:
        """Run what is due; what fails must not keep the mails from leaving."""
        moment = time.monotonic()
        for each in [each for each, due_at in self.due_at.items() if moment >= due_at]:
            self.due_at[each] = moment + each.every_seconds
            self._run(each, settings)

    def _run(self, each: Job, settings: Settings) -> None:
        try:
            if each.run(settings):
                self.due_at[each] = float("-inf")
        except Exception as fault:
            log.error("errand=%s outcome=failed %s", each.run.__name__, named(fault))

    def have_more(self) -> bool:
        """Whether one is to be run again at once."""
        return float("-inf") in self.due_at.values()


@dataclass(frozen=True)
class Retention:
    """One kind of rows or files that has its time; called, it deletes and counts them."""

    forget: Callable[[datetime, Settings], int]

    def __call__(self, moment: datetime, settings: Settings) -> int:
        return self.forget(moment, settings)


def retention(forget: Callable[[datetime, Settings], int]) -> Retention:
    """Make a retention of a function."""
    return Retention(forget)


def apply_retention(settings: Settings) -> None:
    """Forget everything that has had its time, each kind in a transaction of its own."""
    for each in every("retention", Retention):
        _forget(each.forget, settings)


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


@dataclass(frozen=True)
class Watch:
    """What a thread of the worker's process does; called, it watches until the event is set."""

    look: Callable[[Settings, threading.Event], None]

    def __call__(self, settings: Settings, stop: threading.Event) -> None:
        self.look(settings, stop)


SECONDS_AFTER_A_FAULT = 10


def supervised(look: Callable[[Settings, threading.Event], None]) -> Watch:
    """Make a watch of a function."""
    return Watch(look)


@contextmanager
def watching(settings: Settings, stop: threading.Event) -> Generator[None, None, None]:
    """Watch in the length of a block; the caller sets `stop` before its end."""
    watches = every("watches", Watch)
    threads = [threading.Thread(target=_supervise, args=(w, settings, stop)) for w in watches]
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
            log.error("watch=%s outcome=failed %s", watch.look.__name__, named(fault))
            stop.wait(SECONDS_AFTER_A_FAULT)
