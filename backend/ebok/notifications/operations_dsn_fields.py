"""The structured parts of a DSN: fields of each recipient (RFC 3464, RFC 6533), and the headers of
the returned mail."""

import re
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser

from ebok.mail import answers
from ebok.mail.addresses import key

STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
HEADER_PARTS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
RETURNED_PARTS = ("message/rfc822", "message/global", *HEADER_PARTS)
LONGEST_TEXT = 64 * 1024

# Matched once per run of such characters, and bounded as in RFC 5321: a DSN with one long word
# would otherwise block the worker for hours. A quoted local part may contain anything but a quote.
ATOM = r"\w.!#$%&'*+/=?^`{|}~-"
ADDRESS = re.compile(rf'(?<![{ATOM}])(?:"[^"\n]{{1,64}}"|[{ATOM}]{{1,64}})@[\w.-]{{1,254}}\w')
ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")


def value(message: Message, name: str) -> str:
    """A field's decoded value, "" if missing; raw non-ASCII bytes are read as UTF-8."""
    raw = next((v for n, v in message.raw_items() if n.lower() == name.lower()), "")
    told = str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if "=?" not in told:
        return told
    try:
        return str(make_header(decode_header(told)))
    except (LookupError, ValueError, MessageError):
        return told


def of_recipients(parts: list[Message]) -> list[Message]:
    """The fields of each recipient, without the per-message ones, which come first."""
    for part in parts:
        if part.get_content_type() in STATUS_PARTS:
            inside = part.get_payload()
            read = _messages(inside)
            blocks = read if isinstance(inside, list) else _blocks(text_of(part))
            return [b for b in blocks if b["Final-Recipient"] or b["Action"] or b["Status"]]
    return []


def _messages(parts: object) -> list[Message]:
    inside: list[object] = parts if isinstance(parts, list) else []
    return [each for each in inside if isinstance(each, Message)]


def _blocks(text: str) -> list[Message]:
    # The parser does not split a base64-encoded part.
    return [HeaderParser().parsestr(block) for block in re.split(r"\r?\n\r?\n", text)[:50]]


def action_of(block: Message) -> str:
    """The action ("failed", "delayed" …), else derived from the status class."""
    said = value(block, "Action").strip().lower()
    known = next((action for action in ACTIONS if said.startswith(action)), "")
    by_status = {"2": "delivered", "4": "delayed", "5": "failed"}.get(status_of(block)[:1], "")
    return known or by_status or ("failed" if said else "")


def status_of(block: Message) -> str:
    """The status, e.g. 5.1.1; the one in the diagnostic if the field is unspecific (5.0.0)."""
    field = answers.STATUS.search(value(block, "Status"))
    told = answers.STATUS.search(value(block, "Diagnostic-Code"))
    if told and (not field or field[1].endswith((".0", ".0.0"))):
        return told[1]
    return field[1] if field else ""


def returned(parts: list[Message]) -> str:
    """The headers of the returned mail."""
    for part in parts:
        kind = part.get_content_type()
        if kind in RETURNED_PARTS and part.is_multipart():
            fields = (
                field for inner in _messages(part.get_payload())[:1] for field in inner.items()
            )
            return "".join(f"{name}: {value}\n" for name, value in fields)
        if kind in RETURNED_PARTS:
            return text_of(part)
    return ""


def text_of(part: Message) -> str:
    """The decoded text of a part, up to LOOKED_AT; unknown charsets are tolerated."""
    decoded = part.get_payload(decode=True)
    payload = decoded[:LONGEST_TEXT] if isinstance(decoded, bytes) else b""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, UnicodeError):
        return payload.decode("utf-8", "replace")


def addresses(message: Message, blocks: list[Message], returned: str) -> frozenset[str]:
    """Recipients by the DSN's fields and by the returned mail's headers.

    With forwarding, the final recipient is an address that we never wrote to.
    """
    named = [value(b, name) for b in blocks for name in ("Final-Recipient", "Original-Recipient")]
    named += [str(value) for value in message.get_all("X-Failed-Recipients", [])]
    texts = [ESCAPED.sub(_unescaped, text) for text in (*named, returned)]
    found = (address for text in texts for address in ADDRESS.findall(text))
    return frozenset(key(address) for address in found)


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
