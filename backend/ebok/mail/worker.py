"""The worker: takes one mail after the other from the outbox and sends it.

Delivery is at least once. A death after the server's 250 and before that is noted sends one mail
twice; every other death sends it once. A secret is minted for each try, and the retry voids it.
"""

import logging
import signal
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from peewee import PeeweeException

from ebok.beside import watching
from ebok.database import connection, database, now, transaction
from ebok.errands import run_due
from ebok.mail.letters import LETTERS
from ebok.mail.mailing import Mailing
from ebok.mail.models import BULK, EXPIRED, LEASE, LONGEST_RETRY, Mail
from ebok.mail.presence import Presence
from ebok.mail.sender import Broken, NotSent, Postponed, Refused, Sender, Unreachable
from ebok.mail.writing import write
from ebok.settings import Settings
from ebok.tidying import tidy_all

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
TIDY_SECONDS = 10
FORGET_SECONDS = 3600
FIRST_RETRY = timedelta(minutes=1)
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30
NOT_WANTED = "not wanted"
STOPPING = (signal.SIGTERM, signal.SIGINT)


def work(settings: Settings, app: Flask) -> None:
    """Be the worker's process, until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    # `ebok serve` holds them back until here.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    run(settings, app, stop)


def run(settings: Settings, app: Flask, stop: threading.Event) -> None:
    """Send what lies in the outbox until `stop` is set; the mail in hand is finished first."""
    worker = Worker(settings, app, stop)
    log.info("worker=%s outcome=started", worker.presence.name)
    with watching(settings, stop):
        try:
            while not stop.is_set():
                stop.wait(worker.turn_safely())
        finally:
            # However this ends, who watches beside it ends too.
            stop.set()
            worker.leave()
    log.info("worker=%s outcome=stopped", worker.presence.name)


class Worker:
    """One loop, one connection to the mail server, one mail at a time."""

    def __init__(self, settings: Settings, app: Flask, stop: threading.Event):
        self.settings = settings
        self.app = app
        self.stop = stop
        self.presence = Presence(settings.data_dir / "workers")
        self.sender = Sender(settings, app)
        self.pause_seconds = 0
        self.tidied_at = float("-inf")
        self.forgot_at = float("-inf")

    def leave(self) -> None:
        """End: nothing is held any more."""
        self.sender.close()
        self.presence.leave()

    def turn_safely(self) -> float:
        """One turn, whatever the database does; returns the seconds to wait before the next."""
        try:
            with connection():
                return self.turn()
        except PeeweeException as fault:
            log.error("outcome=database-fault class=%s", type(fault).__name__)
            # A claim of ours may have been left behind: the next turn frees it.
            self.tidied_at = float("-inf")
            return FIRST_PAUSE_SECONDS

    def turn(self) -> float:
        """Send one mail, or some of a town's, if any is waiting and the server is there."""
        self.tidy_now_and_then()
        self.forget_now_and_then()
        with self.app.app_context():
            run_due(self.settings)
        waiting = Mail.find_waiting(now())
        if not waiting:
            self.sender.close_if_idle()
            return POLL_SECONDS
        try:
            # Before the claim: while the server is down no mail is touched and nothing minted.
            self.sender.open()
        except Unreachable as fault:
            return self.rest(fault)
        if waiting.priority == BULK:
            return Mailing(self).send()
        mail = Mail.claim(self.presence.name, now(), now() + LEASE)
        return self.deliver(mail) if mail else 0

    def deliver(self, mail: Mail) -> float:
        """Mint, send, and note what became of it."""
        try:
            with self.app.app_context():
                message = self.mint(mail)
                if message:
                    self.sender.send(message, mail.tag)
                    self.insist(self.note_sent, [(mail.id, now())])
                    self.pause_seconds = 0
                    tell(mail, "sent")
        except NotSent as fault:
            return self.blame(mail, fault)
        except PeeweeException:
            raise
        except Exception as fault:
            self.lay_aside(mail, fault)
        return 0

    def mint(self, mail: Mail):
        """The message with its secret, whose hash is stored; None when there is nothing to send."""
        letter = LETTERS[mail.letter]
        with transaction():
            if not mail.renew(now() + LEASE):
                tell(mail, "lost")
                return None
            context = letter.write(mail.about, self.settings)
            if context is None:
                self.drop(mail)
                return None
        return write(mail, context, self.settings)

    def drop(self, mail: Mail) -> None:
        """Nobody wants this mail any more."""
        mail.give_up(now(), NOT_WANTED)
        tell(mail, "not-wanted")

    def blame(self, mail: Mail, fault: NotSent) -> float:
        """The mail did not leave: whose fault it was decides what becomes of it, and of the rest.

        Returns the seconds to wait before the next.
        """
        if isinstance(fault, Unreachable):
            # The mail could not help it: this try does not count.
            pause = self.rest(fault)
            mail.put_off(now() + timedelta(seconds=pause), fault.fault, mail.tries - 1)
            return pause
        self.settle(mail, fault)
        return self.rest(fault) if isinstance(fault, Broken) else 0

    def lay_aside(self, mail: Mail, fault: Exception) -> None:
        """A letter that cannot be written must not stop the others.

        Its words may hold what it was about, so only the class and the place are kept.
        """
        place = traceback.extract_tb(fault.__traceback__)[-1]
        log.error("letter=%s outcome=not-written at=%s:%s", mail.letter, place.name, place.lineno)
        self.settle(mail, Postponed(type(fault).__name__))

    def note_sent(self, taken: list[tuple[int, datetime]]) -> None:
        """The server has taken these mails; their letters keep what evidence they want of it."""
        with transaction():
            Mail.note_sent(taken)
            tell_letters([mail_id for mail_id, _moment in taken])

    def settle(self, mail: Mail, fault: NotSent) -> None:
        """Try again later, unless that is useless or too late."""
        due_at = now() + _delay(mail.tries)
        if isinstance(fault, Refused):
            mail.give_up(now(), fault.fault)
            tell(mail, "refused", fault.fault)
        elif due_at >= mail.expires_at:
            mail.give_up(now(), EXPIRED)
            tell(mail, "expired", fault.fault)
        else:
            mail.put_off(due_at, fault.fault, mail.tries)
            tell(mail, "put-off", fault.fault)

    def rest(self, fault: NotSent) -> float:
        """The server is in trouble: wait, longer each time, and let all mails wait."""
        doubled = max(FIRST_PAUSE_SECONDS, self.pause_seconds * 2)
        self.pause_seconds = min(doubled, LONGEST_PAUSE_SECONDS)
        log.warning("outcome=server-trouble fault=%r pause=%s", fault.fault, self.pause_seconds)
        return self.pause_seconds

    def insist(self, note: Callable, *facts) -> None:
        """Note what cannot be undone, even if the database is away for a moment."""
        give_up_at = time.monotonic() + LEASE.total_seconds()
        while True:
            try:
                with connection():
                    return note(*facts)
            except PeeweeException as fault:
                log.error("outcome=not-noted-yet class=%s", type(fault).__name__)
                if time.monotonic() > give_up_at:
                    raise
                # The next round shall ask for a connection that works.
                database.close()
                time.sleep(FIRST_PAUSE_SECONDS)

    def note_taken(self) -> None:
        """Tell the database of the mails that have left; until then a file knows of them."""
        if self.presence.taken:
            self.insist(self.note_sent, self.presence.taken)
            self.presence.forget_taken()

    def forget_now_and_then(self) -> None:
        """Once an hour, what has had its time goes: see `tidying.py`."""
        if time.monotonic() - self.forgot_at >= FORGET_SECONDS:
            self.forgot_at = time.monotonic()
            tidy_all(self.settings)

    def tidy_now_and_then(self) -> None:
        """Give up what is too late, and free what dead workers held."""
        if time.monotonic() - self.tidied_at < TIDY_SECONDS:
            return
        self.note_taken()
        Mail.release_all_of(self.presence.name)
        for name in self.presence.find_others():
            with self.presence.bury(name) as taken:
                if taken:
                    self.note_sent(taken)
                if taken is not None and Mail.release_all_of(name) + len(taken):
                    log.warning("worker=%s outcome=died", name)
        for _expired in range(Mail.expire(now())):
            log.warning("outcome=expired")
        self.tidied_at = time.monotonic()


def _delay(tries: int) -> timedelta:
    """1 minute after the first try, then twice as long each time, 6 hours at most."""
    return min(FIRST_RETRY * 2 ** min(tries - 1, 16), LONGEST_RETRY)


def tell_letters(mail_ids: list[int]) -> None:
    """Tell the letters that want to know which of their mails have left."""
    of: dict[str, list[int]] = {}
    for name, mail_id in Mail.letters_of(mail_ids):
        of.setdefault(name, []).append(mail_id)
    for name, ids in of.items():
        if name in LETTERS and LETTERS[name].sent:
            LETTERS[name].sent(ids)


def tell(mail: Mail, outcome: str, fault: str = "") -> None:
    """Log what became of a mail."""
    log.info("mail=%s letter=%s outcome=%s fault=%r", mail.id, mail.letter, outcome, fault)
