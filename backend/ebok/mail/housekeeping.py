"""The worker's housekeeping beside mails: jobs, retention, expired mails, ended workers."""

import logging
import time

from ebok.database import now
from ebok.jobs import Job, Schedule, apply_retention
from ebok.mail import expiring
from ebok.mail.models import Mail
from ebok.mail.noting import note_sent
from ebok.mail.worker_lock import WorkerLock
from ebok.parts import every
from ebok.settings import Settings

log = logging.getLogger(__name__)

TIDY_SECONDS = 10
FORGET_SECONDS = 3600


class Housekeeping:
    """Does each kind of housekeeping when it is due."""

    def __init__(self, settings: Settings, worker_lock: WorkerLock):
        self.settings = settings
        self.worker_lock = worker_lock
        self.schedule = Schedule(every("jobs", Job))
        self.tidied_tick = float("-inf")
        self.forgot_tick = float("-inf")

    def run_due(self) -> None:
        """Do what is due now."""
        self.tidy_now_and_then()
        self.forget_now_and_then()
        self.schedule.run_due(self.settings)

    def forget_now_and_then(self) -> None:
        """Apply retention once an hour: see `jobs.py`."""
        if time.monotonic() - self.forgot_tick >= FORGET_SECONDS:
            self.forgot_tick = time.monotonic()
            apply_retention(self.settings)

    def tidy_now_and_then(self) -> None:
        """Give up expired mails, and release the claims of workers that ended."""
        if time.monotonic() - self.tidied_tick < TIDY_SECONDS:
            return
        for name in self.worker_lock.find_others():
            with self.worker_lock.take_over(name) as taken:
                if taken:
                    note_sent(taken)
                if taken is not None and Mail.release_all_of(name) + len(taken):
                    log.warning("worker=%s outcome=died", name)
        for _expired in range(expiring.expire(now())):
            log.warning("outcome=expired")
        self.tidied_tick = time.monotonic()
