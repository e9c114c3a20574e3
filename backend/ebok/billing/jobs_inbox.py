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
import time
from collections.abc import Iterator

from ebok.billing import operations_alerts as alerts
from ebok.billing.models_deliveries import Delivery
from ebok.billing.operations_inbox import Inbox, is_theirs, look_at
from ebok.billing.operations_inbox_state import Books
from ebok.database import connection, now
from ebok.database.outages import in_words
from ebok.doctor import Finding, checkup, fail, fine
from ebok.files.folders import folder_at, status_of
from ebok.jobs import supervised
from ebok.languages import in_report_language, say as _
from ebok.settings import Settings

log = logging.getLogger(__name__)

LOOK_SECONDS = 20
WAITING_SECONDS = 3600
SECONDS_TO_END = 5
NICENESS = 10


@supervised
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
        alerts.end_unreadable(self.settings)
        self.inbox, self.is_told = inbox, False
        return inbox

    def _tell(self, fault: OSError) -> None:
        if not self.is_told:
            with in_report_language(self.settings):
                alerts.tell_unreadable(in_words(fault, self.settings), self.settings)
        self.is_told = True


@checkup("inbox", quick=True, told=False)
def look_at_the_inbox(settings: Settings) -> Iterator[Finding]:
    """Whether it can be read, and nothing complete lies in it for long. It changes nothing."""
    path = settings.data_dir.resolve() / "inbox"
    if not path.exists():
        return
    try:
        with folder_at(path.resolve()) as folder:
            waiting = _waiting(folder, Books(settings))
    except OSError as fault:
        what = _("The inbox cannot be read: %(fault)s.", fault=in_words(fault, settings))
        yield fail(what, _("Make the user that runs e-BOK the owner of the folder."))
        return
    if waiting:
        what = _("Bundles have been in the inbox for more than an hour: %(count)s.", count=waiting)
        todo = _("Check whether the worker is running, and what the log says at `bundle=`.")
        yield fail(what, todo)
    else:
        yield fine(_("can be read, and nothing is waiting in it"))


def _waiting(folder: int, books: Books) -> int:
    """How many bundles lie there complete since long, and were not laid aside."""
    long_ago = time.time() - WAITING_SECONDS
    names = [n for n in os.listdir(folder) if is_theirs(n)]
    old = [n for n in names if status_of(n, folder).st_ctime < long_ago]
    found = filter(None, (look_at(name, folder) for name in old))
    return sum(not books.note_of(each.name, each.identity).is_over for each in found)


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
