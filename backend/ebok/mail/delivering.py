"""Takes mails from the outbox and sends them one by one.

Delivery is at least once. A crash between the server's 250 and our record of it sends a mail twice;
any other crash, once. Each try generates a new secret, and voids the former one, unless the server
may already have accepted that mail: see `doubts.py`.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from peewee import PeeweeException

from ebok.database import connection, now, transaction
from ebok.database.outages import named
from ebok.mail import doubts, expiring, offers, trouble, undelivered
from ebok.mail.bulk import Mailing
from ebok.mail.connection import Meanwhile
from ebok.mail.housekeeping import TIDY_SECONDS, Housekeeping
from ebok.mail.kinds import letters
from ebok.mail.models import ALERT, BULK, EXPIRED, LEASE, LONGEST_RETRY, NOT_WANTED, Mail
from ebok.mail.noting import insist, note_sent
from ebok.mail.render import Message, write
from ebok.mail.sender import Sender
from ebok.mail.verdicts import (
    Broken,
    Disliked,
    Doubtful,
    NotSent,
    Postponed,
    Refused,
    TooLarge,
    Unreachable,
)
from ebok.mail.worker_lock import WorkerLock
from ebok.settings import Settings

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
FIRST_RETRY = timedelta(minutes=1)
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30


class Worker:
    """Sends mails over one connection, one at a time."""

    def __init__(
        self, settings: Settings, app: Flask, stop: threading.Event, most: int | None = None
    ):
        """`most`: lowest priority (highest number) that an additional connection takes."""
        self.settings = settings
        self.app = app
        self.stop = stop
        self.is_first = most is None
        self.most = (BULK if settings.alert_relay else ALERT) if most is None else most
        self.worker_lock = WorkerLock(settings.data_dir / "workers")
        self.housekeeping = Housekeeping(settings, self.worker_lock)
        self.sender = Sender(settings)
        # Shared with the thread of `lanes.py`.
        self.lock = threading.Lock()
        self.in_hand: Mail | None = None
        self.is_shared = False
        # Whether a mail waits or is being sent, and a callback for when that begins.
        self.is_busy = False
        self.begun: Callable[[], None] = lambda: None
        self.pause_seconds = 0
        self.resting_since = 0.0
        self.was_disliked = False
        self.waited: set[int] = set()
        self.freed_tick = float("-inf")

    def leave(self) -> None:
        """Close the connection and release the worker's lock."""
        self.sender.close()
        self.worker_lock.leave()

    def turn_safely(self) -> float:
        """Do the housekeeping and one step, for tests; see `safely`."""
        return self.safely(lambda: self.housekeeping.run_due() or self.turn())

    def safely(self, step: Callable[[], float | None]) -> float:
        """Run a step, surviving faults of the database; returns the seconds to wait."""
        try:
            with self.app.app_context(), connection():
                return step() or 0
        except PeeweeException as fault:
            log.error("outcome=database-fault %s", named(fault))
            # Our claim may still be in the database: release it in the next step.
            self.freed_tick = float("-inf")
            return FIRST_PAUSE_SECONDS

    def turn(self) -> float:
        """Send one mail or a batch of a mailing, if any is waiting and the server answers.

        Returns the seconds to wait, which a signal may end unless `is_busy`.
        """
        self.free_now_and_then()
        waiting = self.find_waiting()
        was_busy, self.is_busy = self.is_busy, waiting is not None
        if not waiting:
            return min(Mail.seconds_to_next(now()), self.sender.close_if_idle())
        if not was_busy:
            self.begun()
        try:
            # Before the claim: while the server is away, no secret is generated.
            opened = self.sender.open()
        except Unreachable as fault:
            # An additional connection that the server refuses is no fault.
            fault.is_ours &= self.is_first
            return self.rest(fault)
        offers.note(opened)
        if waiting.priority == BULK:
            return Mailing(self).send()
        mail = Mail.claim(self.worker_lock.name, now(), now() + LEASE, waiting.priority)
        return self.deliver(mail) if mail else 0

    def find_waiting(self) -> Mail | None:
        """The mail to send next."""
        return Mail.find_waiting(now(), self.most)

    def deliver(self, mail: Mail) -> float:
        """Write the mail, send it, and record the result; returns the seconds to wait."""
        with self.app.app_context():
            return self._deliver(mail)

    def _deliver(self, mail: Mail) -> float:
        message = None
        try:
            message = self.generate(mail)
            if message:
                self.send(mail, message)
                # Recorded in a file before the database, in case we crash in between.
                self.worker_lock.note_taken(mail.id, now())
                self.note_taken()
                log_outcome(mail, "sent")
        except NotSent as fault:
            if message and isinstance(fault, Doubtful):
                doubts.keep(mail, message)
            return self.blame(mail, fault)
        except PeeweeException:
            raise
        except Exception as fault:
            self.lay_aside(mail, fault)
        return 0

    def send(self, mail: Mail, message: Message, meanwhile: Meanwhile = lambda: None) -> None:
        """Hand a message to the server; reset the pauses after success. Raises NotSent."""
        self.in_hand = mail
        try:
            self.sender.send(message, mail.tag, meanwhile)
        finally:
            with self.lock:
                self.in_hand = None
        doubts.forget(mail)
        self.pause_seconds, self.resting_since, self.was_disliked = 0, 0.0, False
        self.waited.clear()

    def generate(self, mail: Mail) -> Message | None:
        """Write the message, storing the hash of its secret; None if it must not be sent."""
        letter = letters()[mail.letter]
        with transaction():
            if not mail.renew(now() + LEASE):
                log_outcome(mail, "lost")
                return None
            if kept := doubts.kept(mail):
                return kept
            context = letter.write(mail.subject_id, self.settings)
            if context is None:
                self.drop(mail)
                return None
        return write(mail, context, self.settings).put_together()

    def drop(self, mail: Mail) -> None:
        """Give up a mail that is no longer wanted."""
        mail.give_up(now(), NOT_WANTED)
        log_outcome(mail, "not-wanted")

    def blame(self, mail: Mail, fault: NotSent) -> float:
        """Decide what happens to a mail that was not accepted, by whose fault it was.

        Returns the seconds to wait before the next mail.
        """
        if isinstance(fault, TooLarge) and not doubts.is_too_large(mail) and _may_shrink(mail):
            doubts.note_too_large(mail)
            mail.put_off(mail.due_at, fault.fault, mail.tries + 1)
            log_outcome(mail, "too-large", fault.fault)
            return 0
        if isinstance(fault, Refused):
            return self.note_dead(mail, fault)
        if isinstance(fault, Unreachable):
            # Not the mail's fault: this try does not count.
            return self.wait_with(mail, fault)
        if isinstance(fault, Disliked | TooLarge):
            trouble.alert_refused(self.settings, fault)
            # The first such answer may concern this mail only; a second one concerns all.
            if self.was_disliked:
                return self.wait_with(mail, fault)
            self.was_disliked = True
        return self.settle(mail, fault)

    def wait_with(self, mail: Mail, fault: NotSent) -> float:
        """Postpone this mail until the server's pause is over, without counting the try."""
        pause, moment = self.rest(fault), now()
        due_at = moment + timedelta(seconds=pause)
        # Twice since another was accepted: this may be due to the mail, and others go before it.
        if mail.id in self.waited and moment + FIRST_RETRY < mail.expires_at:
            due_at = max(due_at, moment + FIRST_RETRY)
        self.waited.add(mail.id)
        mail.put_off(due_at, fault.fault, mail.tries)
        return pause

    def lay_aside(self, mail: Mail, fault: Exception) -> None:
        """Postpone a mail that cannot be written, so that it does not stop the others.

        Only class and place of the exception are logged: its message may hold personal data.
        """
        place = traceback.extract_tb(fault.__traceback__)[-1]
        log.error("letter=%s outcome=not-written at=%s:%s", mail.letter, place.name, place.lineno)
        self.settle(mail, Postponed(type(fault).__name__))

    def settle(self, mail: Mail, fault: NotSent) -> float:
        """Postpone the mail, or give it up if it would expire; returns the seconds to wait."""
        tries, moment = mail.tries + 1, now()
        pause = self.rest(fault) if isinstance(fault, Broken) else 0.0
        if isinstance(fault, Doubtful) and mail.tries:
            trouble.alert_refused(self.settings, fault)
        due_at = moment + _delay(tries)
        if type(fault) is Broken and not mail.tries:
            # Certainly not accepted: try again at once over a new connection.
            due_at = moment + timedelta(seconds=pause)
        if due_at >= mail.expires_at:
            # One more try before it expires, if at least a minute is left.
            due_at = max(moment, mail.expires_at - 2 * FIRST_RETRY) + FIRST_RETRY
        if due_at >= mail.expires_at:
            if expiring.is_of_a_full_box(fault.fault):
                expiring.note_full(mail, fault.fault, tries)
            else:
                mail.give_up(moment, EXPIRED, tries)
            log_outcome(mail, "expired", fault.fault)
        else:
            mail.put_off(due_at, fault.fault, tries)
            log_outcome(mail, "put-off", fault.fault)
        return pause

    def note_dead(self, mail: Mail, fault: Refused) -> float:
        """Record that the recipient's address is dead; returns the seconds to wait.

        If too many are called dead at once, the server is not believed and all mails wait.
        """
        # The number of accepted mails distinguishes the two cases.
        self.note_taken()
        told = (mail, undelivered.DEAD, fault.status, f"session-{mail.tag}")
        with transaction():
            if is_dead := undelivered.note(*told) != undelivered.DOUBTED:
                mail.give_up(now(), fault.fault, mail.tries + 1)
        log_outcome(mail, "refused" if is_dead else "doubted", fault.fault)
        return 0.0 if is_dead else self.wait_with(mail, fault)

    def rest(self, fault: NotSent) -> float:
        """Pause all mails because of the server, longer each time; returns the seconds."""
        doubled = max(FIRST_PAUSE_SECONDS, self.pause_seconds * 2)
        self.pause_seconds = min(doubled, LONGEST_PAUSE_SECONDS)
        log.warning("outcome=server-trouble fault=%r pause=%s", fault.fault, self.pause_seconds)
        self.resting_since = self.resting_since or time.monotonic()
        trouble.note_rest(self.settings, fault, time.monotonic() - self.resting_since)
        return self.pause_seconds

    def note_taken(self) -> None:
        """Record accepted mails in the database; until then they are in a file."""
        if self.worker_lock.taken:
            insist(note_sent, self.worker_lock.taken)
            self.worker_lock.forget_taken()

    def free_now_and_then(self) -> None:
        """Release claims left behind by a fault of the database, from time to time."""
        if time.monotonic() - self.freed_tick >= TIDY_SECONDS:
            self.note_taken()
            Mail.release_all_of(self.worker_lock.name)
            self.freed_tick = time.monotonic()


def _may_shrink(mail: Mail) -> bool:
    return letters()[mail.letter].attach is not None


def _delay(tries: int) -> timedelta:
    """1 minute after the first try, doubled each time, at most 6 hours."""
    return min(FIRST_RETRY * 2 ** min(tries - 1, 16), LONGEST_RETRY)


def log_outcome(mail: Mail, outcome: str, fault: str = "") -> None:
    """Log the result for a mail."""
    log.info("mail=%s letter=%s outcome=%s fault=%r", mail.id, mail.letter, outcome, fault)
