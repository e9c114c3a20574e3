"""Registry of what features have of one kind: letters, jobs, checks and so on.

The floor asks `every` for them without importing a feature: `features.py` lists them, and `app.py`
and `cli.py` register that list at start. A part is imported when it is first asked for, because a
command that posts no mail should not import every letter.
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
LookUp = Callable[[str, str], Iterable[object]]
"""Given a part and a name, returns the entries of that name; with no name, all of the part."""
_look_up: list[LookUp] = []


def register_parts(look_up: LookUp) -> None:
    """Look parts up with this function from now on."""
    _look_up[:] = [look_up]
    _found.cache_clear()


def load() -> None:
    """Import all parts now, so that forked processes share them."""
    for part in PARTS:
        _found(part)


def every(part: str, kind: type[T]) -> tuple[T, ...]:
    """The entries of all features for this part, in the order of `features.py`.

    Raises LookupError before registration, TypeError if an entry is of another type.
    """
    return _of_kind(_found(part), kind)


def named(part: str, kind: type[T], name: str) -> T:
    """The entry of this name; only its own file is imported.

    Raises LookupError if there is none, and as `every`.
    """
    for found in _of_kind(_found(part, name), kind):
        return found
    raise LookupError(f"no {kind.__name__} is named {name}")


def _of_kind(found: tuple[Any, ...], kind: type[T]) -> tuple[T, ...]:
    for each in found:
        if not isinstance(each, kind):
            raise TypeError(f"{each!r} is no {kind.__name__}")
    return found


@cache
def _found(part: str, name: str = "") -> tuple[Any, ...]:
    if not _look_up:
        raise LookupError("no parts are registered: see features.register_parts")
    (look_up,) = _look_up
    return tuple(look_up(part, name))
