"""Assembles a mail: headers, then text, HTML and a PDF as MIME parts (RFC 2045, 2047, 2183).

Python's `email` needs 4 ms for a mail with a PDF of 60 kB, mostly for base64; this needs a third of
one, and a mailing is as fast as the slower of mail server and assembly. `tests/mail/test_mime.py`
parses every mail with `email`, and no mail is sent whose headers that would read differently.
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
"""Longest line of base64 (RFC 2045, 6.8), and of a header with encoded words."""
LINES = struct.Struct(f"{LINE}s" * 128)
"""Cuts base64 into lines, twice as fast as slicing."""
WRAPPED = "=?utf-8?b?{}?="
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+")
READ = HeaderParser(policy=policy.compat32)
SHORT = re.compile(r"[!-~][ -~]{0,900}|(=\?utf-8\?b\?[\w+/=]{1,64}\?=(\r\n (?!$)|$))+", re.ASCII)
"""One plain line, or encoded words one per line: all parsers agree on these."""
PLAIN = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+", re.ASCII)


def assemble(
    named: dict[str, str], text: bytes, html: bytes, attachment: Attachment | None
) -> bytes:
    """The bytes of the mail; headers are encoded, `text` and `html` come from `quoted`."""
    # "=_" never occurs in quoted-printable or base64, so no part contains the boundary.
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
    # Joined once: repeated copying of a PDF would take a tenth of the time.
    return b"".join((head.encode(), *body))


def quoted(text: str) -> bytes:
    """The text as quoted-printable, with line ends; may be called line by line."""
    return binascii.b2a_qp("\r\n".join(text.splitlines()).encode() + END)


@lru_cache(64)
def _require_readable(name: str, value: str) -> None:
    """Raise ValueError unless the standard parser reads back exactly this header and value.

    A line end inside it would start a header of its own, and one at its start would leave it empty.
    """
    read = READ.parsestr(f"{name}: {value}\r\n")
    is_ready = value.isascii() or (name == "To" and is_international(value))
    if not is_ready or read.defects or read.items() != [(name, value)]:
        raise ValueError("a header is not ready for the wire")
    if not all(line.strip() for line in value.split("\r\n")):
        raise ValueError("a header has an empty line")


def words(text: str) -> str:
    """The value of Subject, as encoded words if it is not plain ASCII."""
    if _is_plain(text) and len(text) + len("Subject: ") <= LINE:
        return text
    wire = "\r\n ".join(_encoded(text, LINE - len("Subject: ")))
    if decode_header(wire) != [(text.encode(), "utf-8")]:
        raise ValueError("a text does not come back from its encoded words")
    return wire


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and "=?" not in text


def _encoded(text: str, room: int = LINE - 1) -> list[str]:
    """The text as encoded words (RFC 2047, 2); `room` is the space left for the first."""
    octets, begin = text.encode(), 0
    encoded: list[str] = []
    while begin < len(octets):
        end = begin + (room - len(WRAPPED.format(""))) // 4 * 3
        # A character must not be split between two words (RFC 2047, 5).
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        encoded.append(WRAPPED.format(_base64(octets[begin:end])))
        begin, room = end, LINE - 1
    return encoded


def _base64(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode()


@lru_cache(8)
def mailbox(name: str, email: str) -> str:
    """The value of From for any name."""
    name = " ".join(name.split())
    lines: list[str] = []
    line = "From:"
    for piece in (*_phrase(name), f"<{address(email)}>"):
        # The first line is never left empty.
        if len(line) + 1 + len(piece) > LINE and line != "From:":
            lines.append(line)
            line = ""
        line += f" {piece}"
    wire = "\r\n".join([*lines, line])[len("From: ") :]
    if read_name(wire) != name or not wire.endswith(f"<{address(email)}>"):
        raise ValueError("a name does not come back from its header")
    return wire


def _phrase(name: str) -> list[str]:
    """The name in pieces between which lines may be folded.

    Plain words stay plain: some readers keep the space between two encoded words.
    """
    if _is_plain(name):
        # Always quoted, because a comma would end the name.
        return f'"{quote(name)}"'.split(" ")
    pieces: list[str] = []
    for is_atom, group in groupby(name.split(" "), _is_atom):
        some = list(group)
        pieces += some if is_atom else _encoded(" ".join(some), LINE - len("From: "))
    return pieces


def _is_atom(word: str) -> bool:
    return bool(ATOM.fullmatch(word)) and "=?" not in word


def read_name(wire: str) -> str:
    """The name in a From header, as the standard library parses it."""
    named = parseaddr(wire.replace("\r\n", ""))[0]
    return str(make_header(decode_header(named)))


def address(email: str) -> str:
    """The value of To and of the envelope: in ASCII, or international for servers with SMTPUTF8
    (RFC 6532 allows it unencoded in headers)."""
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
