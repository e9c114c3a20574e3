"""Mailings: many mails without secrets, sent as fast as the mail server accepts them.

They are claimed 200 at a time, written from one query, and recorded together. While the server
receives a mail the next one is composed, so at most two are in memory. A mail that was accepted is
recorded at once in the worker's file (`worker_lock.py`), and in the database within a second.
"""

import threading
import time
from dataclasses import replace
from typing import Any, Protocol

from flask import Flask

from ebok.database import now, transaction
from ebok.mail import doubts
from ebok.mail.connection import Meanwhile
from ebok.mail.kinds import letters
from ebok.mail.models import LEASE, ORDINARY, Mail
from ebok.mail.render import Message, write
from ebok.mail.sender import Sender
from ebok.mail.verdicts import NotSent
from ebok.mail.worker_lock import WorkerLock
from ebok.settings import Settings

BATCH = 200
LOOK_SECONDS = 0.25
NOTE_SECONDS = 1
# Far below LEASE: claimed mails are sent or released long before another worker may take them.
LONGEST_SECONDS = 20


class Carrier(Protocol):
    """What a mailing uses of its worker: see `mail/delivering.py`."""

    app: Flask
    settings: Settings
    worker_lock: WorkerLock
    sender: Sender
    stop: threading.Event
    is_shared: bool

    def send(self, mail: Mail, message: Message, meanwhile: Meanwhile = ...) -> None:
        """Hand a message to the server."""
        ...

    def drop(self, mail: Mail) -> None:
        """Give up a mail that is no longer wanted."""

    def blame(self, mail: Mail, fault: NotSent) -> float:
        """Decide what happens to a mail that was not accepted; returns seconds to wait."""
        ...

    def lay_aside(self, mail: Mail, fault: Exception) -> None:
        """Postpone a mail that cannot be written."""

    def note_taken(self) -> None:
        """Record the accepted mails in the database."""


class Mailing:
    """One batch of mails; ends early when a more urgent mail waits."""

    def __init__(self, worker: Carrier):
        self.worker = worker
        self.contexts: dict[tuple[str, int], dict[str, Any]] = {}
        self.waiting: list[Mail] = []
        self.ready: tuple[Mail, Message] | None = None
        self.spoilt: list[tuple[Mail, Exception]] = []
        self.began = self.looked = self.noted = time.monotonic()

    def send(self) -> float:
        """Send the batch; returns the seconds to wait before the next step."""
        pause = 0.0
        with self.worker.app.app_context():
            self.claim()
            try:
                self.compose()
                while self.ready and not pause and not self.is_over():
                    pause = self.send_one(*self.ready)
            finally:
                self.worker.note_taken()
                for mail, fault in self.spoilt:
                    self.worker.lay_aside(mail, fault)
                # Release what was not sent.
                Mail.release_all_of(self.worker.worker_lock.name)
        return pause

    def claim(self) -> None:
        """Claim mails and load their contents; drop those that are no longer wanted.

        One transaction, because an import may be undone at any moment: it then finds the mails
        either still unclaimed, or claimed by us.
        """
        worker, moment = self.worker, now()
        worker.is_shared = False
        with transaction():
            self.waiting = Mail.claim_many(worker.worker_lock.name, moment, moment + LEASE, BATCH)
            for name in {mail.letter for mail in self.waiting}:
                subject_ids = [mail.subject_id for mail in self.waiting if mail.letter == name]
                written = letters()[name].write(subject_ids, worker.settings)
                wanted = {id_: told for id_, told in written.items() if told is not None}
                self.contexts |= {(name, id_): told for id_, told in wanted.items()}
            for mail in [mail for mail in self.waiting if _subject(mail) not in self.contexts]:
                self.waiting.remove(mail)
                worker.drop(mail)
        self.waiting.reverse()

    def compose(self) -> None:
        """Compose the next message, if any; mails that cannot be written are put aside."""
        self.ready = None
        while self.waiting and not self.ready:
            mail = self.waiting.pop()
            try:
                self.ready = mail, self.message(mail)
            except Exception as fault:
                # Postponed after the batch: the server may be receiving another mail from us now.
                self.spoilt.append((mail, fault))

    def message(self, mail: Mail) -> Message:
        """The composed message, without its attachment if the server refuses such a large one."""
        message = self.written(mail, doubts.is_too_large(mail))
        largest = self.worker.sender.largest
        if message.attachment and 0 < largest < len(message.wire):
            doubts.note_too_large(mail)
            return self.written(mail, True)
        return message

    def written(self, mail: Mail, is_too_large: bool) -> Message:
        """Write the message; `is_too_large` leaves out the attachment."""
        letter, context = letters()[mail.letter], self.contexts[_subject(mail)]
        settings = self.worker.settings
        if letter.attach:
            told = replace(settings, attachment_kilobytes=0) if is_too_large else settings
            context = letter.attach(context, mail.language, told)
        return write(mail, context, settings).put_together()

    def send_one(self, mail: Mail, message: Message) -> float:
        """Send the composed message, and compose the next one meanwhile; returns seconds to
        wait."""
        try:
            self.worker.send(mail, message, self.compose)
        except NotSent as fault:
            if self.ready and self.ready[0] is mail:
                self.compose()
            return self.worker.blame(mail, fault)
        self.worker.worker_lock.note_taken(mail.id, now())
        return 0

    def is_over(self) -> bool:
        """Whether the batch must end: an urgent mail waits, the worker stops, or time is up."""
        moment = time.monotonic()
        if moment - self.noted > NOTE_SECONDS:
            self.worker.note_taken()
            self.noted = moment
        is_over = self.worker.is_shared or self.worker.stop.is_set()
        if is_over or moment - self.began > LONGEST_SECONDS:
            return True
        if moment - self.looked > LOOK_SECONDS:
            self.looked = moment
            return Mail.find_waiting(now(), ORDINARY) is not None
        return False


def _subject(mail: Mail) -> tuple[str, int]:
    return mail.letter, mail.subject_id
