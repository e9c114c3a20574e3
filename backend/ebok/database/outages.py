"""Classifies faults of disk, files and database: sentences for people, short names for the log.

Messages of drivers or of the system are never shown or logged: they are English, may describe a
follow-up error (`cannot rollback`), and may contain values.
"""

import errno
import os
import pwd
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peewee import OperationalError, PeeweeException

from ebok.database import Table
from ebok.files.folders import is_full
from ebok.languages import say as _
from ebok.settings import Settings

FULL_STATES = ("53100", "53400")
"""SQLSTATE of a full disk, and of an exceeded limit of temporary files."""
FULL_WORDS = ("disk is full", "no space left", "quota exceeded", "file too large")
WRITE_WORDS = ("disk i/o error",)
"""SQLite's message for a limit or quota, and for a broken disk."""
BUSY_WORDS = ("is locked", "lock timeout", "deadlock")
READ_ONLY_WORDS = ("readonly", "read-only")
DAMAGED_WORDS = ("malformed", "not a database", "invalid page", "could not read block")
MISSING_WORDS = ("no such table", "no such column", "has no column", "does not exist")
AWAY_WORDS = ("unable to open", "connection", "server closed", "starting up", "shutting down")
MEGABYTE = 10**6
KINDS = (
    ("disk cannot be written", WRITE_WORDS, ()),
    ("locked", BUSY_WORDS, ("55P03", "40P01")),
    ("read-only", READ_ONLY_WORDS, ("25006",)),
    ("damaged", DAMAGED_WORDS, ("XX001", "XX002")),
    ("schema differs", MISSING_WORDS, ("42P01", "42703")),
    ("not allowed", ("permission denied",), ("42501",)),
    ("constraint", ("constraint",), ("23502", "23503", "23505", "23514")),
    ("away", AWAY_WORDS, ("57P01", "57P02", "57P03", "08006", "08001")),
)
"""Names of database faults, with words of their messages and SQLSTATEs."""
TABLE = re.compile(r"\b(?:into|update|from|join|table)\s+\"?(\w+)", re.IGNORECASE)

OUTAGES = (PeeweeException, OSError)
"""Faults that may pass, by themselves or with somebody's help; the bundle is not at fault."""


def named(fault: BaseException) -> str:
    """The fault for the log: `fault='disk is full' table=mail class=OperationalError`.

    Only names of ours, of tables and of classes: no values.
    """
    name, table = name_of(fault), _table(fault)
    words = [f"fault={name!r}"] if name else []
    words += [f"table={table}"] if table else []
    return " ".join([*words, f"class={type(fault).__name__}"])


def name_of(fault: BaseException) -> str:
    """Its short name, or ""."""
    chain = list(_chain(fault))
    if any(map(_is_full, chain)):
        return "disk is full"
    of_database = [each for each in chain if _is_of_database(each)]
    states = {getattr(each, "sqlstate", None) for each in of_database}
    texts = [str(each).lower() for each in of_database]
    for name, words, known in KINDS:
        if states.intersection(known) or _one_has(texts, words):
            return name
    codes = (each.errno for each in chain if isinstance(each, OSError) and each.errno)
    return next((os.strerror(code).lower() for code in codes if code in errno.errorcode), "")


def _is_of_database(fault: BaseException) -> bool:
    maker = type(fault).__module__.partition(".")[0]
    return isinstance(fault, PeeweeException) or maker in ("psycopg", "cysqlite")


def _table(fault: BaseException) -> str:
    """The first of our tables in the failed statement; see `database/__init__.py`."""
    for each in _chain(fault):
        for name in TABLE.findall("\n".join(getattr(each, "__notes__", ()))):
            if name in _tables():
                return name
    return ""


@cache
def _tables() -> frozenset[str]:
    found, waiting = set(), [Table]
    while waiting:
        children = waiting.pop().__subclasses__()
        waiting += children
        found |= {each._meta.table_name for each in children}
    return frozenset(found)


def in_words(fault: BaseException, settings: Settings) -> str:
    """A sentence that says what is wrong."""
    chain = list(_chain(fault))
    if any(map(_is_full, chain)):
        return _full(settings)
    texts = [str(each).lower() for each in chain if isinstance(each, PeeweeException)]
    if _one_has(texts, WRITE_WORDS):
        return _unwritable(settings)
    if any(isinstance(each, PermissionError) for each in chain):
        return _forbidden(next(each for each in chain if isinstance(each, PermissionError)))
    if isinstance(fault, OSError):
        code = errno.errorcode.get(fault.errno or 0, type(fault).__name__)
        return _("a file cannot be read or written (%(code)s)", code=code)
    return _database(fault, texts, settings)


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """The fault and its causes: the last one is often a failed rollback."""
    seen, each = set(), fault
    while each and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _is_full(fault: BaseException) -> bool:
    state = getattr(fault, "sqlstate", "")
    says_so = not isinstance(fault, OSError) and _one_has([str(fault).lower()], FULL_WORDS)
    return is_full(fault) or state in FULL_STATES or says_so


def _one_has(texts: list[str], words: tuple[str, ...]) -> bool:
    return any(word in text for text in texts for word in words)


def _full(settings: Settings) -> str:
    if settings.database.startswith("sqlite:"):
        return _("the disk is full: %(place)s has %(free)s MB free", **_room(settings))
    return _(
        "the disk is full: %(place)s has %(free)s MB free; look at the database server's disk, too",
        **_room(settings),
    )


def _unwritable(settings: Settings) -> str:
    return _(
        "the disk is full, a limit of this user's files is used up, or the disk is broken: "
        "%(place)s has %(free)s MB free",
        **_room(settings),
    )


def _room(settings: Settings) -> dict[str, Any]:
    place = settings.data_dir
    if settings.database.startswith("sqlite:///"):
        place = Path(settings.database.removeprefix("sqlite:///")).parent
    return {"place": place, "free": shutil.disk_usage(place).free // MEGABYTE}


def _forbidden(fault: PermissionError) -> str:
    user = pwd.getpwuid(os.geteuid()).pw_name if _is_known(os.geteuid()) else os.geteuid()
    if not fault.filename:
        return _("the user %(user)s may not read or change it", user=user)
    name = Path(os.fsdecode(fault.filename)).name
    return _("%(name)s: the user %(user)s may not read or change it", name=name, user=user)


def _is_known(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user))
    except KeyError:
        return False


def _database(fault: BaseException, texts: list[str], settings: Settings) -> str:
    if _one_has(texts, BUSY_WORDS):
        return _("the database is busy: something else holds its lock")
    if name_of(fault) == "damaged":
        return _("the database is damaged")
    if _one_has(texts, READ_ONLY_WORDS):
        return _("the database is read-only")
    where = host_of(settings.database)
    if isinstance(fault, OperationalError):
        return _("the database cannot be reached or used: %(where)s", where=where)
    kind = type(fault).__name__
    return _("the database refused (%(kind)s): %(where)s", kind=kind, where=where)


def host_of(url: str) -> str:
    """The URL without user and password, for a person to read."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
