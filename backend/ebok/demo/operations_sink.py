"""The demo's mail server on loopback: keeps every mail in a Maildir for the demo's mailbox page."""

import email
import hashlib
import logging
import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from aiosmtpd.controller import Controller

from ebok.demo.serializers import DemoMailJson, DemoMailTextJson
from ebok.errors import NotFound
from ebok.settings import Settings
from ebok.values import days
from ebok.values.days import ShownInstant

HOST = "127.0.0.1"
DIRECTORY = "demo-mail"
MOST_SHOWN = 200
DemoMails = Annotated[list[DemoMailJson], f"maxItems: {MOST_SHOWN}"]


class _Sink(Controller):
    def _trigger_server(self):
        # With port 0 the port is known only after binding.
        self.port = self.server.sockets[0].getsockname()[1]  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
        super()._trigger_server()


class _Keeper:
    def __init__(self, letters: mailbox.Maildir):
        self.letters = letters

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.letters.add(envelope.content)
        return "250 OK"


def start(settings: Settings) -> int:
    """Start an SMTP server without STARTTLS on a free port of loopback; returns the port.

    It runs in a daemon thread of this process.
    """
    # At INFO aiosmtpd logs every address.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    sink = _Sink(_Keeper(_letters(settings)), hostname=HOST, port=0)
    sink.start()
    return sink.port


def read(settings: Settings) -> DemoMails:
    """The mails received, newest first."""
    files = sorted(_files(settings), key=lambda pair: pair[1], reverse=True)
    return [{**_shown(file, at_ns), "sent": _sent(at_ns)} for file, at_ns in files[:MOST_SHOWN]]


def _sent(at_ns: int) -> ShownInstant:
    sent_at = datetime.fromtimestamp(at_ns / 1e9, UTC).replace(tzinfo=None)
    return days.instant_as_json(sent_at)


def attached(settings: Settings, mail_id: str, number: str) -> tuple[str, bytes]:
    """File name and bytes of an attachment, counted from "1". Raises NotFound."""
    for file, _at_ns in _files(settings):
        if _id(file) == mail_id:
            for place, name, content in _attachments(_message(file)):
                if str(place) == number:
                    return name, content
    raise NotFound()


def _letters(settings: Settings) -> mailbox.Maildir:
    return mailbox.Maildir(settings.data_dir / DIRECTORY, create=True)


def _files(settings: Settings) -> list[tuple[Path, int]]:
    _letters(settings)
    new = settings.data_dir / DIRECTORY / "new"
    return [(file, file.stat().st_mtime_ns) for file in new.iterdir()]


# Cached: the page polls every three seconds, and a mail with a PDF takes milliseconds.
@lru_cache(MOST_SHOWN)
def _shown(file: Path, _at_ns: int) -> DemoMailTextJson:
    message = _message(file)
    return {
        "id": _id(file),
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "text": message.get_body(("plain",)).get_content().replace("\r\n", "\n"),  # pyright: ignore[reportOptionalMemberAccess]
        "attachments": [
            {"number": place, "name": name, "size_bytes": len(content)}
            for place, name, content in _attachments(message)
        ],
    }


def _id(file: Path) -> str:
    # Not the file name, which contains the host name.
    return hashlib.sha256(file.name.encode()).hexdigest()[:16]


def _message(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=policy.default)


def _attachments(message: EmailMessage) -> Iterator[tuple[int, str, bytes]]:
    for place, part in enumerate(message.iter_attachments(), start=1):
        yield place, part.get_filename(""), part.get_content()
