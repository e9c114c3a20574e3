"""Detects a file's encoding, UTF-8 or CP1250, from all of its bytes; never guesses."""

import codecs
import re
from collections.abc import Iterator

from ebok.billing.bundle import Source
from ebok.billing.errors import Fault, Refused
from ebok.billing.lost_letters import (
    CP1250,
    MOJIBAKE,
    EncodingEvidence,
    QuickCheck,
    has_lost_letters,
)
from ebok.languages import count as ngettext, say as _

POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–\u00a0")

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CHUNK = 2**20

LONGEST_LINE = 2**20
"""Most bytes of a line: a file without line ends must not be read as one line."""

SCRIPTS = 1000
"""Number of different non-ASCII characters that proves UTF-8."""

POLISH_IN_UTF8 = re.compile(
    rb"\xc3[\x93\xb3]|\xc4[\x84-\x87\x98\x99]|\xc5[\x81-\x84\x9a\x9b\xb9-\xbc]"
)
"""Polish letters in UTF-8. In CP1250 they would be Ă, Ä or Ĺ before a sign: in no Polish word."""


def recognise_encoding(source: Source) -> str:
    """The name of the file's encoding, as `open` takes it. Raises Refused."""
    try:
        return "utf-8-sig" if _is_utf8(source) else _cp1250(source)
    except UnicodeDecodeError:
        return _cp1250(source)


def _is_utf8(source: Source) -> bool:
    """Whether the file is UTF-8. Raises UnicodeDecodeError if not, Refused if it is but has lost
    letters."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    unusual: set[str] = set()
    has_lost = False
    for chunk in _chunks(source):
        text = decode(chunk)
        # One Polish letter proves it, and most files have one in the first rows.
        if not text.isascii() and not unusual & POLISH and len(unusual) < SCRIPTS:
            unusual.update(c for c in set(text) if c > "\x7f")
        has_lost = has_lost or has_lost_letters(text)
    decode(b"", final=True)
    if has_lost:
        _refuse_lost_letters(source)
    return not unusual or not _is_cp1250_by_chance(unusual)


def _is_cp1250_by_chance(unusual: set[str]) -> bool:
    """Whether these characters come from CP1250 or ISO-8859-2 that is valid UTF-8 by chance.

    "SPÓŁKA" in CP1250 is such a case: its ÓŁ is a Cyrillic letter in UTF-8. A Polish letter in
    UTF-8 reads as Ă, Ä or Ĺ and a sign in CP1250, so both cannot be true at once.
    """
    again = "".join(sorted(unusual)).encode()
    return any(set(again.decode(name, "replace")) <= POLISH for name in ("cp1250", "iso8859-2"))


def _refuse_lost_letters(source: Source) -> None:
    """Raise Refused: an earlier program has replaced letters."""
    first, count, value = 0, 0, ""
    for number, line in _lines(source):
        if lost := MOJIBAKE.search(line.decode("utf-8", "ignore")):
            first, value, count = first or number, value or lost[0], count + 1
    expected = ngettext(
        "expected all letters, but this line has lost some: export the file again as UTF-8",
        "expected all letters, but %(num)s lines have lost some: export the file again as UTF-8",
        count,
    )
    raise Refused(Fault(source.name, first, value=value, expected=expected))


def _chunks(source: Source) -> Iterator[bytes]:
    with source.open() as stream:
        first = stream.read(CHUNK)
        if first.startswith(UTF16):
            expected = _("expected UTF-8 or CP1250, but this is UTF-16")
            raise Refused(Fault(source.name, expected=expected))
        chunk, length = first, 0
        while chunk:
            # Within a chunk no line can be too long.
            ends = chunk.rfind(b"\n"), chunk.rfind(b"\r")
            begins = min((e for e in (chunk.find(b"\n"), chunk.find(b"\r")) if e >= 0), default=-1)
            if length + (len(chunk) if begins < 0 else begins) > LONGEST_LINE:
                raise Refused(Fault(source.name, expected=_too_long()))
            length = length + len(chunk) if begins < 0 else len(chunk) - max(ends) - 1
            yield chunk
            chunk = stream.read(CHUNK)


def _too_long() -> str:
    return _("expected lines of at most %(most)s bytes, but one is longer", most=LONGEST_LINE)


def _lines(source: Source) -> Iterator[tuple[int, bytes]]:
    with source.open() as stream:
        read = iter(lambda: stream.readline(LONGEST_LINE), b"")
        yield from enumerate(read, start=1)


def _cp1250(source: Source) -> str:
    """Check that the whole file is CP1250, and return "cp1250". Raises Refused."""
    check = QuickCheck()
    for chunk in _chunks(source):
        check.add(chunk)
    if not check.is_cp1250:
        _require_cp1250(source)
    return "cp1250"


def _require_cp1250(source: Source) -> None:
    reading, undefined = EncodingEvidence(), None
    for number, line in _lines(source):
        if line.isascii():
            continue
        if POLISH_IN_UTF8.search(line):
            raise Refused(Fault(source.name, number, expected=_mixed("UTF-8")))
        undefined = undefined or _undefined(number, line)
        reading.add(number, line)
    _refuse_others(source.name, reading)
    if undefined:
        number, byte = undefined
        expected = _("expected UTF-8 or CP1250, but byte %(byte)s is neither", byte=f"0x{byte:02X}")
        raise Refused(Fault(source.name, number, expected=expected))


def _undefined(number: int, line: bytes) -> tuple[int, int] | None:
    try:
        line.decode("cp1250")
    except UnicodeDecodeError as fault:
        return number, line[fault.start]
    return None


def _refuse_others(file: str, reading: EncodingEvidence) -> None:
    """Raise Refused if the words are, or may be, in another encoding."""
    if alternatives := reading.alternatives:
        number, word = reading.first.get(alternatives[0]) or reading.doubtful or (0, "")
        if reading.is_better(alternatives[0]):
            expected = _(
                "expected UTF-8 or CP1250, but this looks like %(name)s: save it as "
                "CP1250 or UTF-8",
                name=alternatives[0],
            )
        else:
            expected = _(
                "expected more letters to tell the encoding; this may be %(names)s: "
                "save it as UTF-8",
                names=", ".join([CP1250, *alternatives]),
            )
        raise Refused(Fault(file, number, value=word, expected=expected))
    for name, (number, word) in reading.first.items():
        raise Refused(Fault(file, number, value=word, expected=_mixed(name)))


def _mixed(name: str) -> str:
    return _(
        "expected one encoding in the whole file: this line is %(name)s and another is not",
        name=name,
    )
