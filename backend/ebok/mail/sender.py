"""The way out: one connection, used again and again, and what the server has made of each mail."""

import smtplib
import time
from collections.abc import Callable
from math import inf

import flask_mail

from ebok.mail import mime
from ebok.mail.connection import IDLE_SECONDS, Connection, Relay
from ebok.mail.outbox import sender_address
from ebok.mail.render import Message
from ebok.mail.verdicts import Broken, Unreachable, judge, judge_opening
from ebok.settings import Settings

FAULTS = (smtplib.SMTPException, OSError, UnicodeError)


class Sender:
    """One connection to the mail server, opened when needed, closed when idle or at fault."""

    def __init__(self, settings: Settings, relay: Relay | None = None):
        self.settings = settings
        self.relay = relay or Relay.of(settings)
        config = {"MAIL_SERVER": self.relay.host, "MAIL_PORT": self.relay.port}
        self.mail = flask_mail.Mail().init_mail(config)
        self.connection: Connection | None = None
        self.opening_since = 0.0
        self.used = 0.0

    def open(self) -> None:
        """Have a connection that answers; Unreachable if there is none to be had."""
        # One round trip a mail, and it is paid before anything is generated: a secret whose mail
        # then cannot leave would have voided the one before it.
        if self.connection and not self._is_alive():
            self.close()
        if not self.connection:
            self._open()

    def _is_alive(self) -> bool:
        try:
            return self.connection.is_alive()
        finally:
            self.connection.waits_since = 0.0

    def _open(self) -> None:
        connection = Connection(self.mail, self.relay)
        self.opening_since = time.monotonic()
        try:
            self.connection = connection.__enter__()
        except FAULTS as fault:
            raise judge_opening(fault) from None
        finally:
            self.opening_since = 0.0
        self.used = time.monotonic()

    def send(self, message: Message, tag: str, meanwhile: Callable = lambda: None) -> None:
        """Hand over a message; returns once the server has taken it, else raises NotSent.

        `meanwhile` is called while the server takes it in; it must not raise.
        """
        for is_last in (False, True):
            if not self.connection:
                self._open()
            try:
                self._hand_over(message, tag, meanwhile)
                break
            except Broken as fault:
                has_begun = self.connection.has_begun
                self._drop()
                if has_begun:
                    raise
                # It was closed between two mails, as servers do after some. Twice: it is not there.
                if is_last:
                    raise Unreachable(fault.fault) from None
        self.used = time.monotonic()

    def _hand_over(self, message: Message, tag: str, meanwhile: Callable) -> None:
        connection = self.connection
        try:
            sender, to = self._envelope_sender(tag), mime.address(message.to)
            connection.hand_over(sender, to, message.wire, meanwhile)
        except FAULTS as fault:
            told = judge(fault, connection.is_handed_over)
            if isinstance(told, Unreachable):
                self.close()
            raise told from None
        finally:
            connection.waits_since = 0.0

    @property
    def largest(self) -> int:
        """The octets of the largest mail that the server takes; 0 when it does not say."""
        return self.connection.largest if self.connection else 0

    def waits_for(self) -> float:
        """For how many seconds the server has kept us waiting."""
        connection = self.connection
        since = (connection and connection.waits_since) or self.opening_since
        return time.monotonic() - since if since else 0.0

    def is_overdue(self) -> bool:
        """Whether the server has used up its time, however often it has said a little."""
        connection = self.connection
        since = connection and connection.waits_since
        return bool(since) and time.monotonic() > connection.waits_until + 1

    def abort(self) -> None:
        """Called by another thread: end what waits."""
        connection = self.connection
        if connection:
            connection.abort()

    def close_if_idle(self) -> float:
        """Mail servers end idle connections without a word: better that we do.

        Returns the seconds after which to call this again.
        """
        left = self.used + IDLE_SECONDS - time.monotonic()
        if self.connection and left <= 0:
            self.close()
        return left if self.connection else inf

    def close(self) -> None:
        """End the connection, politely if it still listens."""
        connection, self.connection = self.connection, None
        if connection:
            connection.end()

    def _drop(self) -> None:
        """End the connection without a word: in the middle of a mail, one would be part of it."""
        connection, self.connection = self.connection, None
        if connection:
            connection.host.close()

    def _envelope_sender(self, tag: str) -> str:
        """Where a bounce of this very mail goes: `office+b<tag>@…` tells which row it was."""
        return envelope_sender(self.settings, tag)


def envelope_sender(settings: Settings, tag: str) -> str:
    """The sender of the mail with this tag: its own, or the office's address for all."""
    address = sender_address(settings)
    name, _at, domain = address.rpartition("@")
    tagged = f"{name}+b{tag}"
    # RFC 5321 4.5.3.1.1: a mailbox's name has 64 octets at most.
    if not settings.mail_bounce_tag or len(tagged) > 64:
        return address
    return f"{tagged}@{domain}"
