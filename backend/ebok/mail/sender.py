"""The way out: Flask-Mail over one connection that is verified, timed, and used again and again."""

import logging
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable

import flask_mail
from flask import Flask

from ebok.mail import mime
from ebok.mail.outbox import sender_address
from ebok.mail.writing import Message
from ebok.settings import Settings

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
IDLE_SECONDS = 30
# The server asks us to log in first: that is about us, not about the recipient.
AUTHENTICATION_WANTED = (530, 535)


class NotSent(Exception):
    """The mail did not leave. `fault` is a code and a class: no address, no words of the server."""

    def __init__(self, fault: str):
        super().__init__(fault)
        self.fault = fault


class Refused(NotSent):
    """The server will never take this mail."""


class Postponed(NotSent):
    """The server does not take this mail now."""


class Broken(NotSent):
    """The connection broke in the middle of this mail: whether it was taken is not known."""


class Unreachable(NotSent):
    """The server takes nothing from us now: it is down, not to be trusted, or wants a login."""


class Connection(flask_mail.Connection):
    """Flask-Mail's connection with a verified certificate, a time limit, and no Nagle delay.

    Flask-Mail's own `starttls()` takes no context, so it would speak to anybody.
    """

    ca_file = ""
    timeout_seconds = TIMEOUT_SECONDS

    def configure_host(self) -> smtplib.SMTP:
        """Open the connection; without STARTTLS, when it is wanted, nothing is said."""
        if not self.mail.server:
            raise ConnectionRefusedError("no mail server is set")
        host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=self.timeout_seconds)
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context(cafile=self.ca_file or None))
            # It must be set on the socket that STARTTLS has wrapped: else 22 mails a second.
            host.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.mail.username:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def hand_over(self, sender: str, to: str, content: bytes, meanwhile: Callable) -> None:
        """One mail, as `smtplib.sendmail` does it; `meanwhile` is called while the server works.

        What smtplib does besides is left out: it looks at every line for a dot with a pattern,
        which takes longer than all the rest.
        """
        host = self.host
        host.ehlo_or_helo_if_needed()
        size = f" size={len(content)}" if host.has_extn("size") else ""
        answer = host.docmd("mail", f"FROM:<{sender}>{size}")
        self._require(answer, lambda *told: smtplib.SMTPSenderRefused(*told, sender))
        answer = host.docmd("rcpt", f"TO:<{to}>")
        self._require(answer, lambda *told: smtplib.SMTPRecipientsRefused({to: told}))
        self._require(host.docmd("data"), smtplib.SMTPDataError, (354,))
        host.send(_stuffed(content))
        meanwhile()
        self._require(host.getreply(), smtplib.SMTPDataError)

    def _require(self, answer: tuple[int, bytes], fault: Callable, wanted=(250, 251)) -> None:
        code, _words = answer
        if code in wanted:
            return
        if code == 421:
            self.host.close()
        else:
            # The next mail begins anew; smtplib's own way.
            self.host._rset()
        raise fault(*answer)


def _stuffed(content: bytes) -> bytes:
    """RFC 5321 4.5.2: a line that begins with a dot gets another, and a lone one ends the mail."""
    # To find a dot is quick, to find a line's beginning is not, and a PDF in base64 has none.
    if content.find(b"\n.", 0, content.rfind(b".") + 1) >= 0:
        content = content.replace(b"\n.", b"\n..")
    return b"%b%b.\r\n" % (content, b"" if content.endswith(b"\r\n") else b"\r\n")


class Sender:
    """One connection to the mail server, opened when needed, closed when idle or at fault."""

    def __init__(self, settings: Settings, app: Flask):
        self.settings = settings
        app.config.update(
            MAIL_SERVER=settings.mail_server,
            MAIL_PORT=settings.mail_port,
            MAIL_USE_TLS=settings.mail_use_tls,
            MAIL_USERNAME=settings.mail_username,
            MAIL_PASSWORD=settings.mail_password,
            MAIL_DEFAULT_SENDER=sender_address(settings),
            MAIL_SUPPRESS_SEND=False,
        )
        self.mail = flask_mail.Mail(app)
        self.connection: Connection | None = None
        self.timeout_seconds = TIMEOUT_SECONDS
        self.used_at = 0.0

    def open(self) -> None:
        """Have a connection that answers; Unreachable if there is none to be had."""
        if self.connection and not self._is_alive():
            self.close()
        if self.connection:
            return
        connection = Connection(self.mail.state)
        connection.ca_file = self.settings.mail_ca_file
        connection.timeout_seconds = self.timeout_seconds
        try:
            self.connection = connection.__enter__()
        except (OSError, smtplib.SMTPException) as fault:
            raise Unreachable(_describe(fault)) from None
        self.used_at = time.monotonic()

    def send(self, message: Message, tag: str, meanwhile: Callable = lambda: None) -> None:
        """Hand over a message; returns once the server has said 250, else raises NotSent.

        `meanwhile` is called while the server takes it in; it must not raise.
        """
        try:
            sender, to = self._envelope_sender(tag), mime.address(message.to)
            self.connection.hand_over(sender, to, message.wire, meanwhile)
        except (smtplib.SMTPException, OSError, UnicodeError) as fault:
            told = _judge(fault)
            if isinstance(told, (Broken, Unreachable)):
                self.close()
            raise told from None
        self.used_at = time.monotonic()

    def close_if_idle(self) -> None:
        """Mail servers end idle connections without a word: better that we do."""
        if self.connection and time.monotonic() - self.used_at > IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        """End the connection, politely if it still listens."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        try:
            connection.host.quit()
        except (OSError, smtplib.SMTPException):
            connection.host.close()

    def _is_alive(self) -> bool:
        # One round trip a mail, and it is paid before anything is minted: a secret whose mail
        # then cannot leave would have voided the one before it.
        try:
            return self.connection.host.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _envelope_sender(self, tag: str) -> str:
        """Where a bounce of this very mail goes: `office+b<tag>@…` tells which row it was."""
        address = sender_address(self.settings)
        name, _at, domain = address.rpartition("@")
        tagged = f"{name}+b{tag}"
        # RFC 5321 4.5.3.1.1: a mailbox's name has 64 octets at most.
        if not self.settings.mail_bounce_tag or len(tagged) > 64:
            return address
        return f"{tagged}@{domain}"


def _judge(fault: Exception) -> NotSent:
    """Whose fault it was: the recipient's, the moment's, the connection's, or the server's."""
    told = _describe(fault)
    if isinstance(fault, smtplib.SMTPSenderRefused):
        # The sender is ours and the same for all: the next mail would fare no better.
        return Unreachable(told)
    if isinstance(fault, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)):
        code, _words = _answer(fault)
        if code in AUTHENTICATION_WANTED or code == 421:
            return Unreachable(told)
        return Refused(told) if code >= 500 else Postponed(told)
    if isinstance(fault, (UnicodeError, smtplib.SMTPNotSupportedError)):
        return Refused(told)
    return Broken(told)


def _describe(fault: Exception) -> str:
    """The code and class of a fault, as `550 5.1.1 SMTPRecipientsRefused`."""
    name = type(fault).__name__
    code, words = _answer(fault)
    if not code:
        return name
    # RFC 3463: the enhanced status code. What follows it may name the recipient.
    status = re.match(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", words)
    return f"{code} {status.group()} {name}" if status else f"{code} {name}"


def _answer(fault: Exception) -> tuple[int, str]:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(fault.recipients.values()))
    else:
        code, words = getattr(fault, "smtp_code", 0), getattr(fault, "smtp_error", "")
    return code, words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
