"""Sentences for schema errors, in place of the library's."""

import re

from ebok.languages import Sentence, say as _

_NAMES = re.compile(r"Expected is (?:one of )?\( (.*?) \)")
_NUMBER = re.compile(r"'(\d+)'\)?\.?$")
_VALUES = re.compile(r"set \{(.*)\}")
MOST_NAMES = 8


def in_words(kind: str, message: str) -> Sentence:
    """The sentence for an error of this kind, with names and numbers from its message."""
    names = _names(message)
    if kind == "SCHEMAV_ELEMENT_CONTENT" and "not expected" in message:
        if names:
            return _("this element is not expected here; expected %(names)s", names=names)
        return _("this element is not expected here")
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        return _("something is missing in this element: expected %(names)s", names=names)
    if kind == "SCHEMAV_CVC_ENUMERATION_VALID" and (values := _VALUES.search(message)):
        return _("expected one of these: %(values)s", values=values[1].replace("'", "")[:200])
    if kind in _LIMITS and (number := _NUMBER.search(message)):
        return _LIMITS[kind](number[1])
    if kind in ("SCHEMAV_CVC_COMPLEX_TYPE_3_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_4"):
        return _("an attribute of this element is wrong or missing")
    if "TData" in message:
        return _("expected a date like 2026-12-31, within the years that FA(3) allows")
    if any(name in message for name in ("TKwotowy", "TIlosci", "decimal")):
        return _("expected a number with a point, like 108.00")
    return _("expected a value in the form that FA(3) has here")


def _names(message: str) -> str:
    found = _NAMES.search(message)
    names = re.sub(r"\{[^}]*\}", "", found[1]).split(", ") if found else []
    return ", ".join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])])


_LIMITS = {
    "SCHEMAV_CVC_MINLENGTH_VALID": lambda least: _(
        "expected at least %(least)s characters", least=least
    ),
    "SCHEMAV_CVC_MAXLENGTH_VALID": lambda most: _(
        "expected at most %(most)s characters", most=most
    ),
    "SCHEMAV_CVC_TOTALDIGITS_VALID": lambda most: _("expected at most %(most)s digits", most=most),
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": lambda most: _(
        "expected at most %(most)s decimals", most=most
    ),
}
