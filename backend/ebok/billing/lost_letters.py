"""Detects the real encoding of a file's Polish words, and letters that were lost.

Every byte is valid in each of the encodings; only the words show which one is meant. Each word is
decoded in all of them, and each result is charged for what Polish words never have: a sign between
letters, a capital after a small letter, two vowels where one is ó.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

CP1250, CP852, MAZOVIA, LATIN2 = NAMES = ("CP1250", "CP852", "Mazovia", "ISO-8859-2")

_POLISH = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
_MAZOVIA_BYTES = bytes.fromhex("868d9192a4a29ea6a7 8f95909ca5a398a0a1")
# Foreign letters that occur in names of people and streets.
_OTHER_LETTERS = frozenset("äöüßáéíýúčďěňřšťůžôëőűâîÄÖÜÁÉČŘŠŽŐ")
_BESIDE_WORDS = frozenset("„”“’‘–—…«»§°•®€\u00a0")
_CONSONANT = "[^\\W\\d_aeiouyąęóAEIOUYĄĘÓ]"


def _high(name: str) -> str:
    """Characters of the bytes from 0x80 in this encoding; U+FFFD for undefined ones."""
    high = bytes(range(0x80, 0x100))
    if name != MAZOVIA:
        return high.decode(name.lower(), "replace")
    # Mazovia is CP437 with Polish letters in some places.
    letters = dict(zip(_MAZOVIA_BYTES, _POLISH, strict=True))
    return "".join(letters.get(b) or bytes([b]).decode("cp437") for b in high)


_LOW = "".join(map(chr, range(0x80)))
_TABLES = {name: _LOW + _high(name) for name in NAMES}

WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
LONGEST_WORD = 64
"""Most bytes of a word that are examined."""

# Compiled at first use (8 ms), which UTF-8 files never need.
_UNLIKELY = (
    # ó and ł as Polish has them: one beside a consonant, the other beside a vowel.
    rf"[aeouyąęó]ó|ó[aeiouyąęóń]|^[ąęńy](?!$)|^ł{_CONSONANT}"
    rf"|{_CONSONANT}[ńć]{_CONSONANT}|{_CONSONANT}ń$|[aeouyąęó][ąę]|[ąę][aeiouyąęó]"
    # ź goes before d, l, m, n, r; ć begins ćw and ćm, and ends words.
    r"|^ź[wm]|(?<!d)ź$|ć[dlnrbs]"
)
_CASES = re.compile("lU|UUl|UlU")
"""Patterns of small letters (l) and capitals (U) that no word has: `DĄb`."""

_UNITS = re.compile("m[üý]")
"""m³ and m² in CP852, read as CP1250."""

_AFTER_APOSTROPHE = re.compile(r"’(?:[A-ZĄĆĘŁŃÓŚŹŻ]|(?:ego|emu|em|owi|ie|[asuy])$)")

LOST = re.compile(r"[^\W\d_]\?+[^\W\d_]|(?:^|[\s\-„\"])\?+[^\W\d_]{2}")
"""A question mark in place of a letter: `J?drzej`, `?ukasz`."""

_PAIRS = sorted(
    {
        read
        for letter in _POLISH
        for encoding in ("cp1250", "cp1252", "latin-1")
        if len(read := letter.encode().decode(encoding, "ignore")) == 2
    }
)
_FIRST = sorted({"\ufffd", *(pair[0] for pair in _PAIRS)})
MOJIBAKE = re.compile("|".join(["\ufffd", *_PAIRS]))
"""A replacement character, or UTF-8 that was decoded as another encoding: `Å‚`, `Ä…`."""


def has_lost_letters(text: str) -> bool:
    """Whether a text has such a letter."""
    # Fast pre-check for single characters, which rarely occur.
    return not text.isascii() and any(f in text for f in _FIRST) and bool(MOJIBAKE.search(text))


# Bytes that are Polish letters only in CP1250, or nothing else plausible in usual words.
_SURE = bytes.fromhex("b9e6eab3f1f3bfcac6d3d1af")
_FINE = bytes(range(0x80)) + _SURE + bytes.fromhex("9c8c9fa3a58f 84949697a0a7")
_UNUSUAL_PAIRS = re.compile(
    rb"[a-z\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf][\xa5\x8f]|\xa5[a-z\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf]"
)
_ENOUGH = 20
"""Unambiguous letters that settle the encoding of a whole file."""


class QuickCheck:
    """A fast check of all bytes that most files in CP1250 pass."""

    def __init__(self):
        self.is_fine = True
        self.sure = 0

    def add(self, chunk: bytes) -> None:
        """Check a chunk of the file."""
        if self.is_fine and not chunk.isascii():
            self.is_fine = not chunk.translate(None, _FINE) and not _UNUSUAL_PAIRS.search(chunk)
            self.sure += len(chunk) - len(chunk.translate(None, _SURE))

    @property
    def is_cp1250(self) -> bool:
        """Whether everything seen is usual in CP1250."""
        return self.is_fine and self.sure >= _ENOUGH


@dataclass
class EncodingEvidence:
    """Costs of a file's words in each encoding.

    `first` has, for each other encoding, the first line and word that it explains far better than
    CP1250; `doubtful` the first word with a non-ASCII letter.
    """

    costs: list[int] = field(default_factory=lambda: [0] * len(NAMES))
    differing: set[str] = field(default_factory=set[str])
    first: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    doubtful: tuple[int, str] | None = None

    def add(self, number: int, line: bytes) -> None:
        """Add the words of a line."""
        for word in WORD.findall(line):
            if not word.isascii():
                self._weigh(number, word[:LONGEST_WORD])

    def _weigh(self, number: int, word: bytes) -> None:
        costs = _costs(word)
        self.costs = [total + cost for total, cost in zip(self.costs, costs, strict=True)]
        mine = read_as(word, CP1250)
        self.doubtful = self.doubtful or (number, mine)
        for name, cost in zip(NAMES[1:], costs[1:], strict=True):
            if name not in self.differing and read_as(word, name) != mine:
                self.differing.add(name)
            if costs[0] - cost >= SIGN_COST:
                self.first.setdefault(name, (number, mine))

    @property
    def alternatives(self) -> list[str]:
        """Encodings that explain the words as well as CP1250 or better, best first."""
        named = zip(self.costs[1:], NAMES[1:], strict=True)
        return [n for cost, n in sorted(named) if cost <= self.costs[0] and n in self.differing]

    def is_better(self, name: str) -> bool:
        """Whether this encoding explains the words better than CP1250."""
        return self.costs[NAMES.index(name)] < self.costs[0]


SIGN_COST = 4
"""Cost of a sign between two letters."""


def read_as(word: bytes, name: str) -> str:
    """The word decoded in this encoding."""
    table = _TABLES[name]
    return "".join(table[byte] for byte in word)


@lru_cache(4096)
def _costs(word: bytes) -> tuple[int, ...]:
    return tuple(_cost(read_as(word, name), name == CP1250) for name in NAMES)


def _cost(word: str, is_typeset: bool) -> int:
    """How unlike a Polish word it is; 0 if nothing is odd. `is_typeset`: typographic signs are
    usual."""
    if _UNITS.fullmatch(word):
        return SIGN_COST
    letters = "".join(c if c.isalpha() else " " for c in word).strip()
    shape = "".join(" lU"[c.isalpha() + c.isupper()] for c in word)
    odd = sum(map(_letter_cost, word))
    odd += 2 * len(_CASES.findall(shape)) + len(re.findall(_UNLIKELY, letters, re.I))
    signs = (place for place, c in enumerate(word) if not c.isalpha())
    return odd + sum(_sign_cost(word, place, is_typeset) for place in signs)


def _letter_cost(letter: str) -> int:
    if letter.isascii() or letter in _POLISH or not letter.isalpha():
        return 0
    return 1 if letter in _OTHER_LETTERS else 3


def _sign_cost(word: str, place: int, is_typeset: bool) -> int:
    sign, around = word[place], (word[:place][-1:], word[place + 1 :][:1])
    if sign == "\ufffd":
        return SIGN_COST + 2
    if sign in "²³" and around[0] == "m":
        return 0
    is_within = all(c.isalpha() for c in around) and all(around)
    if is_typeset and sign == "’" and _AFTER_APOSTROPHE.match(word, place):
        return 0
    if is_typeset and sign in "–—" and any(around):
        return not is_within
    if is_within:
        # Rock’n’Roll is no proof of anything.
        return 1 if is_typeset and sign == "’" else SIGN_COST
    if not is_typeset or sign not in _BESIDE_WORDS:
        return 2
    return int(sign in "’•" and "‘" not in word)
