"""The worker's connections: a second one carries the codes while the first is kept waiting.

A mail server may take ten minutes for its answer (RFC 5321 4.5.3.2), and whoever hangs up sooner
makes copies. So nobody hangs up: when every connection has waited for a second another one
is opened, up to `mail_connections`, each a `Worker` of its own in a thread. The last of them takes
codes only. They end when there is nothing to do for half a minute.
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
"""After so long what else is claimed for a mailing goes to others."""
RENEW_SECONDS = 20
IDLE_SECONDS = 30
STOP_SECONDS = 8
"""When told to stop, the mail in hand has so long; then it is as if the server had hung up."""
LOOK_SECONDS = 5


class Lane(threading.Thread):
    """One worker in a thread. `is_kept`: it stays, however little there is to do."""

    def __init__(self, worker: Worker, alarms: Alarms, is_kept: bool = False):
        super().__init__(daemon=True)
        self.worker = worker
        self.alarms, self.alarm = alarms, alarms.new()
        self.is_kept = is_kept

    def run(self) -> None:
        """Send until told to stop, or until there has been nothing to send for a while."""
        try:
            self._send()
        except Exception as fault:
            log.error("outcome=connection-ended %s", named(fault))
        finally:
            self.worker.is_busy = False
            self.alarms.forget(self.alarm)
            self.worker.leave()

    def _send(self) -> None:
        worker, busy_at = self.worker, time.monotonic()
        while not worker.stop.is_set():
            self.alarm.clear()
            pause = worker.safely(worker.turn)
            if worker.is_busy:
                # A server in trouble is not tried again because somebody has posted a mail.
                worker.stop.wait(pause)
                busy_at = time.monotonic()
            elif self.is_kept:
                self.alarm.wait(pause)
            elif time.monotonic() - busy_at > IDLE_SECONDS:
                return
            else:
                self.alarm.wait(min(pause, IDLE_SECONDS))


class AlertWorker(Worker):
    """Alerts, over the second relay; when that is in trouble the first takes them."""

    def __init__(self, settings: Settings, app: Flask, stop: threading.Event):
        super().__init__(settings, app, stop, ALERT)
        self.sender = Sender(settings, Relay.of_alerts(settings))

    def find_waiting(self) -> Mail | None:
        """Only alerts."""
        return Mail.find_alert(now())

    def rest(self, fault: NotSent) -> float:
        """Hand what waits to the first relay."""
        Mail.update(priority=ORDINARY).where(Mail.priority == ALERT).execute()
        log.warning("what=alert-relay outcome=server-trouble fault=%r", fault.fault)
        return POLL_SECONDS


class Lanes:
    """All of them, and the eye on how long each has waited."""

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
        """Whether a mail waits or leaves, so that `look` is called often."""
        return any(lane.worker.is_busy for lane in self.lanes)

    def look(self) -> None:
        """Open, renew, share, and end what takes too long; often while they are busy."""
        if not self.first.is_alive() and not self.stop.is_set():
            # Whoever looks after this process starts it anew.
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
            # Under the lock it is this very wait: whoever was kept waiting asks for it, too.
            mail = worker.in_hand
            if mail and worker.sender.waits_for() > SHARE_SECONDS:
                worker.is_shared = True
                Mail.release_others(worker.presence.name, mail.id)
                self.alarms.set()

    def _renew(self) -> None:
        for lane in self.lanes:
            if lane.worker.sender.waits_for() > RENEW_SECONDS:
                Mail.renew_all_of(lane.worker.presence.name, now() + LEASE)

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
        """Wait for the mails in hand; what then still waits is cut off."""
        until = time.monotonic() + STOP_SECONDS
        for lane in self.lanes:
            lane.join(max(0, until - time.monotonic()))
        for lane in self.lanes:
            if lane.is_alive():
                lane.worker.sender.abort()
        for lane in self.lanes:
            lane.join(STOP_SECONDS)
