"""What goes on beside the mails, in threads of the worker's process: watching, never working.

A thread here shares the interpreter with the sender of one-time codes, so whatever takes longer
than a glance belongs into a process that it starts. A feature declares beside its operations:

    @beside_the_mails
    def watch(settings: Settings, stop: threading.Event) -> None:
        …until `stop` is set…
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ebok.outages import named
from ebok.settings import Settings

log = logging.getLogger(__name__)

Watch = Callable[[Settings, threading.Event], None]
WATCHES: list[Watch] = []
SECONDS_AFTER_A_FAULT = 10


def beside_the_mails(watch: Watch) -> Watch:
    """Declare a function that watches until it is told to stop."""
    WATCHES.append(watch)
    return watch


@contextmanager
def watching(settings: Settings, stop: threading.Event) -> Iterator[None]:
    """Watch in the length of a block; the caller sets `stop` before its end."""
    threads = [threading.Thread(target=_insist, args=(w, settings, stop)) for w in WATCHES]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def _insist(watch: Watch, settings: Settings, stop: threading.Event) -> None:
    """Watch on, whatever happens: a fault must not end it unseen."""
    while not stop.is_set():
        try:
            watch(settings, stop)
        except Exception as fault:
            log.error("watch=%s outcome=failed %s", watch.__name__, named(fault))
            stop.wait(SECONDS_AFTER_A_FAULT)
