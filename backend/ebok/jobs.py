"""Background work of the worker besides mail: jobs, retention, supervised threads.

Each is a decorated function, listed by its feature in `features.py`.

`@job(every_seconds=60)`: called with the settings every so often, between two mails. A one-time
code may be waiting, so a job works for a fraction of a second and returns whether more is left; it
is then called again at once, after that code. Several workers may run the same job at once.

`@retention`: called once an hour with the current time and the settings; deletes what is kept no
longer and returns the number of rows.

`@supervised`: called with the settings and a `threading.Event`; runs in a thread of the worker's
process until the event is set. The thread shares the interpreter with the sender of one-time codes,
so long work belongs into a process of its own.
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
    """A job; calling it runs it once."""

    run: Callable[[Settings], bool]
    every_seconds: float

    def __call__(self, settings: Settings) -> bool:
        return self.run(settings)


def job(every_seconds: float) -> Callable[[Callable[[Settings], bool]], Job]:
    """Turn a function into a job."""
    return lambda run: Job(run, every_seconds)


class Schedule:
    """The jobs of a worker, with the monotonic time at which each is due."""

    def __init__(self, jobs: Iterable[Job]):
        self.due_tick = dict.fromkeys(jobs, float("-inf"))

    def run_due(self, settings: Settings) -> None:
        """Run the jobs that are due; a failing job is logged and does not stop the mails."""
        moment = time.monotonic()
        for each in [each for each, due_tick in self.due_tick.items() if moment >= due_tick]:
            self.due_tick[each] = moment + each.every_seconds
            self._run(each, settings)

    def _run(self, each: Job, settings: Settings) -> None:
        try:
            if each.run(settings):
                self.due_tick[each] = float("-inf")
        except Exception as fault:
            log.error("errand=%s outcome=failed %s", each.run.__name__, named(fault))

    def have_more(self) -> bool:
        """Whether a job asked to be called again at once."""
        return float("-inf") in self.due_tick.values()


@dataclass(frozen=True)
class Retention:
    """A function that deletes rows or files of one kind when their time is over."""

    forget: Callable[[datetime, Settings], int]

    def __call__(self, moment: datetime, settings: Settings) -> int:
        return self.forget(moment, settings)


def retention(forget: Callable[[datetime, Settings], int]) -> Retention:
    """Turn a function into a retention."""
    return Retention(forget)


def apply_retention(settings: Settings) -> None:
    """Run every retention, each in a transaction of its own."""
    for each in every("retention", Retention):
        _forget(each.forget, settings)


def _forget(forget: Callable[[datetime, Settings], int], settings: Settings) -> None:
    try:
        with transaction():
            count = forget(now(), settings)
    except Exception as fault:
        # A failing retention must not stop the mails.
        log.error("what=%s outcome=failed %s", forget.__name__, named(fault))
        return
    if count:
        log.info("what=%s rows=%s", forget.__name__, count)


@dataclass(frozen=True)
class Watch:
    """A function that runs in a thread of the worker until its event is set."""

    look: Callable[[Settings, threading.Event], None]

    def __call__(self, settings: Settings, stop: threading.Event) -> None:
        self.look(settings, stop)


SECONDS_AFTER_A_FAULT = 10


def supervised(look: Callable[[Settings, threading.Event], None]) -> Watch:
    """Turn a function into a watch."""
    return Watch(look)


@contextmanager
def watching(settings: Settings, stop: threading.Event) -> Generator[None, None, None]:
    """Run all watches in threads during the block; the caller sets `stop` before its end."""
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
    """Call the watch until `stop` is set, again after a fault, which is logged."""
    while not stop.is_set():
        try:
            watch(settings, stop)
        except Exception as fault:
            log.error("watch=%s outcome=failed %s", watch.look.__name__, named(fault))
            stop.wait(SECONDS_AFTER_A_FAULT)
