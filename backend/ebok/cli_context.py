"""Shared by all commands: the application, the acting clerk, and safe output.

Names may be typed by anybody. Control characters, direction marks and the like are printed as
`\\x1b`: `guard` filters all output of `ebok`.
"""

import io
import sys
import unicodedata
from collections.abc import Callable
from functools import cache, wraps
from types import ModuleType
from typing import Any

import click
from flask_babel import force_locale

from ebok.actor import Actor, staff


def _named(_context: click.Context, _option: click.Parameter, clerk: str) -> Actor:
    # Every decision must be traceable to a person.
    name = clerk.strip()
    if not 0 < len(name) <= 100 or row(name) != name:
        raise click.BadParameter("a name of 1 to 100 characters, all of which are seen")
    return staff(name)


CLERK = click.option(
    "--clerk", required=True, callback=_named, help="Who decides: kept in the audit log."
)


def application() -> ModuleType:
    """The module `ebok.app`, imported now; cli.py passes it to every command as `obj`.

    It imports the features, whose commands therefore cannot import it.
    """
    return click.get_current_context().find_root().obj()


def in_application(command: Callable[..., None]):
    """Run a command in the core application, with sentences in English."""

    @wraps(command)
    def run(**arguments: Any):
        with application().open_core(), force_locale("en"):
            command(**arguments)

    return run


UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def clean(text: str) -> str:
    """The text with invisible characters escaped, except tabs and line ends."""
    return "".join(map(_seen, text))


def row(*cells: str) -> str:
    """A tab-separated line; tabs and line ends within cells are escaped."""
    return "\t".join(clean(cell).replace("\t", "\\t").replace("\n", "\\n") for cell in cells)


@cache
def _seen(character: str) -> str:
    if character in "\t\n" or unicodedata.category(character) not in UNSEEN:
        return character
    return character.encode("unicode_escape").decode()


class Guarded(io.TextIOWrapper):
    """A text stream that escapes invisible characters."""

    def write(self, text: str) -> int:
        """Write the text after `clean`."""
        # click writes bytes to find out whether the stream is binary.
        is_text = isinstance(text, str)  # pyright: ignore[reportUnnecessaryIsInstance]
        super().write(clean(text) if is_text else text)
        return len(text)


def guard() -> None:
    """Filter everything that this process prints through `clean`."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        form: dict[str, Any] = {"encoding": stream.encoding, "errors": stream.errors}
        buffering: dict[str, Any] = {"line_buffering": stream.line_buffering or name == "stderr"}
        setattr(sys, name, Guarded(stream.detach(), **form, **buffering))
