"""The eye on the inbox, in the mail worker's process; the work is done by a process of its own.

A town's import takes a processor for minutes. In a thread it would hold up the one-time codes; as a
process of lower priority it does not, it gives its memory back when it ends, and whatever it dies
of, the mails go on.
"""

import logging
import os
import subprocess
import sys
import threading

from ebok.beside import beside_the_mails
from ebok.billing import outcomes
from ebok.billing.context import office
from ebok.billing.inbox import Inbox
from ebok.billing.outages import in_words
from ebok.database import connection, now
from ebok.imports.deliveries import Delivery
from ebok.settings import Settings

log = logging.getLogger(__name__)

LOOK_SECONDS = 2
SECONDS_TO_END = 5
NICENESS = 10


@beside_the_mails
def watch_inbox(settings: Settings, stop: threading.Event) -> None:
    """Start an import whenever something complete lies in the inbox and nobody else takes it."""
    eye = _Eye(settings)
    while not stop.wait(LOOK_SECONDS):
        if eye.sees_work():
            _take_all(stop)


class _Eye:
    """Looks into the inbox, and tells when it cannot, and when it can again."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.inbox: Inbox | None = None
        self.is_told = False

    def sees_work(self) -> bool:
        """Whether something is due that nobody else takes."""
        try:
            inbox = self.inbox or self._open()
            if not inbox.find_due() and not _has_delivery():
                return False
            with inbox.books.alone() as is_alone:
                return is_alone
        except OSError as fault:
            self.inbox = None
            self._tell(fault)
            return False

    def _open(self) -> Inbox:
        inbox = Inbox(self.settings)
        inbox.find_due()
        outcomes.end_unreadable(self.settings)
        self.inbox, self.is_told = inbox, False
        return inbox

    def _tell(self, fault: OSError) -> None:
        if not self.is_told:
            with office(self.settings):
                outcomes.tell_unreadable(in_words(fault, self.settings), self.settings)
        self.is_told = True


def _has_delivery() -> bool:
    """Whether a bundle that came over HTTP is due."""
    with connection():
        return Delivery.find_due(now()) is not None


def _take_all(stop: threading.Event) -> None:
    """Run `ebok inbox`, which reads the same environment, and end it when we are to end."""
    process = subprocess.Popen([sys.executable, "-m", "ebok", "inbox"])
    # The pages and the codes go first.
    os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    while process.poll() is None:
        if stop.wait(0.2):
            process.terminate()
            break
    try:
        process.wait(SECONDS_TO_END if stop.is_set() else None)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.returncode:
        log.warning("outcome=import-ended code=%s", process.returncode)
        # Whatever it died of may be there still.
        stop.wait(SECONDS_TO_END)
