"""Polls the inbox in the mail worker, and starts a process that imports.

Importing a town takes minutes of CPU. A thread would delay the one-time codes; a process of lower
priority does not, returns its memory when it ends, and may crash without stopping the mails.
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
from ebok.billing.operations_inbox import Inbox, find_complete, is_candidate
from ebok.billing.operations_inbox_state import InboxState
from ebok.database import connection, now
from ebok.database.outages import in_words
from ebok.doctor import Finding, checkup, fail, fine
from ebok.files.folders import folder_at, status_of
from ebok.jobs import supervised
from ebok.languages import in_report_language, say as _
from ebok.settings import Settings

log = logging.getLogger(__name__)

POLL_SECONDS = 20
WAITING_SECONDS = 3600
SECONDS_TO_END = 5
NICENESS = 10


@supervised
def watch_inbox(settings: Settings, stop: threading.Event) -> None:
    """Start an import whenever a complete bundle is waiting and no import is running."""
    poller = _InboxPoller(settings)
    while not stop.wait(POLL_SECONDS):
        if poller.has_work():
            _run_import(stop)


class _InboxPoller:
    """Polls the inbox, and raises an alert while it cannot be read."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.inbox: Inbox | None = None
        self.is_alert_sent = False

    def has_work(self) -> bool:
        """Whether something is due and no other process imports."""
        try:
            inbox = self.inbox or self._open()
            if not inbox.find_due() and not _has_delivery():
                return False
            with inbox.state.lock() as is_locked:
                return is_locked
        except OSError as fault:
            self.inbox = None
            self._alert(fault)
            return False

    def _open(self) -> Inbox:
        inbox = Inbox(self.settings)
        inbox.find_due()
        alerts.clear_unreadable(self.settings)
        self.inbox, self.is_alert_sent = inbox, False
        return inbox

    def _alert(self, fault: OSError) -> None:
        if not self.is_alert_sent:
            with in_report_language(self.settings):
                alerts.alert_unreadable(in_words(fault, self.settings), self.settings)
        self.is_alert_sent = True


@checkup("inbox", quick=True, own_alert=True)
def check_inbox(settings: Settings) -> Iterator[Finding]:
    """Whether the inbox can be read and no complete bundle waits for long. Changes nothing."""
    path = settings.data_dir.resolve() / "inbox"
    if not path.exists():
        return
    try:
        with folder_at(path.resolve()) as folder:
            overdue = _count_overdue(folder, InboxState(settings))
    except OSError as fault:
        what = _("The inbox cannot be read: %(fault)s.", fault=in_words(fault, settings))
        yield fail(what, _("Make the user that runs e-BOK the owner of the folder."))
        return
    if overdue:
        what = _("Bundles have been in the inbox for more than an hour: %(count)s.", count=overdue)
        todo = _("Check whether the worker is running, and what the log says at `bundle=`.")
        yield fail(what, todo)
    else:
        yield fine(_("can be read, and nothing is waiting in it"))


def _count_overdue(folder: int, state: InboxState) -> int:
    """Number of complete bundles that wait for over an hour and were not given up."""
    long_ago = time.time() - WAITING_SECONDS
    names = [n for n in os.listdir(folder) if is_candidate(n)]
    old = [n for n in names if status_of(n, folder).st_ctime < long_ago]
    found = filter(None, (find_complete(name, folder) for name in old))
    return sum(not state.record_of(each.name, each.identity).is_over for each in found)


def _has_delivery() -> bool:
    """Whether a bundle delivered over HTTP is due."""
    with connection():
        return Delivery.find_due(now()) is not None


def _run_import(stop: threading.Event) -> None:
    """Run `ebok inbox` with this process's environment; terminate it when `stop` is set."""
    process = subprocess.Popen([sys.executable, "-m", "ebok", "inbox"])
    # Lower priority than pages and one-time codes.
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
        # Pause after a crash: its cause may persist.
        stop.wait(SECONDS_TO_END)
