"""Parses DSNs: by RFC 3464 and RFC 6533, and heuristically those of other mail servers.

Anybody can forge a DSN, so it counts only after comparison with mails that were really sent
(`operations_bounces.py`).
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

from ebok.mail import answers
from ebok.mail.answers import DEAD, DELAYED, REFUSED, SILENT
from ebok.mail.undelivered import judge
from ebok.notifications import (
    operations_dsn_fields as dsn_fields,
    operations_dsn_words as dsn_words,
)

TAG = re.compile(r"\+b([0-9a-f]{20})@", re.I)
MESSAGE_ID = re.compile(r"<[0-9a-f]{20}@[^<>\s]{1,255}>")
ADDRESSED_BY = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
"""Headers with the address that the DSN was sent to."""

LONGEST = 8 * 1024 * 1024
LOOKED_AT = 256 * 1024
"""Octets parsed, without attachments: some servers quote the whole mail before the reason, but a
huge mail must not block the worker."""
ATTACHED = re.compile(rb"(?:[A-Za-z0-9+/]{60,80}\r?\n){20,}")


@dataclass(frozen=True)
class Dsn:
    """A parsed DSN: `kind` as in `mail/undelivered.py`, `status` as in RFC 3463, e.g. 5.1.1.

    `recipients` are addresses as `addresses.key` gives them.
    """

    report_id: str
    tag: str
    message_id: str
    recipients: frozenset[str]
    status: str
    kind: str


def read(content: bytes) -> Dsn | None:
    """The DSN, or None for any other mail; never raises."""
    try:
        return _read(parse(content), content)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError):
        return None


def parse(content: bytes) -> Message:
    """Parse the first LOOKED_AT octets of a mail."""
    return message_from_bytes(ATTACHED.sub(b"", content[:LONGEST])[:LOOKED_AT])


def _read(message: Message, content: bytes) -> Dsn | None:
    parts = list(message.walk())
    if dsn_words.is_not_dsn(message, parts):
        return None
    blocks = dsn_fields.of_recipients(parts)
    told = dsn_words.plain_words(parts)
    verdict = _verdict(blocks, told) if blocks else _guess(message, told)
    if verdict is None:
        return None
    kind, status = verdict
    returned = dsn_fields.returned(parts) + told
    found = MESSAGE_ID.search(returned)
    addressed = " ".join(str(v) for name in ADDRESSED_BY for v in message.get_all(name, []))
    tag = TAG.search(addressed)
    return Dsn(
        report_id=_id_of(message, content),
        tag=tag[1].lower() if tag else "",
        message_id=found[0] if found else "",
        recipients=dsn_fields.addresses(message, blocks, returned),
        status=status,
        kind=kind,
    )


def _id_of(message: Message, content: bytes) -> str:
    """An id that is equal for copies of the same DSN."""
    name = dsn_fields.value(message, "Message-ID").strip().encode() or content
    return hashlib.sha256(name).hexdigest()


def _verdict(blocks: list[Message], told: str) -> tuple[str, str] | None:
    """(kind, status) of the worst recipient; our mails have only one."""
    actions = [(dsn_fields.action_of(block), block) for block in blocks]
    failed = [block for action, block in actions if action == "failed"]
    if failed:
        status = dsn_fields.status_of(failed[0])
        return _kind(status, dsn_fields.value(failed[0], "Diagnostic-Code"), told), status
    delayed = [block for action, block in actions if action == "delayed"]
    return (DELAYED, dsn_fields.status_of(delayed[0])) if delayed else None


def _kind(status: str, diagnostic: str, told: str) -> str:
    """The kind by the server's answer, or by the DSN's text if the answer says little.

    Content filters that accepted the recipient first may answer "user unknown", too.
    """
    says_little = not diagnostic or not status or status.endswith(".0.0")
    words = diagnostic if answers.kind_of_words(diagnostic) or not says_little else told
    kind = judge(status, words)
    return REFUSED if kind == DEAD and dsn_words.was_taken_first(diagnostic, told) else kind


def _guess(message: Message, told: str) -> tuple[str, str] | None:
    """(kind, status) of a DSN without fields; None if it does not look like one."""
    if not dsn_words.is_from_a_daemon(message):
        return None
    found = answers.STATUS.search(told)
    status = found[1] if found else ""
    if status.startswith("2") or dsn_words.is_challenge(told):
        return None
    if dsn_words.is_delay(message, told):
        return DELAYED, status
    if not status and not answers.kind_of_words(told):
        is_one = dsn_words.SUBJECT.search(dsn_fields.value(message, "Subject"))
        return (SILENT, "") if is_one else None
    return _kind(status, "", told), status
