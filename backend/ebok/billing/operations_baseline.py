"""The CSV files of the newest import, kept so that the next one reads only the lines that differ.

They count for the very state of the mirror that their import has left, and for the program and the
settings that read them; else everything is read. See docs/decisions/0019-last-bundle-kept.md.
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

import email_validator
from peewee import PeeweeException

from ebok.billing.bundle import Source
from ebok.billing.bundle_copies import intake_folder
from ebok.billing.dialect import Dialect
from ebok.billing.models import Baseline, Import
from ebok.files.folders import own_folder
from ebok.jobs import retention
from ebok.settings import Settings

FOLDER = "baseline"
PROGRAM = Path(__file__).parents[1]


@dataclass(frozen=True)
class Lines:
    """What is known of a file's lines. Each but the first is one record, and the last one a record.

    `passed` were not applied; `reread` were, and are read every time, because something was said
    of them.
    """

    header: list[str]
    dialect: Dialect
    last: int
    passed: list[int]
    reread: list[int]


@dataclass(frozen=True)
class FormerFile:
    """A file as the newest import applied it."""

    source: Source
    lines: Lines


def find(settings: Settings, state: tuple) -> dict[str, FormerFile]:
    """The files by name; none where the mirror may say something else than they do."""
    row = Baseline.get_or_none(Baseline.import_ == state[0])
    is_standing = row and Import.select().where(Import.stands(), Import.id == state[0]).exists()
    if not is_standing or row.fingerprint != fingerprint(settings):
        return {}
    found = {}
    for name, told in json.loads(row.files).items():
        path = intake_folder(settings, FOLDER) / row.place / name
        with suppress(OSError):
            if _stamp(path) == told.pop("stamp"):
                found[name] = _former(path, told)
    return found


def _former(path: Path, told: dict) -> FormerFile:
    def opener():
        return path.open("rb", buffering=0)

    source = Source(path.name, path.stat().st_size, opener, lambda _count: None)
    return FormerFile(source, Lines(**told | {"dialect": Dialect(**told["dialect"])}))


def _stamp(path: Path) -> list[int]:
    """What changes when somebody writes to the file."""
    status = path.lstat()
    return [status.st_size, status.st_mtime_ns]


def fingerprint(settings: Settings) -> str:
    """That of all by which a line is read: program, library and settings."""
    digest = blake2b(_program(), key=settings.secret_key.encode()[:64], digest_size=16)
    digest.update(repr(settings).encode())
    return digest.hexdigest()


@cache
def _program() -> bytes:
    digest = blake2b(f"{sys.version} {email_validator.__version__}".encode())
    for path in sorted(PROGRAM.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


@dataclass(frozen=True)
class Kept:
    """Files that were put aside, and are none's yet."""

    place: Path
    files: str
    fingerprint: str

    def note(self, row: Import) -> None:
        """They are what this import has applied; within the transaction that applies it."""
        Baseline.delete().execute()
        told = {"files": self.files, "fingerprint": self.fingerprint, "place": self.place.name}
        Baseline.create(import_=row, **told)


def tidy(settings: Settings) -> None:
    """Remove what no import has noted: files whose import failed or died, or former ones."""
    # When the database is away, whoever imports next tidies up.
    with suppress(PeeweeException):
        known = _known()
        for place in intake_folder(settings, FOLDER).iterdir():
            if place.name not in known:
                shutil.rmtree(place, ignore_errors=True)


def _known() -> set[str]:
    return {place for (place,) in Baseline.select(Baseline.place).tuples()}


def keep(files: Mapping[str, tuple[Source, Lines]], settings: Settings) -> Kept | None:
    """Put these files aside, safely on the disk: a power failure must not leave half of one.

    None where the disk has no room for it: then the next bundle is read wholly.
    """
    place = own_folder(intake_folder(settings, FOLDER) / secrets.token_hex(8))
    try:
        for name, (source, _) in files.items():
            _put(source, place / name)
        _sync([*(place / name for name in files), place, place.parent])
        told = {n: asdict(lines) | {"stamp": _stamp(place / n)} for n, (_, lines) in files.items()}
    except OSError:
        shutil.rmtree(place, ignore_errors=True)
        return None
    return Kept(place, json.dumps(told), fingerprint(settings))


def _put(source: Source, path: Path) -> None:
    """A second name of our own copy, which costs nothing; of a ZIP what is packed in it."""
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


@retention
def forget_baseline(moment: datetime, settings: Settings) -> int:
    """Personal data, after `inbox_keep_days` as other bundles; and what is nobody's."""
    oldest = moment - timedelta(days=settings.inbox_keep_days)
    old = Import.select(Import.id).where(Import.applied_at < oldest)
    count = Baseline.delete().where(Baseline.import_.in_(old)).execute()
    known = _known()
    for place in intake_folder(settings, FOLDER).iterdir():
        is_old = place.stat().st_ctime < oldest.timestamp()
        if place.name not in known and (count or is_old):
            shutil.rmtree(place, ignore_errors=True)
    return count
