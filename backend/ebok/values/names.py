"""Compares names of buyers, ignoring differences that do not matter: docs/decisions/0006."""

import re
import unicodedata
from functools import lru_cache

from ebok.values.normalize import DASHES

QUOTES = dict.fromkeys(map(ord, "\"'„”“«»‚‘’`´‹›‛‟′″ʼʹ"), None)
# Letters whose usual replacement follows neither from decomposition nor from their Unicode name.
OWN_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d", "ı": "i", "ŋ": "n", "ə": "e", "ĸ": "k"}
)
COMPANY = "sp(?:olka)?"
# Legal forms after folding and removing dots ("Sp. z o. o." is "sp z o o" here), each replaced by
# a unique token, so that sorting words cannot turn one into another.
PHRASES = tuple(
    (re.compile(rf"\b(?:{spelt})\b"), short)
    for spelt, short in (
        (rf"{COMPANY} ?z ?(?:o ?o|ogr(?:aniczona)? ?odp(?:owiedzialnoscia)?)", "sp z o o"),
        (rf"s ?k ?a|{COMPANY} komandytowo akc(?:yjna)?", "s k a"),
        (rf"p ?s ?a|prosta {COMPANY} akc(?:yjna)?", "p s a"),
        (rf"s ?a|{COMPANY} akc(?:yjna)?", "s a"),
        (rf"s ?c|{COMPANY} ?c(?:yw(?:ilna)?)?", "s c"),
        (rf"{COMPANY} ?k(?:om(?:andytowa)?)?", "sp k"),
        (rf"{COMPANY} ?j(?:aw(?:na)?)?", "sp j"),
        (rf"{COMPANY} ?p(?:artnerska)?", "sp p"),
        ("pod wezwaniem", "pw"),
    )
)
SHORT = {
    long: short
    for short, longer in {
        "ul": "ulica ulicy",
        "al": "aleja aleje alei",
        "pl": "plac placu",
        "os": "osiedle osiedlu",
        "nr": "numer",
        "sw": "swiety swieta swietego swietej swietych",
        "im": "imienia",
    }.items()
    for long in longer.split()
}
LEFT_OUT = {"i"}
"""Ignored words: *Lis i Syn*, *Lis & Syn*, *Lis, Syn* are equal."""


def name_words(text: str) -> list[str]:
    """The words of a name, sorted: two names are the same if these lists are equal.

    Case, spaces, order, dashes, quotes, dots, diacritics, legal forms and usual abbreviations make
    no difference.
    """
    # Before NFKC, which would turn an acute accent used as apostrophe into a space and an accent.
    text = unicodedata.normalize("NFKC", text.translate(QUOTES))
    folded = fold(text.casefold()).translate(DASHES).translate(QUOTES)
    # Dots are removed before splitting, so that S.A. is SA and "o.o." is "oo".
    words = re.sub(r"[\s,;:()/\\&+-]+", " ", re.sub(r"\.(?=\w{2})", " ", folded).replace(".", ""))
    for spelt, short in PHRASES:
        words = spelt.sub(short, words)
    return sorted(SHORT.get(word, word) for word in words.split() if word not in LEFT_OUT)


def fold(text: str) -> str:
    """Lower-case text without diacritics and invisible characters: ł is l, ø is o, ß is ss."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", "".join(map(_base, text.translate(OWN_LETTERS))))
    # Billing's names may contain soft hyphens and joiners of a word processor.
    return "".join(
        c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )


@lru_cache(10_000)
def _base(letter: str) -> str:
    """The letter without its stroke or hook, for which Unicode has no decomposition."""
    base, has, _with = unicodedata.name(letter, "").partition(" WITH ")
    if (
        not has
        or unicodedata.decomposition(letter)
        or not base.partition(" ")[2].startswith("SMALL")
    ):
        return letter
    try:
        return unicodedata.lookup(base)
    except KeyError:
        return letter
