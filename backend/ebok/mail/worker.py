"""The worker process: sends mails in threads, does housekeeping in the main thread."""

import logging
import signal
import threading
import time

from flask import Flask

from ebok.jobs import watching
from ebok.mail import bell
from ebok.mail.delivering import POLL_SECONDS, Worker
from ebok.mail.lanes import Lanes
from ebok.settings import Settings

log = logging.getLogger(__name__)

STOPPING = (signal.SIGTERM, signal.SIGINT)


def work(settings: Settings, app: Flask) -> None:
    """Run the worker process until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    # `ebok serve` blocks these signals until here.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    run(settings, app, stop)


def run(settings: Settings, app: Flask, stop: threading.Event) -> None:
    """Send mails until `stop` is set; the mail in hand is finished first."""
    first = Worker(settings, app, stop)
    rounds = _Rounds(first, Lanes(first))
    log.info("worker=%s outcome=started", first.worker_lock.name)
    with watching(settings, stop):
        try:
            while not stop.is_set():
                rounds.go()
        finally:
            # However this ends, the watches must end too.
            stop.set()
            rounds.lanes.end()
    log.info("worker=%s outcome=stopped", first.worker_lock.name)


class _Rounds:
    """Rounds of the main thread: seldom when idle, at once after a signal."""

    def __init__(self, first: Worker, lanes: Lanes):
        self.first, self.lanes = first, lanes
        self.is_rung, self.often_until = True, float("-inf")

    def go(self) -> None:
        """Do one round and wait."""
        self.lanes.alarm.clear()
        self.is_rung = self.lanes.alarm.wait(self.first.safely(self._look))

    def _look(self) -> float:
        self.lanes.look()
        self.first.housekeeping.run_due()
        if self.lanes.are_busy() or self.first.housekeeping.schedule.have_more():
            return POLL_SECONDS
        if self.first.find_waiting():
            if not self.is_rung:
                self.often_until = time.monotonic() + bell.UNHEARD_SECONDS
            self.lanes.alarms.set()
        return POLL_SECONDS if time.monotonic() < self.often_until else bell.LOOK_SECONDS
