"""What a document is called when it is saved: safe on every system, and in every header."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from ebok.invoices.models import Invoice

WORDS = {"invoice": "faktura", "correction": "korekta", "note": "nota", "call": "wezwanie"}
LONGEST = 100
UNSAFE = re.compile(r"[^\w.-]+|_+")
STROKES = str.maketrans("ŁłĐđØøß", "LlDdOos")
"""Letters that are no other letter with a mark, as Unicode sees them."""


def stem_of(invoice: Invoice) -> str:
    """`faktura-FV-2026-11-04417`: begins with a word, so no system takes it for a device."""
    return f"{WORDS[invoice.kind]}-{_safe(invoice.number)}"[:LONGEST]


def disposition(name: str) -> str:
    """The value of `Content-Disposition`, with a name for old browsers too (RFC 6266)."""
    return f"attachment; filename=\"{plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def plain(name: str) -> str:
    """The name in ASCII."""
    decomposed = unicodedata.normalize("NFKD", name.translate(STROKES))
    return re.sub(r"[^A-Za-z0-9.-]", "", decomposed)


def unique(stems: Iterator[str]) -> Iterator[str]:
    """Each stem, numbered where another one before it is the same but for its case."""
    seen: dict[str, int] = {}
    for stem in stems:
        key = plain(stem).casefold()
        seen[key] = seen.get(key, 0) + 1
        again = f"{stem}-{seen[key]}"
        if seen[key] > 1:
            seen.setdefault(plain(again).casefold(), 1)
        yield stem if seen[key] == 1 else again


def _safe(number: str) -> str:
    return UNSAFE.sub("-", unicodedata.normalize("NFC", number)).strip("-.") or "bez-numeru"
