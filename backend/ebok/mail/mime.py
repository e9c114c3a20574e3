"""A mail's bytes: headers, then text, HTML and a PDF as MIME parts (RFC 2045, 2047, 2183).

Python's own `email` takes four milliseconds to put a mail with a PDF of 60 kB together, mostly for
the base64; this takes a third of one. A town's mails leave at the speed of the slower of the two:
the mail server, or this. `tests/mail/test_mime.py` reads every mail back with `email`, and no mail
leaves whose headers it does not read back as they were meant.
"""

import binascii
import re
import struct
from email import policy
from email.header import decode_header, make_header
from email.parser import HeaderParser
from email.utils import parseaddr, quote
from functools import lru_cache
from itertools import groupby

import flask_mail

from ebok.mail.addresses import for_wire, is_international
from ebok.mail.kinds import Attachment

END = b"\r\n"
LINE = 76
"""Characters in a line of base64, at most (RFC 2045, 6.8), and of a header with encoded words."""
LINES = struct.Struct(f"{LINE}s" * 128)
"""Cuts base64 into lines twice as fast as slices do."""
WRAPPED = "=?utf-8?b?{}?="
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+")
READ = HeaderParser(policy=policy.compat32)
SHORT = re.compile(r"[!-~][ -~]{0,900}|(=\?utf-8\?b\?[\w+/=]{1,64}\?=(\r\n (?!$)|$))+", re.ASCII)
"""A value of one line, or encoded words, a line each: every parser reads it as it stands."""
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
    for name, value in named.items():
        if not SHORT.fullmatch(value):
            _require_readable(name, value)
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    head += f"MIME-Version: 1.0\r\nContent-Type: {kind.decode()}\r\n\r\n"
    # Joined once: to copy a PDF from part to whole to larger whole is a tenth of all the work.
    return b"".join((head.encode(), *body))


def quoted(text: str) -> bytes:
    """Lines of text as quoted-printable, the last one ended too; it can be done line by line."""
    return binascii.b2a_qp("\r\n".join(text.splitlines()).encode() + END)


@lru_cache(64)
def _require_readable(name: str, value: str) -> None:
    """Raise ValueError unless the standard parser finds this header, and no other, with its value.

    A line's end in it would begin a header of its own, and one right after the name leave it empty.
    """
    read = READ.parsestr(f"{name}: {value}\r\n")
    is_ready = value.isascii() or (name == "To" and is_international(value))
    if not is_ready or read.defects or read.items() != [(name, value)]:
        raise ValueError("a header is not ready for the wire")
    if not all(line.strip() for line in value.split("\r\n")):
        raise ValueError("a header has an empty line")


def words(text: str) -> str:
    """The value of Subject, in encoded words where the text is not plain ASCII."""
    if _is_plain(text) and len(text) + len("Subject: ") <= LINE:
        return text
    wire = "\r\n ".join(_encoded(text, LINE - len("Subject: ")))
    if decode_header(wire) != [(text.encode(), "utf-8")]:
        raise ValueError("a text does not come back from its encoded words")
    return wire


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and "=?" not in text


def _encoded(text: str, room: int = LINE - 1) -> list[str]:
    """Encoded words, a line each (RFC 2047, 2); `room` is what is left of the first."""
    octets, encoded, begin = text.encode(), [], 0
    while begin < len(octets):
        end = begin + (room - len(WRAPPED.format(""))) // 4 * 3
        # A character must not be torn between two words (RFC 2047, 5).
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        encoded.append(WRAPPED.format(_base64(octets[begin:end])))
        begin, room = end, LINE - 1
    return encoded


def _base64(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode()


@lru_cache(8)
def mailbox(name: str, email: str) -> str:
    """The value of From: whatever stands in the name."""
    name = " ".join(name.split())
    lines, line = [], "From:"
    for piece in (*_phrase(name), f"<{address(email)}>"):
        # The first line is never left empty, however long a piece is.
        if len(line) + 1 + len(piece) > LINE and line != "From:":
            lines.append(line)
            line = ""
        line += f" {piece}"
    wire = "\r\n".join([*lines, line])[len("From: ") :]
    if read_name(wire) != name or not wire.endswith(f"<{address(email)}>"):
        raise ValueError("a name does not come back from its header")
    return wire


def _phrase(name: str) -> list[str]:
    """The name in pieces that lines may end between.

    What is plain stays so: some readers keep the blank between two encoded words.
    """
    if _is_plain(name):
        # Quoted, whatever it holds: else a comma would end it.
        return f'"{quote(name)}"'.split(" ")
    pieces = []
    for is_atom, group in groupby(name.split(" "), _is_atom):
        some = list(group)
        pieces += some if is_atom else _encoded(" ".join(some), LINE - len("From: "))
    return pieces


def _is_atom(word: str) -> bool:
    return bool(ATOM.fullmatch(word)) and "=?" not in word


def read_name(wire: str) -> str:
    """The name in a value of From, as the standard library reads it."""
    named = parseaddr(wire.replace("\r\n", ""))[0]
    return str(make_header(decode_header(named)))


def address(email: str) -> str:
    """The value of To, and of the envelope: an address that any server takes, or any that offers
    SMTPUTF8, where it is international (RFC 6532 has it stand in a header as it is)."""
    if PLAIN.fullmatch(email):
        return email
    wire = for_wire(email)
    return wire if is_international(wire) else flask_mail.sanitize_address(wire)


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
