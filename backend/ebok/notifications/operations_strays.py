"""Forwards mails that people write to the bounce mailbox to the office, once each.

Nobody reads that mailbox, but people reply to any address they see. Automatic mails, including
ours, are not forwarded, which would loop; and there is a daily limit. The original stays in the
mailbox.
"""

import hashlib
import os
import re
import stat
import unicodedata
from datetime import datetime, timedelta
from email.message import Message
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from markupsafe import Markup
from peewee import CharField, DateTimeField, TextField

from ebok import limits, settings
from ebok.database import Table, now, transaction
from ebok.mail import alerts
from ebok.mail.addresses import key
from ebok.mail.mime import PLAIN
from ebok.mail.outbox import post, sender_address
from ebok.notifications import (
    operations_dsn as dsn,
    operations_dsn_fields as dsn_fields,
    operations_dsn_words as dsn_words,
)
from ebok.settings import Settings

DAY, KEPT = timedelta(days=1), timedelta(days=365)
OF_ONE, OF_ALL = 5, 50
"""Most mails forwarded in a day: of one sender, and in all."""
SHOWN = 20_000
"""Most characters forwarded; the rest and attachments stay in the mailbox."""
MACHINE_FIELDS = ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "List-Id", "Feedback-ID")
ANSWER = re.compile(
    r"auto(matic|matische|matyczn\w*)?[ -]?(reply|response|answer|antwort)|odpowied\w* automatyczn"
    r"|out of (the )?office|poza biurem|nieobecno|abwesenheit|автоматична відповідь|автоответ"
    r"|vacation|urlop",
    re.I,
)
SUBTYPES = ("report", "delivery-status")


class Stray(Table):
    """A forwarded mail: `name_hash` of its Message-ID, `file` in `cur` of the maildir."""

    name_hash = CharField(unique=True)
    file = TextField()
    at = DateTimeField()


def pass_on(content: bytes, file: str) -> bool:
    """Forward it to the office if a person wrote it; returns whether it is or was forwarded."""
    chosen, message = settings.current(), dsn.parse(content)
    sender = sender_of(message)
    ours = {key(sender_address(chosen)), key(chosen.utility.email)}
    # If both are one address, the office reads this mailbox itself.
    if len(ours) < 2 or key(sender) in ours or is_automatic(message):
        return False
    name_hash = hashlib.sha256(
        dsn_fields.value(message, "Message-ID").encode() or content
    ).hexdigest()
    if Stray.get_or_none(Stray.name_hash == name_hash):
        return True
    if not (
        limits.consume("strays-sender", key(sender), OF_ONE, DAY)
        and limits.consume("strays", "", OF_ALL, DAY)
    ):
        return False
    with transaction():
        row = Stray.create(name_hash=name_hash, file=file, at=now())
        post("passed_on", chosen.utility.email, alerts.language(chosen), row.id)
    return True


def is_automatic(message: Message) -> bool:
    """Whether its headers say that it was sent automatically (RFC 3834)."""
    told = dsn_fields.value(message, "Auto-Submitted").strip().lower()
    return bool(
        told not in ("", "no")
        or dsn_fields.value(message, "Return-Path").strip() == "<>"
        or re.search(r"bulk|list|junk|auto", dsn_fields.value(message, "Precedence"), re.I)
        or any(message[name] for name in MACHINE_FIELDS)
        or message.get_content_subtype() in SUBTYPES
        or ANSWER.search(dsn_fields.value(message, "Subject"))
        or dsn_words.is_from_a_daemon(message)
        or "@" not in sender_of(message)
    )


def sender_of(message: Message) -> str:
    """The sender's address, or ""."""
    return parseaddr(dsn_fields.value(message, "From"))[1]


def write_passed_on(subject_id: int, settings: Settings) -> dict[str, Any] | None:
    """The forwarded text, with the writer as Reply-To."""
    row = Stray.get_or_none(Stray.id == subject_id)
    folder = Path(settings.bounce_maildir, "cur")
    # Reading a mail changes the flags in its file name.
    found = [path for path in folder.iterdir() if row and path.name.partition(":")[0] == row.file]
    content = content_of(found[0]) if found else None
    if not content:
        return None
    message = dsn.parse(content)
    sender = sender_of(message)
    told = {
        "sender": _seen(sender)[:200],
        "topic": _seen(" ".join(dsn_fields.value(message, "Subject").split()))[:200],
        "lines": [_seen(line) for line in _text(message)[:SHOWN].splitlines()],
    }
    return told | ({"reply_to": sender} if PLAIN.fullmatch(sender) else {})


def _seen(text: str) -> str:
    """The text without control and private-use characters."""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C")


def _text(message: Message) -> str:
    parts = [part for part in message.walk() if not part.is_multipart()]
    plain = next((p for p in parts if p.get_content_type() == "text/plain"), None)
    if plain:
        return dsn_fields.text_of(plain)
    html = next((p for p in parts if p.get_content_type() == "text/html"), None)
    return Markup(dsn_fields.text_of(html)).striptags() if html else ""  # noqa: S704 tags fall


def content_of(path: Path) -> bytes | None:
    """Bytes of a regular file; None for symlinks, FIFOs and directories.

    These must not stop the mails after them from being read.
    """
    try:
        # O_NONBLOCK: opening a FIFO without a writer would block.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        return None
    try:
        is_mail = stat.S_ISREG(os.fstat(handle).st_mode)
        return os.read(handle, dsn.LONGEST) if is_mail else None
    finally:
        os.close(handle)


def forget_strays(moment: datetime, _settings: Settings) -> int:
    """Delete rows after a year; the mails stay in the administrator's mailbox."""
    return Stray.delete().where(Stray.at < moment - KEPT).execute()
