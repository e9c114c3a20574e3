"""A real mail server for the tests: aiosmtpd on loopback, with STARTTLS and a certificate.

    with MailServer() as server:
        settings = replace(settings, **server.settings())
        …
        server.wait_for(1)[0].text

It keeps what it takes, and can be told to refuse, to put off, to hang up, to be slow, to be away.
"""

import asyncio
import re
import ssl
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import cached_property, lru_cache
from pathlib import Path
from subprocess import Popen

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Session

from patience import until

HOST = "127.0.0.1"


class _ReadOnce(EmailPolicy):
    """The default policy with cached headers, which it would otherwise parse at each access.

    Most of them, as those of parts, are the same in every mail.
    """

    @lru_cache(1024)  # noqa: B019 there is one policy
    def header_fetch_parse(self, name: str, value: str):
        return super().header_fetch_parse(name, value)


POLICY = _ReadOnce()


@dataclass
class Received:
    """One mail that the server has taken."""

    envelope_from: str
    recipients: list[str]
    content: bytes
    over_tls: bool
    login: str = ""
    session: int = 0
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return message_from_bytes(self.content, policy=POLICY)

    @property
    def to(self) -> str:
        """The one recipient."""
        return self.recipients[0]

    @cached_property
    def subject(self) -> str:
        """The subject as a person reads it."""
        return str(self.message["Subject"])

    @cached_property
    def message_id(self) -> str:
        """The Message-ID."""
        return str(self.message["Message-ID"])

    @cached_property
    def text(self) -> str:
        """The text part, its lines ended by a newline alone."""
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @cached_property
    def html(self) -> str:
        """The HTML part."""
        return self.message.get_body(("html",)).get_content()

    @property
    def code(self) -> str:
        """The one-time code of the text part: the first six digits that stand alone on a line."""
        return re.search(r"^\s*(\d{6})\s*$", self.text, re.M).group(1)


@dataclass
class Door:
    """The server's behaviour: SMTP answers, or "" for the default."""

    answer_mail: str = ""
    answer_recipient: dict[str, str] = field(default_factory=dict)
    # Answers to the next mails' DATA, one each; "" takes the mail.
    answers_data: list[str] = field(default_factory=list)
    # Takes the next so many mails, and then hangs up without a word.
    hang_ups_after_data: int = 0
    slow_seconds: float = 0
    # Leaves every mail unanswered until this is False again; to whom those are.
    is_held: bool = False
    held: list[str] = field(default_factory=list)


class MailServer:
    """The server and the mails it accepted."""

    def __init__(
        self,
        starttls: bool = True,
        login: tuple[str, str] | None = None,
        names: tuple[str, ...] = (HOST, "localhost"),
        international: bool = False,
    ):
        self.international = international
        self.starttls = starttls
        self.login = login
        self.port = 0
        self.door = Door()
        self.mails: list[Received] = []
        self.came = threading.Event()
        self.sessions = 0
        self._authority = trustme.CA()
        self._certificate = self._authority.issue_cert(*names)
        self._directory = tempfile.TemporaryDirectory()
        self._controller: Controller | None = None

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(self, *_fault) -> None:
        self.stop()
        self._directory.cleanup()

    @property
    def ca_file(self) -> str:
        """The certificate to trust."""
        path = Path(self._directory.name) / "ca.pem"
        if not path.exists():
            self._authority.cert_pem.write_to_path(path)
        return str(path)

    def settings(self) -> dict:
        """The settings that send mails here."""
        return {
            "mail_server": HOST,
            "mail_port": self.port,
            "mail_use_tls": self.starttls,
            "mail_ca_file": self.ca_file if self.starttls else "",
            "mail_username": self.login[0] if self.login else "",
            "mail_password": self.login[1] if self.login else "",
        }

    def start(self) -> None:
        """Listen; after a stop, on the same port."""
        options = {"require_starttls": True, "tls_context": self._tls()} if self.starttls else {}
        if self.login:
            options |= {"authenticator": self._authenticate, "auth_required": True}
            options |= {"auth_require_tls": self.starttls}
        options["enable_SMTPUTF8"] = self.international
        self._controller = _Controller(_Handler(self), hostname=HOST, port=self.port, **options)
        self._controller.start()
        self.port = self._controller.port

    def stop(self) -> None:
        """Be away."""
        if self._controller:
            self._controller.stop(no_assert=True)
            self._controller = None

    def wait_for(self, count: int, by: Popen | None = None) -> list[Received]:
        """Wait until `count` mails were accepted; `by` is the worker that sends them."""

        def told() -> str:
            return f"{len(self.mails)} of {count} mails"

        until(lambda: len(self.mails) >= count, by, told, self.came)
        return list(self.mails)

    def count_by_message_id(self) -> Counter:
        """How often each mail came."""
        return Counter(mail.message_id for mail in self.mails)

    def keep(self, mail: Received) -> None:
        """Take a mail."""
        self.mails.append(mail)
        self.came.set()

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._certificate.configure_cert(context)
        return context

    def _authenticate(self, _server, _session, _envelope, _mechanism, given) -> AuthResult:
        wanted = tuple(word.encode() for word in self.login)
        right = (given.login, given.password) == wanted
        # Not `handled`: aiosmtpd itself shall say no.
        return AuthResult(success=right, handled=False, auth_data=given.login)


class _Controller(Controller):
    def _trigger_server(self):
        # Port 0 means any: only now is it known which.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class _Handler:
    def __init__(self, server: MailServer):
        self.server = server

    @property
    def door(self) -> Door:
        return self.server.door

    async def handle_MAIL(self, _server, session: Session, envelope, address, options):  # noqa: N802
        if not hasattr(session, "number"):
            self.server.sessions += 1
            session.number = self.server.sessions
        if self.door.answer_mail:
            return self.door.answer_mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, options):  # noqa: N802
        answer = self.door.answer_recipient.get(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session: Session, envelope):  # noqa: N802
        if self.door.slow_seconds:
            await asyncio.sleep(self.door.slow_seconds)
        if self.door.is_held:
            self.door.held.append(envelope.rcpt_tos[0])
        while self.door.is_held:
            await asyncio.sleep(0.01)
        answer = self.door.answers_data.pop(0) if self.door.answers_data else ""
        if answer:
            return answer
        login = (session.auth_data or b"").decode() if session.authenticated else ""
        self.server.keep(
            Received(
                envelope.mail_from,
                list(envelope.rcpt_tos),
                envelope.content,
                session.ssl is not None,
                login,
                session.number,
            )
        )
        if self.door.hang_ups_after_data:
            self.door.hang_ups_after_data -= 1
            server.transport.abort()
        return "250 OK"
