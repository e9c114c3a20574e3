"""The worker's process: the mails in threads, everything else between two looks at them."""

import logging
import signal
import threading

from flask import Flask

from ebok.jobs import watching
from ebok.mail.delivering import POLL_SECONDS, Worker
from ebok.mail.lanes import Lanes
from ebok.settings import Settings

log = logging.getLogger(__name__)

STOPPING = (signal.SIGTERM, signal.SIGINT)


def work(settings: Settings, app: Flask) -> None:
    """Be the worker's process, until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    # `ebok serve` holds them back until here.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    run(settings, app, stop)


def run(settings: Settings, app: Flask, stop: threading.Event) -> None:
    """Send what lies in the outbox until `stop` is set; the mail in hand is finished first."""
    first = Worker(settings, app, stop)
    lanes = Lanes(first)
    log.info("worker=%s outcome=started", first.presence.name)

    def look() -> float:
        lanes.look()
        first.house.keep()
        return POLL_SECONDS

    with watching(settings, stop):
        try:
            while not stop.is_set():
                stop.wait(first.safely(look))
        finally:
            # However this ends, who watches beside it ends too.
            stop.set()
            lanes.end()
    log.info("worker=%s outcome=stopped", first.presence.name)
