"""Opens alerts for failing checks: by the worker, or by web processes if the worker is missing.

Each minute the worker runs the quick checks, and once a day all of them in a process of its own. A
failure found twice in a row opens an alert (`mail/alerts.py`), which ends when it has passed.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from flask import Flask, Response

from ebok import settings
from ebok.database import CLOCKS_DIFFER, connection, transaction
from ebok.database.outages import named
from ebok.doctor import FAIL, OK, Checkup, Finding, examine
from ebok.languages import in_report_language
from ebok.mail import alerts
from ebok.operation.operations_workers import look_for_the_worker
from ebok.parts import every
from ebok.settings import Settings

log = logging.getLogger(__name__)

ROUND_SECONDS = 60
DAY_SECONDS = 86_400
NICENESS = 19


class HealthAlerts:
    """Opens and ends alerts for findings; remembers the last ones, to ignore brief failures."""

    def __init__(self):
        self.found: set[tuple[str, str]] = set()

    def update(self, findings: list[Finding], is_patient: bool = True) -> None:
        """Open alerts for failures found twice in a row, and end those that have passed."""
        by_name = defaultdict(list)
        for each in findings:
            by_name[each.name].append(each)
        before, self.found = self.found, set()
        for name, found in by_name.items():
            bad = [each for each in found if each.state != OK]
            self.found |= {(name, each.state) for each in bad}
            lasting = [each for each in bad if not is_patient or (name, each.state) in before]
            if lasting:
                _open_alert(name, lasting)
            elif not bad:
                with transaction():
                    alerts.end(cause(name))


def cause(name: str) -> str:
    """The alert's cause for this check."""
    return f"check-{name}"


def _open_alert(name: str, findings: list[Finding]) -> None:
    lines = [line for each in findings for line in (each.what, each.todo) if line]
    with transaction():
        alerts.open_alert(cause(name), "", "\n".join(lines))


def without_own_alert(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of the checks whose feature opens no alert of its own."""
    names = {each.name for each in every("checks", Checkup) if not each.own_alert}
    return [each for each in findings if each.name in names]


def watch_health(settings: Settings, stop: threading.Event) -> None:
    """Run the quick checks each minute, and all of them once a day, until `stop` is set."""
    alerted, day = HealthAlerts(), Day(settings.data_dir / "examined")
    while not stop.wait(ROUND_SECONDS):
        with connection(), in_report_language(settings):
            alerted.update(without_own_alert(examine(settings, quick=True)))
        if day.is_over():
            _examine_all(stop)


class Day:
    """When all checks last ran: the modification time of a file, which outlives the worker."""

    def __init__(self, path: Path):
        self.path = path

    def is_over(self) -> bool:
        """Whether a day has passed; if so, a new one begins. A new file begins one, too."""
        try:
            age = time.time() - self.path.stat().st_mtime
        except FileNotFoundError:
            self.path.touch(0o600)
            return False
        # A day that began in the future was begun with a wrong clock.
        is_over = age > DAY_SECONDS or age < -CLOCKS_DIFFER.total_seconds()
        if is_over:
            os.utime(self.path)
        return is_over


def _examine_all(stop: threading.Event) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ebok", "doctor", "--tell"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    while process.poll() is None:
        if stop.wait(0.5):
            process.terminate()
            process.wait()


def register(app: Flask) -> None:
    """Have the web processes of `app` check the worker, which cannot report its own end."""
    alerted, chosen = HealthAlerts(), settings.of(app)
    due = time.monotonic() + ROUND_SECONDS

    @app.after_request
    def look(response: Response) -> Response:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + ROUND_SECONDS
            try:
                _look_for_the_worker(alerted, chosen)
            except Exception as fault:
                # The visitor's response must not fail because of this check.
                log.error("what=worker outcome=not-looked-for %s", named(fault))
        return response


def _look_for_the_worker(alerted: HealthAlerts, settings: Settings) -> None:
    with connection(), in_report_language(settings):
        found = [Finding(e.state, e.what, e.todo, "worker") for e in look_for_the_worker(settings)]
        if any(each.state == FAIL for each in found):
            log.error("what=worker outcome=absent")
        # Not ended here: the worker ends it when it is back; the missing one may be another
        # machine's.
        alerted.update([each for each in found if each.state == FAIL])
