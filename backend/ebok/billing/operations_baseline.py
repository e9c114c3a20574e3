"""Keeps the CSV files of the newest import, so that the next one reads only lines that differ.

They are valid for exactly the state of the mirror, the program and the settings of that import;
otherwise everything is read. See docs/decisions/0019-last-bundle-kept.md.
"""

import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import email_validator
from peewee import PeeweeException

from ebok.billing.bundle import Source
from ebok.billing.bundle_copies import intake_folder
from ebok.billing.dialect import Dialect
from ebok.billing.models import Baseline, Import
from ebok.database import tuples
from ebok.files import kept
from ebok.files.folders import own_folder
from ebok.settings import Settings

FOLDER = "baseline"
PROGRAM = Path(__file__).parents[1]


@dataclass(frozen=True)
class Lines:
    """Facts about a file's lines, each of which is one record.

    `left_out` are the numbers of lines that were not applied; `reread` were, but are read again
    each time because they caused a warning.
    """

    header: list[str]
    dialect: Dialect
    last: int
    left_out: list[int]
    reread: list[int]


@dataclass(frozen=True)
class FormerFile:
    """A file as the newest import applied it."""

    source: Source
    lines: Lines


def find_former(settings: Settings, state: tuple[Any, ...]) -> dict[str, FormerFile]:
    """The files of the newest import by name; {} if the mirror may have changed since."""
    row = Baseline.get_or_none(Baseline.import_ == state[0])
    stands = Import.select().where(Import.stands(), Import.id == state[0])
    if not row or not stands.exists() or row.fingerprint != fingerprint(settings):
        return {}
    found = {}
    for name, facts in json.loads(row.files).items():
        path = intake_folder(settings, FOLDER) / row.place / name
        with suppress(OSError):
            if _stamp(path) == facts.pop("stamp"):
                found[name] = _former(path, facts)
    return found


def _former(path: Path, facts: dict[str, Any]) -> FormerFile:
    def opener():
        return path.open("rb", buffering=0)

    source = Source(path.name, path.stat().st_size, opener, lambda _count: None)
    dialect = Dialect(**facts.pop("dialect"))
    return FormerFile(source, Lines(dialect=dialect, **facts))


def _stamp(path: Path) -> list[int]:
    """Size and time of writing: they change when somebody writes to the file."""
    status = path.lstat()
    return [status.st_size, status.st_mtime_ns]


def fingerprint(settings: Settings) -> str:
    """Fingerprint of all that affects parsing: program, library and settings."""
    digest = blake2b(_program(), key=settings.secret_key.encode()[:64], digest_size=16)
    digest.update(repr(settings).encode())
    return digest.hexdigest()


@cache
def _program() -> bytes:
    program = (sys.version, email_validator.__version__, *kept.states_of([PROGRAM], (".py",)))
    return repr(program).encode()


@dataclass(frozen=True)
class SavedFiles:
    """Files that were saved, but belong to no import yet."""

    place: Path
    files: str
    fingerprint: str

    def record(self, row: Import) -> None:
        """Record that this import has applied them. Runs in its transaction."""
        Baseline.delete().execute()
        columns = {"files": self.files, "fingerprint": self.fingerprint, "place": self.place.name}
        Baseline.create(import_=row, **columns)


def remove_unused(settings: Settings) -> None:
    """Delete files that belong to no import: it failed, or a later one replaced them."""
    # If the database is down, the next import does this.
    with suppress(PeeweeException):
        known = _known()
        for place in intake_folder(settings, FOLDER).iterdir():
            if place.name not in known:
                shutil.rmtree(place, ignore_errors=True)


def _known() -> set[str]:
    return {place for (place,) in tuples(Baseline.select(Baseline.place))}


def save_files(files: Mapping[str, tuple[Source, Lines]], settings: Settings) -> SavedFiles | None:
    """Save these files and sync them: a power failure must not leave half a file.

    None if the disk is full: then the next bundle is read completely.
    """
    place = own_folder(intake_folder(settings, FOLDER) / secrets.token_hex(8))
    try:
        for name, (source, _) in files.items():
            _put(source, place / name)
        _sync([*(place / name for name in files), place, place.parent])
        facts = {n: asdict(lines) | {"stamp": _stamp(place / n)} for n, (_, lines) in files.items()}
    except OSError:
        shutil.rmtree(place, ignore_errors=True)
        return None
    return SavedFiles(place, json.dumps(facts), fingerprint(settings))


def _put(source: Source, path: Path) -> None:
    """Hard-link our own copy, which costs nothing; extract a file of a ZIP."""
    if source.path:
        os.link(source.path, path, follow_symlinks=False)
        return
    with source.open() as packed, path.open("xb") as written:
        shutil.copyfileobj(packed, written)


def _sync(paths: Iterable[Path]) -> None:
    for path in paths:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def forget_baseline(moment: datetime, settings: Settings) -> int:
    """Delete the files after `inbox_keep_days`, as other bundles, and unused ones: they are
    personal data."""
    oldest = moment - timedelta(days=settings.inbox_keep_days)
    old = Import.select(Import.id).where(Import.applied_at < oldest)
    count = Baseline.delete().where(Baseline.import_.in_(old)).execute()
    known = _known()
    for place in intake_folder(settings, FOLDER).iterdir():
        is_old = place.stat().st_ctime < oldest.timestamp()
        if place.name not in known and (count or is_old):
            shutil.rmtree(place, ignore_errors=True)
    return count
