"""Strict parsing of settings: text from TOML or the environment into dataclasses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args

SECRET = re.compile("secret|password|_key")
T = TypeVar("T")


def build(kind: type[T], given: Mapping[str, Any], where: str, faults: list[str]) -> T | None:
    """Build the dataclass `kind`, parsing each value by the type of its field.

    An unknown name or an unparsable value adds a sentence to `faults`; `where` is the path of this
    table for that sentence. Returns None if a required field is missing.
    """
    known = {f.name: f for f in fields(cast(Any, kind))}
    for name in given:
        if name not in known:
            faults.append(f"{where}{name}: no such setting")
    values = {
        name: _parse(known[name].type, value, f"{where}{name}", faults)
        for name, value in given.items()
        if name in known
    }
    missing = [n for n, f in known.items() if f.default is MISSING and n not in given]
    if missing:
        faults.append(f"{where}: {', '.join(missing)} must be given")
        return None
    return kind(**{name: value for name, value in values.items() if value is not None})


def _parse(declared: Any, value: Any, where: str, faults: list[str]) -> Any:
    """Parse `value` as the type `declared`; None and a fault if it cannot be parsed."""
    kind = _given(declared)
    if is_dataclass(kind) and isinstance(value, Mapping):
        return build(cast(type[Any], kind), cast(Mapping[str, Any], value), f"{where}.", faults)
    known: dict[type, Callable[[Any], Any]] = {
        str: _text,
        int: _number,
        bool: _yes_or_no,
        Path: _path,
        date: _day,
    }
    parse = known.get(cast(type, kind))
    try:
        if parse is None:
            return _rows(kind, value, where, faults)
        return parse(value)
    except (TypeError, ValueError) as fault:
        shown = "what was given" if SECRET.search(where) else repr(value)
        faults.append(f"{where}: {shown} is not {fault}")
        return None


def _given(kind: Any) -> Any:
    """`kind` without None: `Words | None` is `Words`."""
    if not isinstance(kind, UnionType):
        return kind
    return next(part for part in get_args(kind) if part is not NoneType)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("text in quotes")
    return value.strip()


def _path(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("the name of a directory")
    return Path(value.strip())


def _number(value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", str(value)):
        raise ValueError("a whole number")
    return int(value)


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("a day like 2027-01-01") from None


def _yes_or_no(value: Any) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if str(value).lower() not in words:
        raise ValueError("true or false")
    return words[str(value).lower()]


def _rows(kind: Any, value: Any, where: str, faults: list[str]) -> tuple[Any, ...]:
    """Parse a list of tables; faulty rows are left out and reported in `faults`."""
    row = kind.__args__[0] if hasattr(kind, "__args__") else None
    if row is None or not isinstance(value, list):
        raise ValueError("a table, as docs/settings.md shows it")
    rows = (build(row, v, f"{where}[{i}].", faults) for i, v in enumerate(cast(list[Any], value)))
    return tuple(r for r in rows if r is not None)
