"""Reading a mail that came back: RFC 3464 where the server follows it, and what others write.

A report is somebody's claim, and anybody can write one: what is read here is compared with what we
really sent (`bounces.py`) before it counts.
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from ebok.mail import undelivered
from ebok.mail.undelivered import judge

TAG = re.compile(r"\+b([0-9a-f]{20})@")
MESSAGE_ID = re.compile(r"<[0-9a-f]{20}@[^<>\s]+>")
# Tried once for each run of such characters, and as far as RFC 5321 allows: else a report of one
# long word would keep the worker for hours.
ADDRESS = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,254}\w")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY = re.compile(r"\b([45])(\d)\d[ -]")
ADDRESSED_BY = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
"""Where the mailbox's own server says which address the report was sent to."""

DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery|bounce", re.I)
FAILED, DELAYED = "failed", "delayed"
LONGEST = 64 * 1024
"""Octets that are looked at: what is said, and the headers of the returned mail, come first."""


@dataclass(frozen=True)
class Report:
    """What a report says: `kind` as in `mail/undelivered.py`, `status` as in RFC 3463, e.g. 5.1.1.

    `recipients` are lower-case."""

    report_id: str
    tag: str
    message_id: str
    recipients: frozenset[str]
    status: str
    kind: str


def read(content: bytes) -> Report | None:
    """The report, or None for any other mail; never raises, whatever the bytes are."""
    try:
        return _read(message_from_bytes(content[:LONGEST]), content)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _read(message: Message, content: bytes) -> Report | None:
    blocks = _status_blocks(message)
    text = "" if blocks else _text(message)
    if not blocks and not _is_from_a_daemon(message):
        return None
    action, status = _verdict(blocks) if blocks else _guess(text)
    if action not in (FAILED, DELAYED):
        return None
    returned = _returned(message) + text
    found = MESSAGE_ID.search(returned)
    addressed = " ".join(str(v) for name in ADDRESSED_BY for v in message.get_all(name, []))
    tag = TAG.search(addressed)
    return Report(
        report_id=_id_of(message, content),
        tag=tag[1] if tag else "",
        message_id=found[0] if found else "",
        recipients=_recipients(blocks, returned),
        status=status,
        kind=judge(status, text) if action == FAILED else undelivered.DELAYED,
    )


def _id_of(message: Message, content: bytes) -> str:
    """The same for the same report, however often it lies in the mailbox."""
    name = str(message["Message-ID"] or "").strip().encode() or content
    return hashlib.sha256(name).hexdigest()


def _status_blocks(message: Message) -> list[Message]:
    """The fields of each recipient in `message/delivery-status`; those of the mail come first."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            return [b for b in blocks if b["Action"]] if isinstance(blocks, list) else []
    return []


def _verdict(blocks: list[Message]) -> tuple[str, str]:
    """The worst of what is said of the recipients; ours have one only."""
    told = [(str(b["Action"]).split()[0].strip(";,").lower(), str(b["Status"])) for b in blocks]
    failed = [(action, status) for action, status in told if action == FAILED]
    action, status = (failed or told)[0]
    found = STATUS.search(status)
    return action, found[1] if found else ""


def _guess(text: str) -> tuple[str, str]:
    """What a report in words alone means: its first status or reply code, 5 for ever, 4 for now."""
    found, reply = STATUS.search(text), REPLY.search(text)
    if not found and not reply:
        return "", ""
    status = found[1] if found else f"{reply[1]}.0.0"
    return {"5": FAILED, "4": DELAYED}.get(status[0], ""), status


def _is_from_a_daemon(message: Message) -> bool:
    # An answer from a holiday is no report, whoever sends it.
    if "auto-replied" in str(message["Auto-Submitted"] or "").lower():
        return False
    is_nobody = str(message["Return-Path"] or "").strip() == "<>"
    return is_nobody or bool(DAEMON.search(str(message["From"] or "")))


def _returned(message: Message) -> str:
    """The headers of the mail that came back."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            return "".join(f"{name}: {value}\n" for name, value in inner.items())
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            return _decoded(part)
    return ""


def _text(message: Message) -> str:
    return "\n".join(_decoded(part) for part in message.walk() if not part.is_multipart())


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True) or b""
    return payload.decode("utf-8", "replace")


def _recipients(blocks: list[Message], returned: str) -> frozenset[str]:
    """Whom the report speaks of: as its fields name them, and as the returned mail was addressed.

    A mailbox may hand mails on, and then the last address is one that we never wrote to.
    """
    named = [str(b[name]) for b in blocks for name in ("Final-Recipient", "Original-Recipient")]
    return frozenset(
        found.lower() for each in (*named, returned) for found in ADDRESS.findall(each)
    )
