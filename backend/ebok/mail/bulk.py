"""A mailing: many mails of letters without secrets, sent as fast as the mail server takes them.

They are claimed two hundred at a time, written from one query, and noted together. While the server
takes in one mail the next is put together, so there is never more than one of them in memory. A
mail that has left is written down at once, in the worker's own file (see `worker_lock.py`); the
database learns of it a second later at most.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from flask import Flask

from ebok.database import now, transaction
from ebok.mail import doubts
from ebok.mail.kinds import letters
from ebok.mail.models import LEASE, ORDINARY, Mail
from ebok.mail.render import Message, write
from ebok.mail.sender import Sender
from ebok.mail.verdicts import NotSent
from ebok.mail.worker_lock import Presence
from ebok.settings import Settings

BATCH = 200
LOOK_SECONDS = 0.25
NOTE_SECONDS = 1
# Far below the lease: what is claimed is sent or given back long before another worker may take it.
LONGEST_SECONDS = 20


class Carrier(Protocol):
    """What a mailing needs of the worker that sends it: see `mail/delivering.py`."""

    app: Flask
    settings: Settings
    presence: Presence
    sender: Sender
    stop: threading.Event
    is_shared: bool

    def send(self, mail: Mail, message: Message, meanwhile: Callable = ...) -> None:
        """Hand a message over."""

    def drop(self, mail: Mail) -> None:
        """Nobody wants this mail any more."""

    def blame(self, mail: Mail, fault: NotSent) -> float:
        """Decide what becomes of a mail that did not leave."""

    def lay_aside(self, mail: Mail, fault: Exception) -> None:
        """A letter that cannot be written must not stop the others."""

    def note_taken(self) -> None:
        """Tell the database of the mails that have left."""


class Mailing:
    """One batch: until it is sent, or something more urgent waits."""

    def __init__(self, worker: Carrier):
        self.worker = worker
        self.contexts: dict[tuple[str, int], dict | None] = {}
        self.waiting: list[Mail] = []
        self.ready: tuple[Mail, Message] | None = None
        self.spoilt: list[tuple[Mail, Exception]] = []
        self.began = self.looked = self.noted = time.monotonic()

    def send(self) -> float:
        """Send the batch; returns the seconds to wait before the next turn."""
        pause = 0.0
        with self.worker.app.app_context():
            self.claim()
            try:
                self.compose()
                while self.ready and not pause and not self.is_over():
                    pause = self.send_one()
            finally:
                self.worker.note_taken()
                for mail, fault in self.spoilt:
                    self.worker.lay_aside(mail, fault)
                # What was not sent is free again.
                Mail.release_all_of(self.worker.presence.name)
        return pause

    def claim(self) -> None:
        """Take some mails, and read what they say; those that nobody wants any more are dropped.

        In one transaction: billing may take an import back at any moment, and then either finds a
        mail still in the outbox, or leaves it to us.
        """
        worker, moment = self.worker, now()
        worker.is_shared = False
        with transaction():
            self.waiting = Mail.claim_many(worker.presence.name, moment, moment + LEASE, BATCH)
            for name in {mail.letter for mail in self.waiting}:
                subject_ids = [mail.subject_id for mail in self.waiting if mail.letter == name]
                written = letters()[name].write(subject_ids, worker.settings)
                self.contexts |= {(name, subject_id): told for subject_id, told in written.items()}
            for mail in [mail for mail in self.waiting if self.context_of(mail) is None]:
                self.waiting.remove(mail)
                worker.drop(mail)
        self.waiting.reverse()

    def context_of(self, mail: Mail) -> dict | None:
        """What the letter's writer returned for this mail."""
        return self.contexts.get((mail.letter, mail.subject_id))

    def compose(self) -> None:
        """Have the next message ready, if there is one; a letter that cannot be written waits."""
        self.ready = None
        while self.waiting and not self.ready:
            mail = self.waiting.pop()
            try:
                self.ready = mail, self.message(mail)
            except Exception as fault:
                # It is laid aside later: the server may just be taking another mail from us.
                self.spoilt.append((mail, fault))

    def message(self, mail: Mail) -> Message:
        """The message of this mail, with what takes long to make."""
        message = self.written(mail, doubts.is_too_large(mail))
        largest = self.worker.sender.largest
        if message.attachment and 0 < largest < len(message.wire):
            doubts.note_too_large(mail)
            return self.written(mail, True)
        return message

    def written(self, mail: Mail, is_too_large: bool) -> Message:
        """The message; without its attachment when the server takes no mail as large as that."""
        letter, context = letters()[mail.letter], self.context_of(mail)
        settings = self.worker.settings
        if letter.attach:
            told = replace(settings, attachment_kilobytes=0) if is_too_large else settings
            context = letter.attach(context, mail.language, told)
        return write(mail, context, settings).put_together()

    def send_one(self) -> float:
        """Send the message in hand, and put the next one together meanwhile."""
        mail, message = self.ready
        try:
            self.worker.send(mail, message, self.compose)
        except NotSent as fault:
            if self.ready and self.ready[0] is mail:
                self.compose()
            return self.worker.blame(mail, fault)
        self.worker.presence.note_taken(mail.id, now())
        return 0

    def is_over(self) -> bool:
        """Whether somebody's own mail waits, the worker shall stop, or it has taken long enough."""
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
