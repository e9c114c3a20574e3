"""What all features have of one kind: their letters, their jobs, their checks and so on.

The floor asks `every` for them and imports no feature: `features.py` lists them, and `app.py` and
`cli.py` hand that list in at start. A part is looked up when it is first asked for, because a
command that posts no mail should not import what all letters need.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
PARTS = (
    "letters",
    "jobs",
    "retention",
    "watches",
    "checks",
    "archives",
    "failures",
    "retries",
)
_look_up: list[Callable[[str], Iterable[object]]] = []


def register_parts(look_up: Callable[[str], Iterable[object]]) -> None:
    """Find each part in this way from now on."""
    _look_up[:] = [look_up]
    _found.cache_clear()


def load() -> None:
    """Look everything up now: whoever forks then shares it."""
    for part in PARTS:
        _found(part)


def every(part: str, kind: type[T]) -> tuple[T, ...]:
    """What all features have of this part, in their order.

    Raises LookupError before registration, TypeError if an entry is of another type.
    """
    found = _found(part)
    for each in found:
        if not isinstance(each, kind):
            raise TypeError(f"{each!r} is no {kind.__name__}")
    return found


@cache
def _found(part: str) -> tuple[Any, ...]:
    if not _look_up:
        raise LookupError("no parts are registered: see features.register_parts")
    (look_up,) = _look_up
    return tuple(look_up(part))
