"""One mail after the other is taken from the outbox and sent.

Delivery is at least once. A death after the server's 250 and before that is noted sends one mail
twice; every other death sends it once. A secret is generated for each try, and the retry voids it,
unless the server may have taken the mail already: see `doubts.py`.
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
from ebok.mail.house import TIDY_SECONDS, House
from ebok.mail.kinds import letters
from ebok.mail.models import (
    ALERT,
    BULK,
    EXPIRED,
    LEASE,
    LONGEST_RETRY,
    NOT_WANTED,
    Mail,
)
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
from ebok.mail.worker_lock import Presence
from ebok.settings import Settings

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
FIRST_RETRY = timedelta(minutes=1)
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30


class Worker:
    """One connection to the server, one mail at a time."""

    def __init__(
        self, settings: Settings, app: Flask, stop: threading.Event, most: int | None = None
    ):
        """`most`: of a further connection, the last priority that it takes."""
        self.settings = settings
        self.app = app
        self.stop = stop
        self.is_first = most is None
        self.most = (BULK if settings.alert_relay else ALERT) if most is None else most
        self.presence = Presence(settings.data_dir / "workers")
        self.house = House(settings, self.presence)
        self.sender = Sender(settings)
        # What another thread decides by: see `lanes.py`.
        self.lock = threading.Lock()
        self.in_hand: Mail | None = None
        self.is_shared = False
        # Whether a mail waits or leaves, and who is told of the first.
        self.is_busy = False
        self.begun: Callable[[], None] = lambda: None
        self.pause_seconds = 0
        self.resting_since = 0.0
        self.was_disliked = False
        self.freed_at = float("-inf")

    def leave(self) -> None:
        """End: nothing is held any more."""
        self.sender.close()
        self.presence.leave()

    def turn_safely(self) -> float:
        """House and mails at once, as a test takes them; see `safely`."""
        return self.safely(lambda: self.house.keep() or self.turn())

    def safely(self, step: Callable[[], float | None]) -> float:
        """One step, whatever the database does; returns the seconds to wait before the next."""
        try:
            with self.app.app_context(), connection():
                return step() or 0
        except PeeweeException as fault:
            log.error("outcome=database-fault %s", named(fault))
            # A claim of ours may have been left behind: the next turn frees it.
            self.freed_at = float("-inf")
            return FIRST_PAUSE_SECONDS

    def turn(self) -> float:
        """Send one mail, or some of a town's, if any is waiting and the server is there.

        Returns the seconds to wait; while nothing waits (`is_busy`) it may ring before.
        """
        self.free_now_and_then()
        waiting = self.find_waiting()
        was_busy, self.is_busy = self.is_busy, waiting is not None
        if not waiting:
            return min(Mail.seconds_to_next(now()), self.sender.close_if_idle())
        if not was_busy:
            self.begun()
        try:
            # Before the claim: while the server is down no mail is touched and nothing generated.
            self.sender.open()
        except Unreachable as fault:
            # That there is no second connection to be had is nobody's matter.
            fault.is_ours &= self.is_first
            return self.rest(fault)
        offers.note(self.sender.connection)
        if waiting.priority == BULK:
            return Mailing(self).send()
        mail = Mail.claim(self.presence.name, now(), now() + LEASE, waiting.priority)
        return self.deliver(mail) if mail else 0

    def find_waiting(self) -> Mail | None:
        """The mail that should leave next."""
        return Mail.find_waiting(now(), self.most)

    def deliver(self, mail: Mail) -> float:
        """Mint, send, and note what became of it."""
        with self.app.app_context():
            return self._deliver(mail)

    def _deliver(self, mail: Mail) -> float:
        message = None
        try:
            message = self.generate(mail)
            if message:
                self.send(mail, message)
                # A file knows of it before the database does, should we die in between.
                self.presence.note_taken(mail.id, now())
                self.note_taken()
                log_outcome(mail, "sent")
        except NotSent as fault:
            if isinstance(fault, Doubtful):
                doubts.keep(mail, message)
            return self.blame(mail, fault)
        except PeeweeException:
            raise
        except Exception as fault:
            self.lay_aside(mail, fault)
        return 0

    def send(self, mail: Mail, message: Message, meanwhile: Callable = lambda: None) -> None:
        """Hand a message over; when it was taken, all is well with the server."""
        self.in_hand = mail
        try:
            self.sender.send(message, mail.tag, meanwhile)
        finally:
            with self.lock:
                self.in_hand = None
        doubts.forget(mail)
        self.pause_seconds, self.resting_since, self.was_disliked = 0, 0.0, False

    def generate(self, mail: Mail) -> Message | None:
        """The message with its secret, whose hash is stored; None when there is nothing to send."""
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
        """Nobody wants this mail any more."""
        mail.give_up(now(), NOT_WANTED)
        log_outcome(mail, "not-wanted")

    def blame(self, mail: Mail, fault: NotSent) -> float:
        """The mail did not leave: whose fault it was decides what becomes of it, and of the rest.

        Returns the seconds to wait before the next.
        """
        if isinstance(fault, TooLarge) and not doubts.is_too_large(mail) and _may_shrink(mail):
            doubts.note_too_large(mail)
            mail.put_off(mail.due_at, fault.fault, mail.tries + 1)
            log_outcome(mail, "too-large", fault.fault)
            return 0
        if isinstance(fault, Refused):
            return self.note_dead(mail, fault)
        if isinstance(fault, Unreachable):
            # The mail could not help it: this try does not count.
            return self.wait_with(mail, fault)
        if isinstance(fault, Disliked | TooLarge):
            trouble.alert_refused(self.settings, fault)
            # One such answer may be about this mail, a second one is not.
            if self.was_disliked:
                return self.wait_with(mail, fault)
            self.was_disliked = True
        return self.settle(mail, fault)

    def wait_with(self, mail: Mail, fault: NotSent) -> float:
        """This mail waits as all of them do, and is as good as untried."""
        pause = self.rest(fault)
        mail.put_off(now() + timedelta(seconds=pause), fault.fault, mail.tries)
        return pause

    def lay_aside(self, mail: Mail, fault: Exception) -> None:
        """A letter that cannot be written must not stop the others.

        Its words may hold what it was about, so only the class and the place are kept.
        """
        place = traceback.extract_tb(fault.__traceback__)[-1]
        log.error("letter=%s outcome=not-written at=%s:%s", mail.letter, place.name, place.lineno)
        self.settle(mail, Postponed(type(fault).__name__))

    def settle(self, mail: Mail, fault: NotSent) -> float:
        """Try again later, unless that is useless or too late; returns the seconds to wait."""
        tries, moment = mail.tries + 1, now()
        pause = self.rest(fault) if isinstance(fault, Broken) else 0.0
        if isinstance(fault, Doubtful) and mail.tries:
            trouble.alert_refused(self.settings, fault)
        due_at = moment + _delay(tries)
        if type(fault) is Broken and not mail.tries:
            # It was not taken, for sure, and the next connection may be a better one.
            due_at = moment + timedelta(seconds=pause)
        if due_at >= mail.expires_at:
            # Once more before it is worth nothing, if there is a minute left for it.
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
        """The recipient's address is dead: whoever has it learns of that at once.

        Unless too many are called so at once: then the server is wrong, and all mails wait.
        """
        # How many were taken meanwhile tells the one from the other.
        self.note_taken()
        told = (mail, undelivered.DEAD, fault.status, f"session-{mail.tag}")
        with transaction():
            if is_dead := undelivered.note(*told) != undelivered.DOUBTED:
                mail.give_up(now(), fault.fault, mail.tries + 1)
        log_outcome(mail, "refused" if is_dead else "doubted", fault.fault)
        return 0.0 if is_dead else self.wait_with(mail, fault)

    def rest(self, fault: NotSent) -> float:
        """The server is in trouble: wait, longer each time, and let all mails wait."""
        doubled = max(FIRST_PAUSE_SECONDS, self.pause_seconds * 2)
        self.pause_seconds = min(doubled, LONGEST_PAUSE_SECONDS)
        log.warning("outcome=server-trouble fault=%r pause=%s", fault.fault, self.pause_seconds)
        self.resting_since = self.resting_since or time.monotonic()
        trouble.note_rest(self.settings, fault, time.monotonic() - self.resting_since)
        return self.pause_seconds

    def note_taken(self) -> None:
        """Tell the database of the mails that have left; until then a file knows of them."""
        if self.presence.taken:
            insist(note_sent, self.presence.taken)
            self.presence.forget_taken()

    def free_now_and_then(self) -> None:
        """Let go of what a fault of the database has left with us."""
        if time.monotonic() - self.freed_at >= TIDY_SECONDS:
            self.note_taken()
            Mail.release_all_of(self.presence.name)
            self.freed_at = time.monotonic()


def _may_shrink(mail: Mail) -> bool:
    return letters()[mail.letter].attach is not None


def _delay(tries: int) -> timedelta:
    """1 minute after the first try, then twice as long each time, 6 hours at most."""
    return min(FIRST_RETRY * 2 ** min(tries - 1, 16), LONGEST_RETRY)


def log_outcome(mail: Mail, outcome: str, fault: str = "") -> None:
    """Log what became of a mail."""
    log.info("mail=%s letter=%s outcome=%s fault=%r", mail.id, mail.letter, outcome, fault)
