"""Makes an example of what a regular expression matches."""

import re
import string
from collections.abc import Iterable
from typing import Any

# How Python itself reads a pattern; no public name gives it, and so no types either.
_read: Any = re._parser.parse  # pyright: ignore
USUAL_LENGTH = 5
"""How often a part is repeated that may be repeated without end, or not at all."""
DIGITS, LETTERS = "1234567890", "ABCDEFGHJKLMNPRSTUWXYZ"
OTHERS = (LETTERS, LETTERS.lower(), "-/._ ", string.printable)
CLASSES = {"DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": str.isalnum}


def of_pattern(pattern: str) -> str:
    r"""A text that `pattern` matches: K123/4 for `K\d{3}/\d`. "" where none was found."""
    try:
        made = _Example().of(_read(pattern, re.ASCII))
        return made if re.fullmatch(pattern, made, re.ASCII) else ""
    except re.error:
        return ""


class _Example:
    """Digits and letters count on from part to part, so that the example looks like a code."""

    def __init__(self):
        self.drawn = 0

    def of(self, parts: Iterable[tuple[Any, Any]]) -> str:
        """The example of a sequence of parts."""
        return "".join(self._part(str(kind), value) for kind, value in parts)

    def _part(self, kind: str, value: Any) -> str:
        if kind == "LITERAL":
            return chr(value)
        if kind in ("IN", "ANY", "NOT_LITERAL"):
            return self._draw(kind, value)
        if kind.endswith("REPEAT"):
            least, most, inner = value
            return "".join(self.of(inner) for _ in range(min(most, max(least, USUAL_LENGTH))))
        if kind == "BRANCH":
            return self.of(value[1][0])
        # An anchor or a look around it takes no room.
        return self.of(value[-1]) if kind == "SUBPATTERN" else ""

    def _draw(self, kind: str, value: Any) -> str:
        wanted = {"IN": value, "NOT_LITERAL": [("NEGATE", None), ("LITERAL", value)]}
        digits = DIGITS[self.drawn % 10 :] + DIGITS
        fit = (c for c in digits + "".join(OTHERS) if kind == "ANY" or _is_in(c, wanted[kind]))
        found = next(fit, "")
        self.drawn += found.isdigit()
        return found


def _is_in(char: str, allowed: Iterable[tuple[Any, Any]]) -> bool:
    is_negated, is_found = False, False
    for kind, value in allowed:
        match str(kind):
            case "NEGATE":
                is_negated = True
            case "LITERAL":
                is_found |= ord(char) == value
            case "RANGE":
                is_found |= value[0] <= ord(char) <= value[1]
            case _:
                is_found |= _is_of_class(char, str(value))
    return is_found != is_negated


def _is_of_class(char: str, name: str) -> bool:
    """`name`: CATEGORY_DIGIT or CATEGORY_NOT_DIGIT, and so on."""
    kind = name.rpartition("_")[2]
    is_of_it = CLASSES[kind](char) or (kind == "WORD" and char == "_")
    return is_of_it != ("_NOT_" in name)
