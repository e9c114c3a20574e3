"""File names of documents, safe on every system and in every header."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from ebok.invoices.models import Invoice

WORDS = {"invoice": "faktura", "correction": "korekta", "note": "nota", "call": "wezwanie"}
LONGEST = 100
UNSAFE = re.compile(r"[^\w.-]+|_+")
STROKES = str.maketrans("ŁłĐđØøß", "LlDdOos")
"""Letters that Unicode does not decompose."""


def stem_of(invoice: Invoice) -> str:
    """`faktura-FV-2026-11-04417`: begins with a word, so it is no device name on any system."""
    return f"{WORDS[invoice.kind]}-{_safe(invoice.number)}"[:LONGEST]


def disposition(name: str) -> str:
    """The value of `Content-Disposition`, with an ASCII name for old browsers (RFC 6266)."""
    return f"attachment; filename=\"{plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def plain(name: str) -> str:
    """The name in ASCII."""
    decomposed = unicodedata.normalize("NFKD", name.translate(STROKES))
    return re.sub(r"[^A-Za-z0-9.-]", "", decomposed)


def unique(stems: Iterator[str]) -> Iterator[str]:
    """The stems, numbered if an earlier one differs at most in case."""
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
