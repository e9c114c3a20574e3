"""Compares names of buyers as people mean them: see docs/decisions/0006."""

import re
import unicodedata
from functools import lru_cache

from ebok.values.normalize import DASHES

QUOTES = dict.fromkeys(map(ord, "\"'„”“«»‚‘’`´‹›‛‟′″ʼʹ"), None)
# Letters of their own, of which neither a decomposition nor their name tells what is typed instead.
OWN_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d", "ı": "i", "ŋ": "n", "ə": "e", "ĸ": "k"}
)
COMPANY = "sp(?:olka)?"
# As they stand after dots are gone and letters folded ("Sp. z o. o." has become "sp z o o"), each
# in letters of its own, so that no order of words makes another form of them.
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
    # An acute accent that stands for an apostrophe is a space and a mark in NFKC: it falls before.
    text = unicodedata.normalize("NFKC", text.translate(QUOTES))
    folded = fold(text.casefold()).translate(DASHES).translate(QUOTES)
    # Dots fall before spaces are looked at, so that S.A. is SA and "o.o." is "oo".
    words = re.sub(r"[\s,;:()/\\&+-]+", " ", re.sub(r"\.(?=\w{2})", " ", folded).replace(".", ""))
    for spelt, short in PHRASES:
        words = spelt.sub(short, words)
    return sorted(SHORT.get(word, word) for word in words.split() if word not in LEFT_OUT)


def fold(text: str) -> str:
    """Lower-case text without diacritics and invisible characters: ł is l, ø is o, ß is ss."""
    marks = unicodedata.normalize("NFKD", "".join(map(_base, text.translate(OWN_LETTERS))))
    # Soft hyphens and joiners of a word processor's are in billing's names, and on no invoice.
    return "".join(
        c for c in marks if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
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
