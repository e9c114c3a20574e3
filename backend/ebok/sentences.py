"""Sentences of a report: in the language of the moment, and known by what they say in English."""

from flask_babel import gettext, ngettext


class Sentence(str):
    """A sentence; `kind` is its English pattern, by which sentences of one kind are grouped."""

    __slots__ = ("kind",)

    kind: str


def _sentence(text: str, kind: str) -> Sentence:
    sentence = Sentence(text)
    sentence.kind = kind
    return sentence


def say(message: str, **values) -> Sentence:
    """The sentence with these values. Import it as `_`: so `make catalogue` finds what it says."""
    text = _searchable(gettext(message))
    return _sentence(text % values if values else text, message)


def count(one: str, many: str, num: int, **values) -> Sentence:
    """The sentence for this many, which it may call `%(num)s`. Import it as `ngettext`."""
    return _sentence(_searchable(ngettext(one, many, num, **values)), one)


def _searchable(text: str) -> str:
    """Without the spaces of good setting, which a search in a text file would miss."""
    return text.replace("\u00a0", " ")


def kind_of(text: str) -> str:
    """What a text is grouped by: the pattern of a sentence, else the text."""
    return text.kind if isinstance(text, Sentence) else text
