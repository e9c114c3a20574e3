"""The worker's connections: further ones are opened while the server keeps the others waiting.

A mail server may take ten minutes for an answer (RFC 5321 4.5.3.2), and hanging up earlier causes
duplicates. When every connection has waited for a second, another one is opened, up to
`mail_connections`, each a `Worker` in a thread of its own. The last one takes one-time codes only.
They end after half a minute without work.
"""

import logging
import threading
import time

from flask import Flask

from ebok.database import now
from ebok.database.outages import named
from ebok.mail.bell import Alarms
from ebok.mail.connection import Relay
from ebok.mail.delivering import POLL_SECONDS, Worker
from ebok.mail.models import ALERT, BULK, LEASE, ORDINARY, URGENT, Mail
from ebok.mail.sender import Sender
from ebok.mail.verdicts import NotSent
from ebok.settings import Settings

log = logging.getLogger(__name__)

HELD_SECONDS = 1
SHARE_SECONDS = 3
"""After this wait, a mailing's other claimed mails are released to other connections."""
RENEW_SECONDS = 20
IDLE_SECONDS = 30
STOP_SECONDS = 8
"""Time for the mail in hand when the worker stops; then the connection is cut."""
LOOK_SECONDS = 5


class Lane(threading.Thread):
    """A worker in a thread; with `is_kept` it does not end when idle."""

    def __init__(self, worker: Worker, alarms: Alarms, is_kept: bool = False):
        super().__init__(daemon=True)
        self.worker = worker
        self.alarms, self.alarm = alarms, alarms.new()
        self.is_kept = is_kept

    def run(self) -> None:
        """Send mails until told to stop, or until idle for a while."""
        try:
            self._send()
        except Exception as fault:
            log.error("outcome=connection-ended %s", named(fault))
        finally:
            self.worker.is_busy = False
            self.alarms.forget(self.alarm)
            self.worker.leave()

    def _send(self) -> None:
        worker, busy_tick = self.worker, time.monotonic()
        while not worker.stop.is_set():
            self.alarm.clear()
            pause = worker.safely(worker.turn)
            if worker.is_busy:
                # A server in trouble is not tried sooner because of a new mail.
                worker.stop.wait(pause)
                busy_tick = time.monotonic()
            elif self.is_kept:
                self.alarm.wait(pause)
            elif time.monotonic() - busy_tick > IDLE_SECONDS:
                return
            else:
                self.alarm.wait(min(pause, IDLE_SECONDS))


class AlertWorker(Worker):
    """Sends alerts over the second relay; if that fails, leaves them to the first."""

    def __init__(self, settings: Settings, app: Flask, stop: threading.Event):
        super().__init__(settings, app, stop, ALERT)
        self.sender = Sender(settings, Relay.of_alerts(settings))

    def find_waiting(self) -> Mail | None:
        """The alert to send next."""
        return Mail.find_alert(now())

    def rest(self, fault: NotSent) -> float:
        """Leave the waiting alerts to the first relay; returns seconds to wait."""
        Mail.update(priority=ORDINARY).where(Mail.priority == ALERT).execute()
        log.warning("what=alert-relay outcome=server-trouble fault=%r", fault.fault)
        return POLL_SECONDS


class Lanes:
    """All connections of the worker, supervised for how long each waits."""

    def __init__(self, first: Worker):
        self.settings, self.app, self.stop = first.settings, first.app, first.stop
        self.alarms = Alarms(first.settings.data_dir, first.stop)
        self.alarm = self.alarms.new()
        self.first = self._start(first, True)
        self.lanes = [self.first]
        self.looked = self.renewed = time.monotonic()

    def _start(self, worker: Worker, is_kept: bool = False) -> Lane:
        lane = Lane(worker, self.alarms, is_kept)
        worker.begun = self.alarm.set
        lane.start()
        return lane

    def are_busy(self) -> bool:
        """Whether any connection has work, so that `look` must be called often."""
        return any(lane.worker.is_busy for lane in self.lanes)

    def look(self) -> None:
        """Open further connections, renew and share claims, and cut overdue ones; call often."""
        if not self.first.is_alive() and not self.stop.is_set():
            # The supervisor restarts the process.
            raise RuntimeError("the first connection has ended")
        self.lanes = [lane for lane in self.lanes if lane.is_alive()]
        for lane in self.lanes:
            self._watch(lane.worker)
        if time.monotonic() - self.renewed > RENEW_SECONDS:
            self.renewed = time.monotonic()
            self._renew()
        self._send_alerts()
        if all(lane.worker.sender.waits_for() > HELD_SECONDS for lane in self._usual()):
            self._open_another()

    def _usual(self) -> list[Lane]:
        return [lane for lane in self.lanes if not isinstance(lane.worker, AlertWorker)]

    def _watch(self, worker: Worker) -> None:
        if worker.sender.is_overdue():
            worker.sender.abort()
        with worker.lock:
            # Under the lock, so that it is still the mail whose wait was measured.
            mail = worker.in_hand
            if mail and worker.sender.waits_for() > SHARE_SECONDS:
                worker.is_shared = True
                Mail.release_others(worker.worker_lock.name, mail.id)
                self.alarms.set()

    def _renew(self) -> None:
        for lane in self.lanes:
            if lane.worker.sender.waits_for() > RENEW_SECONDS:
                Mail.renew_all_of(lane.worker.worker_lock.name, now() + LEASE)

    def _open_another(self) -> None:
        count = len(self._usual())
        if count >= self.settings.mail_connections:
            return
        most = URGENT if count + 1 == self.settings.mail_connections else BULK
        if Mail.find_waiting(now(), most):
            self.lanes.append(self._start(Worker(self.settings, self.app, self.stop, most)))
            log.info("outcome=another-connection count=%s", count + 1)

    def _send_alerts(self) -> None:
        if not self.settings.alert_relay or time.monotonic() - self.looked < LOOK_SECONDS:
            return
        self.looked = time.monotonic()
        if len(self._usual()) == len(self.lanes) and Mail.find_alert(now()):
            self.lanes.append(self._start(AlertWorker(self.settings, self.app, self.stop)))

    def end(self) -> None:
        """Wait for the mails in hand, then cut the remaining connections."""
        until = time.monotonic() + STOP_SECONDS
        for lane in self.lanes:
            lane.join(max(0, until - time.monotonic()))
        for lane in self.lanes:
            if lane.is_alive():
                lane.worker.sender.abort()
        for lane in self.lanes:
            lane.join(STOP_SECONDS)
