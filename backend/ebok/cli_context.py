"""What all commands share: the application around them, who decides, and clean output.

A name may have been typed by anybody. Control characters, marks of direction and the like are
printed as `\\x1b`, whoever prints them: `guard` stands before all output of `ebok`.
"""

import io
import sys
import unicodedata
from functools import cache, wraps
from types import ModuleType
from typing import Any

import click
from flask_babel import force_locale

from ebok.actor import Actor, staff


def _named(_context, _option, clerk: str) -> Actor:
    # A decision by nobody could not be asked about later.
    name = clerk.strip()
    if not 0 < len(name) <= 100 or row(name) != name:
        raise click.BadParameter("a name of 1 to 100 characters, all of which are seen")
    return staff(name)


CLERK = click.option(
    "--clerk", required=True, callback=_named, help="Who decides: kept in the audit log."
)


def application() -> ModuleType:
    """The module of the application, imported now: cli.py gives it to every command.

    It collects the features, and their commands among them, so none of these can import it.
    """
    return click.get_current_context().find_root().obj()


def in_application(command):
    """Run a command inside the application: it posts mails as a page would."""

    @wraps(command)
    def run(**arguments):
        with application().open_core(), force_locale("en"):
            command(**arguments)

    return run


UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def clean(text: str) -> str:
    """The text with nothing in it but what is seen, tabs and ends of lines."""
    return "".join(map(_seen, text))


def row(*cells: str) -> str:
    """A line of a table, for people and for programs: no cell can add another, or a line."""
    return "\t".join(clean(cell).replace("\t", "\\t").replace("\n", "\\n") for cell in cells)


@cache
def _seen(character: str) -> str:
    if character in "\t\n" or unicodedata.category(character) not in UNSEEN:
        return character
    return character.encode("unicode_escape").decode()


class Guarded(io.TextIOWrapper):
    """A stream on which only clean text is written."""

    def write(self, text: str) -> int:
        """Write it cleaned; bytes are refused, as by every stream of text."""
        super().write(clean(text) if isinstance(text, str) else text)
        return len(text)


def guard() -> None:
    """Let everything that this process prints go through `clean`."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        form: dict[str, Any] = {"encoding": stream.encoding, "errors": stream.errors}
        buffering: dict[str, Any] = {"line_buffering": stream.line_buffering or name == "stderr"}
        setattr(sys, name, Guarded(stream.detach(), **form, **buffering))
