"""What keeps an import from being written, in words: the disk, the database, a file's owner.

The words of a driver or of the system never reach a person: they are English, they speak of what
came after (`cannot rollback`), and they may repeat the values that they were given.
"""

import errno
import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

from peewee import OperationalError, PeeweeException

from ebok.database import host_of
from ebok.files import is_full
from ebok.sentences import say as _
from ebok.settings import Settings

FULL_STATES = ("53100", "53400")
"""What Postgres calls a full disk, and a limit of temporary files that is used up."""
FULL_WORDS = ("disk is full", "no space left", "quota exceeded", "file too large")
WRITE_WORDS = ("disk i/o error",)
"""What SQLite says of a limit or a quota, and of a disk that is broken."""
BUSY_WORDS = ("is locked", "lock timeout", "deadlock")
READ_ONLY_WORDS = ("readonly", "read-only")
MEGABYTE = 10**6

OUTAGES = (PeeweeException, OSError)
"""What passes by itself, or by somebody's help, without another bundle."""


def in_words(fault: BaseException, settings: Settings) -> str:
    """A sentence of what was in the way."""
    chain = list(_chain(fault))
    if any(map(_is_full, chain)):
        return _full(settings)
    texts = [str(each).lower() for each in chain if isinstance(each, PeeweeException)]
    if _one_has(texts, WRITE_WORDS):
        return _unwritable(settings)
    if any(isinstance(each, PermissionError) for each in chain):
        return _forbidden(next(each for each in chain if isinstance(each, PermissionError)))
    if isinstance(fault, OSError):
        code = errno.errorcode.get(fault.errno, type(fault).__name__)
        return _("a file cannot be read or written (%(code)s)", code=code)
    return _database(fault, texts, settings)


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """The fault, and those that it came from: the last one is often a failed attempt to undo."""
    seen = set()
    while fault and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or fault.__context__


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


def _room(settings: Settings) -> dict:
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
    if _one_has(texts, READ_ONLY_WORDS):
        return _("the database is read-only")
    where = host_of(settings.database)
    if isinstance(fault, OperationalError):
        return _("the database cannot be reached or used: %(where)s", where=where)
    kind = type(fault).__name__
    return _("the database refused (%(kind)s): %(where)s", kind=kind, where=where)
