"""Sends messages over one reused connection, and classifies the server's answers."""

import smtplib
import time
from math import inf

import flask_mail

from ebok.mail import mime
from ebok.mail.connection import IDLE_SECONDS, Connection, Meanwhile, Relay
from ebok.mail.outbox import sender_address
from ebok.mail.render import Message
from ebok.mail.verdicts import Broken, Unreachable, judge, judge_opening
from ebok.settings import Settings

FAULTS = (smtplib.SMTPException, OSError, UnicodeError)


class Sender:
    """A connection to the mail server: opened when needed, closed when idle or broken."""

    def __init__(self, settings: Settings, relay: Relay | None = None):
        self.settings = settings
        self.relay = relay or Relay.of(settings)
        config = {"MAIL_SERVER": self.relay.host, "MAIL_PORT": self.relay.port}
        self.mail = flask_mail.Mail().init_mail(config)
        self.connection: Connection | None = None
        self.opening_since = 0.0
        self.used = 0.0

    def open(self) -> Connection:
        """Make sure there is a working connection. Raises Unreachable."""
        # A round trip per mail, before its secret is generated: a secret that then cannot be sent
        # would have voided the former one.
        if self.connection and not _is_alive(self.connection):
            self.close()
        return self._opened()

    def _opened(self) -> Connection:
        """The connection that there is, or a new one."""
        if self.connection is None:
            self.connection = self._open()
        return self.connection

    def _open(self) -> Connection:
        connection = Connection(self.mail, self.relay)
        self.opening_since = time.monotonic()
        try:
            connection.__enter__()
        except FAULTS as fault:
            raise judge_opening(fault) from None
        finally:
            self.opening_since = 0.0
        self.used = time.monotonic()
        return connection

    def send(self, message: Message, tag: str, meanwhile: Meanwhile = lambda: None) -> None:
        """Hand over a message. Raises NotSent unless the server accepts it.

        `meanwhile` is called while the server receives it; it must not raise.
        """
        for is_last in (False, True):
            connection = self._opened()
            try:
                self._hand_over(connection, message, tag, meanwhile)
                break
            except Broken as fault:
                self._drop()
                if connection.has_begun:
                    raise
                # The server closed it between two mails, as some do. Twice in a row: it is away.
                if is_last:
                    raise Unreachable(fault.fault) from None
        self.used = time.monotonic()

    def _hand_over(
        self, connection: Connection, message: Message, tag: str, meanwhile: Meanwhile
    ) -> None:
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
        """Largest size that the server accepts, in octets; 0 if unknown."""
        return self.connection.largest if self.connection else 0

    def waits_for(self) -> float:
        """Seconds for which the server has kept us waiting."""
        connection = self.connection
        since = (connection and connection.waits_since) or self.opening_since
        return time.monotonic() - since if since else 0.0

    def is_overdue(self) -> bool:
        """Whether the server exceeded its time, even if it sent something meanwhile."""
        connection = self.connection
        if connection is None or not connection.waits_since:
            return False
        return time.monotonic() > connection.waits_until + 1

    def abort(self) -> None:
        """Cut the connection, from another thread."""
        connection = self.connection
        if connection:
            connection.abort()

    def close_if_idle(self) -> float:
        """Close the connection if idle, before the server does so silently.

        Returns the seconds after which to call this again.
        """
        left = self.used + IDLE_SECONDS - time.monotonic()
        if self.connection and left <= 0:
            self.close()
        return left if self.connection else inf

    def close(self) -> None:
        """End the session with QUIT and close the connection."""
        connection, self.connection = self.connection, None
        if connection:
            connection.end()

    def _drop(self) -> None:
        """Close without QUIT, which would become part of a mail that is being transferred."""
        connection, self.connection = self.connection, None
        if connection:
            connection.host.close()

    def _envelope_sender(self, tag: str) -> str:
        """Envelope sender of this mail: `office+b<tag>@…`, to which bounces return."""
        return envelope_sender(self.settings, tag)


def _is_alive(connection: Connection) -> bool:
    try:
        return connection.is_alive()
    finally:
        connection.waits_since = 0.0


def envelope_sender(settings: Settings, tag: str) -> str:
    """Envelope sender for the mail with this tag; untagged if settings or length require it."""
    address = sender_address(settings)
    name, _at, domain = address.rpartition("@")
    tagged = f"{name}+b{tag}"
    # RFC 5321 4.5.3.1.1: a local part has at most 64 octets.
    if not settings.mail_bounce_tag or len(tagged) > 64:
        return address
    return f"{tagged}@{domain}"
