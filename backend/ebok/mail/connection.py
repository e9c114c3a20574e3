"""A connection to a mail server, with a verified certificate and a timeout for each SMTP step."""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urlsplit

import flask_mail

from ebok.settings import Settings

Meanwhile = Callable[[], object]
"""What is done while the server works."""
IMPLICIT_TLS_PORT = 465
CONNECT_SECONDS = 30
IDLE_SECONDS = 30
QUIT_SECONDS = 5
MINUTE = 60
# RFC 5321 4.5.3.2. The last is long: giving up before the server's answer sends a mail twice.
GREETING, COMMAND, DATA, BLOCK, TAKEN = (n * MINUTE for n in (5, 5, 2, 3, 10))
LABELS = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Relay:
    """Address, credentials and TLS mode of an SMTP relay."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = True
    is_tls_at_once: bool = False
    ca_file: str = ""
    hello: str = "localhost"
    most_seconds: float = TAKEN

    @classmethod
    def of(cls, settings: Settings) -> "Relay":
        """The relay for mails to customers."""
        at_once = settings.mail_port == IMPLICIT_TLS_PORT or settings.mail_tls_at_once
        return cls(
            settings.mail_server,
            settings.mail_port,
            settings.mail_username,
            settings.mail_password,
            settings.mail_use_tls or at_once,
            at_once,
            settings.mail_ca_file,
            hello(settings),
        )

    @classmethod
    def of_alerts(cls, settings: Settings) -> "Relay":
        """The second relay, for alerts: `smtp://user:password@host:587` or `smtps://…`."""
        url = urlsplit(settings.alert_relay)
        at_once = url.scheme == "smtps"
        return replace(
            cls.of(settings),
            host=url.hostname or "",
            port=url.port or (IMPLICIT_TLS_PORT if at_once else 587),
            username=unquote(url.username or ""),
            password=unquote(url.password or ""),
            is_tls=True,
            is_tls_at_once=at_once,
        )

    @property
    def is_set(self) -> bool:
        """Whether a host is configured."""
        return bool(self.host)


def hello(settings: Settings) -> str:
    """The EHLO name (RFC 5321 4.1.4); big relays reject `[127.0.0.1]`."""
    name = settings.mail_hello or urlsplit(settings.base_url).hostname or "localhost"
    is_address = ":" in name or re.fullmatch(r"[\d.]+", name)
    return f"[{'IPv6:' * (':' in name)}{name}]" if is_address else name


class Wire(smtplib.SMTP):
    """smtplib's session on a socket opened here, with implicit TLS if the relay wants it."""

    def __init__(self, relay: Relay):
        self.relay = relay
        timeout = min(GREETING, relay.most_seconds)
        super().__init__(relay.host, relay.port, relay.hello, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # smtplib's hook, as SMTP_SSL overrides it, with a short timeout for connecting.
        sock = socket.create_connection((host, port), CONNECT_SECONDS)
        try:
            if self.relay.is_tls_at_once:
                sock = context(self.relay).wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
        sock.settimeout(timeout)
        return sock

    @property
    def open_socket(self) -> socket.socket:
        """The connected socket. Raises SMTPServerDisconnected if it is closed."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("it was closed")
        return self.sock


def context(relay: Relay) -> ssl.SSLContext:
    """The TLS context, which verifies certificate and host name."""
    return ssl.create_default_context(cafile=relay.ca_file or None)


class Connection(flask_mail.Connection):
    """Flask-Mail's connection with a verified certificate, timeouts and TCP_NODELAY.

    Flask-Mail calls `starttls()` without a context, which verifies nothing.
    """

    # Never None for callers: `Sender._open` returns only opened connections.
    host: Wire

    def __init__(self, mail: Any, relay: Relay):
        # Flask-Mail's annotation names one of the two classes that it accepts.
        super().__init__(mail)
        self.relay = relay
        self.is_noted = False
        self.has_begun = False
        self.is_handed_over = False
        self.waits_since = 0.0
        self.waits_until = 0.0

    def configure_host(self) -> Wire:
        """Connect, and start TLS before anything else is sent if the relay wants STARTTLS."""
        relay = self.relay
        if not relay.is_set:
            raise ConnectionRefusedError("no mail server is set")
        host = Wire(relay)
        try:
            if relay.is_tls and not relay.is_tls_at_once:
                host.starttls(context=context(relay))
            # Set after STARTTLS, on the wrapped socket: 550 mails a second instead of 22.
            host.open_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if relay.username:
                host.login(relay.username, relay.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        return host

    @property
    def largest(self) -> int:
        """The server's size limit in octets (RFC 1870); 0 if it announces none."""
        told = self.host.esmtp_features.get("size", "").split()
        return int(told[0]) if told and told[0].isdigit() else 0

    def hand_over(self, sender: str, to: str, content: bytes, meanwhile: Meanwhile) -> None:
        """Send one mail like `smtplib.sendmail`; `meanwhile` is called while the server works.

        smtplib's own dot-stuffing by regular expression takes longer than everything else together.
        """
        host = self.host
        self.has_begun = self.is_handed_over = False
        size = f" size={len(content)}" if "size" in host.esmtp_features else ""
        self._wait(COMMAND)
        told = host.docmd("mail", f"FROM:<{sender}>{size}{self._international(to)}")
        self._require(told, lambda code, words: smtplib.SMTPSenderRefused(code, words, sender))
        self.has_begun = True
        self._wait(COMMAND)
        told = host.docmd("rcpt", f"TO:<{to}>")
        self._require(told, lambda *answer: smtplib.SMTPRecipientsRefused({to: answer}))
        self._wait(DATA)
        self._require(host.docmd("data"), smtplib.SMTPDataError, 3)
        self._wait(BLOCK)
        host.send(_stuffed(content))
        self.is_handed_over = True
        self.waits_since = 0.0
        meanwhile()
        self._wait(TAKEN)
        self._require(host.getreply(), smtplib.SMTPDataError)

    def rehearse(self, sender: str, to: str) -> None:
        """Ask with MAIL FROM and RCPT TO whether a mail would be accepted, without sending it."""
        self._wait(COMMAND)
        told = self.host.docmd("mail", f"FROM:<{sender}>{self._international(to)}")
        self._require(told, lambda code, words: smtplib.SMTPSenderRefused(code, words, sender))
        told = self.host.docmd("rcpt", f"TO:<{to}>")
        self._require(told, lambda *answer: smtplib.SMTPRecipientsRefused({to: answer}))
        self.host.rset()

    @property
    def takes_international(self) -> bool:
        """Whether the server supports SMTPUTF8 (RFC 6531)."""
        return "smtputf8" in self.host.esmtp_features

    def _international(self, to: str) -> str:
        if to.isascii():
            return ""
        if not self.takes_international:
            raise smtplib.SMTPNotSupportedError("no SMTPUTF8")
        self.host.command_encoding = "utf-8"
        return " BODY=8BITMIME SMTPUTF8"

    def is_alive(self) -> bool:
        """Whether the server answers NOOP."""
        try:
            self._wait(IDLE_SECONDS)
            return self.host.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def end(self) -> None:
        """Send QUIT, ignoring a lost connection."""
        try:
            self.host.open_socket.settimeout(QUIT_SECONDS)
            self.host.quit()
        except (OSError, smtplib.SMTPException):
            self.host.close()

    def abort(self) -> None:
        """Called by another thread: shut the socket down, so that a blocked read fails at once."""
        with suppress(OSError, smtplib.SMTPException):
            self.host.open_socket.shutdown(socket.SHUT_RDWR)

    def _wait(self, seconds: float) -> None:
        seconds = min(seconds, self.relay.most_seconds)
        self.host.open_socket.settimeout(seconds)
        self.waits_since = time.monotonic()
        # Each octet restarts the socket's timeout: a server that drips its answer needs a deadline.
        self.waits_until = self.waits_since + seconds

    def _require(
        self,
        told: tuple[int, bytes],
        fault: Callable[[int, bytes], smtplib.SMTPException],
        wanted: int = 2,
    ) -> None:
        code, _words = told
        if code // 100 == wanted:
            return
        if code == 421 or code // 100 not in (4, 5):
            self.host.close()
        else:
            self.is_handed_over = False
            # RSET, so that the next mail starts clean.
            with suppress(smtplib.SMTPServerDisconnected):
                self.host.rset()
        raise fault(*told)


def _stuffed(content: bytes) -> bytes:
    """Dot-stuff the content and append the final dot (RFC 5321 4.5.2)."""
    # Searching for a dot first is quick, and a PDF in base64 has none.
    if content.find(b"\n.", 0, content.rfind(b".") + 1) >= 0:
        content = content.replace(b"\n.", b"\n..")
    return b"%b%b.\r\n" % (content, b"" if content.endswith(b"\r\n") else b"\r\n")
