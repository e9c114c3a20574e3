"""How names, addresses and identifiers are told apart into what they are found by."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ebok.values.names import fold

WORD = re.compile(r"[^\W_]+")
LEFT_OUT = frozenset(("ul", "al", "pl", "os", "ulica", "aleja", "plac", "osiedle"))
"""Words of addresses that some write and others do not."""
LONGEST_WORD = 60
SHORTEST_FORGIVEN = 4
"""Letters of the shortest word in which an error is forgiven: of three any two words are alike."""
NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")
POLISH_PHONE = re.compile(r"(?:\+?48|0048|0)?(\d{9})", re.ASCII)


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters without diacritics: *Kowalczyk-Bednarz* has two."""
    # Whole letters first: an accent of its own would part a word.
    whole = unicodedata.normalize("NFKC", text).casefold()
    found = [_folded(word)[:LONGEST_WORD] for word in WORD.findall(whole)]
    return [word for word in found if word not in LEFT_OUT] or found


@lru_cache(20_000)
def _folded(word: str) -> str:
    return fold(word)


def keys_of(word: str) -> set[str]:
    """The word and each form of it that lacks one letter; none where no error is forgiven.

    Two words one letter apart (another, one more, one less, two swapped) have a key in common.
    """
    if len(word) < SHORTEST_FORGIVEN or any(letter.isdigit() for letter in word):
        return set()
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def compact(text: str) -> str:
    """Letters and digits alone, in small letters: *39-29001* is 3929001."""
    return NOT_ALPHANUMERIC.sub("", fold(text.casefold()))


def phone(text: str) -> str:
    """A number in any notation as the nine digits of a Polish one, else as digits; "" for none."""
    digits = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    polish = POLISH_PHONE.fullmatch(digits)
    return polish[1] if polish else digits.removeprefix("00").lstrip("+")


def phones(text: str) -> list[str]:
    """The numbers in a field of billing, which may hold several."""
    return [found for each in re.split(r"[,;/]|\blub\b", text) if len(found := phone(each)) >= 7]


def unique(texts: Iterable[str]) -> list[str]:
    """Each text once, in its order, but for empty ones."""
    return [text for text in dict.fromkeys(texts) if text]
