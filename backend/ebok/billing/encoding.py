"""Which encoding a file is in: UTF-8 or CP1250, proved by reading all of it, never guessed."""

import codecs
import re
from collections.abc import Iterator

from ebok.billing.bundle import Source
from ebok.billing.report import Fault, Refused
from ebok.sentences import say as _

POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–\u00a0")

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

POLISH_IN_UTF8 = re.compile(
    rb"\xc3[\x93\xb3]|\xc4[\x84-\x87\x98\x99]|\xc5[\x81-\x84\x9a\x9b\xb9-\xbc]"
)
"""Read as CP1250 these would be Ă, Ä or Ĺ before a sign: no Polish word has that."""

LATIN2_SIGNS = re.compile(r"\w[±¶ˇ¦¬]|[±¶ˇ¦¬]\w")
"""What ą ś Ą Ś Ź of ISO-8859-2 become in CP1250: signs that touch no letter in a billing file."""


def recognise_encoding(source: Source) -> str:
    """The name of the file's encoding, as `open` knows it; raises Refused."""
    try:
        return "utf-8-sig" if _is_utf8(source) else _cp1250(source)
    except UnicodeDecodeError:
        return _cp1250(source)


def _is_utf8(source: Source) -> bool:
    """Whether the file is UTF-8; raises UnicodeDecodeError where it certainly is not."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    unusual: set[str] = set()
    for chunk in _chunks(source):
        text = decode(chunk)
        # One Polish letter settles it, and most files have one in the first rows.
        if not text.isascii() and not unusual & POLISH:
            unusual.update(c for c in text if c > "\x7f")
    decode(b"", final=True)
    return not unusual or not _is_cp1250_by_chance(unusual)


def _is_cp1250_by_chance(unusual: set[str]) -> bool:
    """Whether these characters are CP1250 that happens to be valid UTF-8.

    "SPÓŁKA" in CP1250 is such a case: its ÓŁ is one Cyrillic letter in UTF-8. A Polish letter
    that is UTF-8 reads as Ă, Ä or Ĺ and a sign in CP1250, so both cannot be true at once.
    """
    again = "".join(sorted(unusual)).encode().decode("cp1250", errors="replace")
    return set(again) <= POLISH


def _chunks(source: Source) -> Iterator[bytes]:
    with source.open() as stream:
        first = stream.read(2**20)
        if first.startswith(UTF16):
            expected = _("expected UTF-8 or CP1250, this is UTF-16")
            raise Refused(Fault(source.name, expected=expected))
        yield first
        while chunk := stream.read(2**20):
            yield chunk


def _cp1250(source: Source) -> str:
    """cp1250, when the whole file can be that; raises Refused with the line that cannot."""
    with source.open() as stream:
        # A file without line ends must not be read as one line.
        for number, line in enumerate(iter(lambda: stream.readline(2**20), b""), start=1):
            if not line.isascii():
                _check_cp1250(source.name, number, line)
    return "cp1250"


def _check_cp1250(file: str, number: int, line: bytes) -> None:
    if POLISH_IN_UTF8.search(line):
        raise Refused(Fault(file, number, expected=_mixed()))
    try:
        text = line.decode("cp1250")
    except UnicodeDecodeError as fault:
        byte = f"0x{line[fault.start]:02X}"
        expected = _("expected UTF-8 or CP1250: byte %(byte)s is neither", byte=byte)
        raise Refused(Fault(file, number, expected=expected)) from None
    if sign := LATIN2_SIGNS.search(text):
        expected = _("expected UTF-8 or CP1250, this looks like ISO-8859-2")
        raise Refused(Fault(file, number, value=sign.group(), expected=expected))


def _mixed() -> str:
    return _("expected one encoding in the whole file: this line is UTF-8 and another is not")
