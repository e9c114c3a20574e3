"""A mail's bytes: headers, then text, HTML and a PDF as MIME parts (RFC 2045, 2047, 2183).

Python's own `email` takes four milliseconds to put a mail with a PDF of 60 kB together, mostly for
the base64; this takes a third of one. A town's mails leave at the speed of the slower of the two:
the mail server, or this. `tests/mail/test_mime.py` reads every mail back with `email`.
"""

import binascii
import re
import struct
from email import policy
from email.headerregistry import Address
from functools import lru_cache

import flask_mail

from ebok.mail.letters import Attachment

END = b"\r\n"
LINE = 76
"""Characters in a line of base64, at most (RFC 2045, 6.8), and of a header with encoded words."""
LINES = struct.Struct(f"{LINE}s" * 128)
"""Cuts base64 into lines twice as fast as slices do."""
WORD_OCTETS = 45
PLAIN = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+", re.ASCII)


def assemble(
    named: dict[str, str], text: bytes, html: bytes, attachment: Attachment | None
) -> bytes:
    """The whole mail; headers are ready for the wire, `text` and `html` as `quoted` gives them."""
    # "=_" stands in no quoted-printable and in no base64, so no part holds a boundary by chance.
    tag = named["Message-ID"].strip("<>").partition("@")[0]
    parts = [_text_part("plain", text), _text_part("html", html)]
    kind, body = _multipart("alternative", f"=_a{tag}", parts)
    if attachment:
        inner = [b"Content-Type: %b\r\n\r\n" % kind, *body]
        kind, body = _multipart("mixed", f"=_m{tag}", [inner, _pdf_part(attachment)])
    for value in named.values():
        # Folded lines go on with a space; any other line's end would begin a header of its own.
        if not value.isascii() or re.search(r"[\r\n]", value.replace("\r\n ", "")):
            raise ValueError("a header is not ready for the wire")
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    head += f"MIME-Version: 1.0\r\nContent-Type: {kind.decode()}\r\n\r\n"
    # Joined once: to copy a PDF from part to whole to larger whole is a tenth of all the work.
    return b"".join((head.encode(), *body))


def quoted(text: str) -> bytes:
    """Lines of text as quoted-printable, the last one ended too; it can be done line by line."""
    return binascii.b2a_qp("\r\n".join(text.splitlines()).encode() + END)


def words(text: str) -> str:
    """The value of a header that a person reads, in encoded words where it is not plain ASCII."""
    if text.isascii() and text.isprintable() and len(text) < LINE:
        return text
    octets, encoded, begin = text.encode(), [], 0
    while begin < len(octets):
        end = begin + WORD_OCTETS
        # A character must not be torn between two words (RFC 2047, 5).
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        encoded.append(f"=?utf-8?b?{_base64(octets[begin:end])}?=")
        begin = end
    return "\r\n ".join(encoded)


def _base64(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode()


@lru_cache(8)
def mailbox(name: str, email: str) -> str:
    """The value of From: whatever stands in the name."""
    return _folded("From", Address(name, addr_spec=email))


def address(email: str) -> str:
    """The value of To, and of the envelope: an address that any server takes."""
    return email if PLAIN.fullmatch(email) else flask_mail.sanitize_address(email)


def _folded(name: str, value) -> str:
    header = policy.SMTP.header_factory(name, policy.SMTP.header_store_parse(name, value)[1])
    return header.fold(policy=policy.SMTP).partition(": ")[2].rstrip("\r\n")


def _multipart(kind: str, boundary: str, parts: list[list[bytes]]) -> tuple[bytes, list[bytes]]:
    edge = f"--{boundary}".encode()
    body = [piece for part in parts for piece in (edge, END, *part, END)]
    return f'multipart/{kind}; boundary="{boundary}"'.encode(), [*body, edge, b"--\r\n"]


def _text_part(kind: str, content: bytes) -> list[bytes]:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: '
    return [head.encode(), b"quoted-printable\r\n\r\n", content]


def _pdf_part(attachment: Attachment) -> list[bytes]:
    encoded = binascii.b2a_base64(attachment.content, newline=False)
    whole = len(encoded) // LINES.size * LINES.size
    lines = [line for n in range(0, whole, LINES.size) for line in LINES.unpack_from(encoded, n)]
    lines += [encoded[n : n + LINE] for n in range(whole, len(encoded), LINE)]
    head = (
        f'Content-Type: application/pdf; name="{attachment.name}"\r\n'
        f'Content-Disposition: attachment; filename="{attachment.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return [head.encode(), END.join(lines)]
