"""Every bundle is copied into a folder of ours before it is read.

Between the check of a file and its import nobody can change what we read, nor make a link of it:
not the account that uploads, nor a program that still writes. The copies lie below `data_dir`,
closed to others, and are gone when the import has ended, unless `keep` was asked for one.
"""

import errno
import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ebok.billing.bundle import LARGEST_BUNDLE
from ebok.billing.errors import Fault, Refused
from ebok.files.folders import (
    NoFile,
    folder_at,
    folder_in,
    new_file,
    open_file,
    own_folder,
    status_of,
)
from ebok.languages import say as _
from ebok.settings import Settings

INTAKE = "intake"
"""The folder of `data_dir` that holds the copies, and the books of the inbox."""
DEEPEST = 20
MOST_FILES = 1_000_000
SPARE = 100 * 2**20
"""Bytes of the disk that no copy takes: customers log in meanwhile, which writes, too."""
AT_ONCE = 2**20


class StillWritten(Exception):
    """Somebody wrote to the bundle while it was copied: it is not complete."""


def intake_folder(settings: Settings, name: str = "") -> Path:
    """A folder of ours below `data_dir`; it is made when it is not there."""
    # The one above it may be a link that the administrator has laid.
    intake = own_folder(settings.data_dir.resolve() / INTAKE)
    return own_folder(intake / name) if name else intake


@contextmanager
def own_copy(path: Path, settings: Settings) -> Iterator[Path]:
    """The bundle at `path` as a copy of ours, of the same name, for the length of the block.

    No part of `path` may be a link: who types a path resolves it first. What is ours already is
    given as it is. Raises Refused for what is no bundle, StillWritten, and OSError.
    """
    if path.is_relative_to(intake_folder(settings)):
        yield path
        return
    if settings.data_dir.resolve().is_relative_to(path):
        raise Refused(Fault(path.name, expected=_("expected a folder without e-BOK's own data")))
    with new_place(settings) as place:
        copy_bundle(path, place)
        yield place / path.name


@contextmanager
def new_place(settings: Settings) -> Iterator[Path]:
    """An empty folder of ours, removed at the end of the block, or after our death by the next."""
    copies = intake_folder(settings, "copies")
    sweep(copies)
    place, handle = _locked_place(copies)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(handle)


def _locked_place(copies: Path) -> tuple[Path, int]:
    while True:
        place = own_folder(copies / secrets.token_hex(8))
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if place.exists():
                return place, handle
        except BlockingIOError:
            pass
        # Somebody swept it away before it was locked.
        os.close(handle)


def sweep(copies: Path) -> None:
    """Remove the copies of those who have died: nobody holds their locks any more."""
    for place in copies.iterdir():
        with suppress(OSError):
            handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(place, ignore_errors=True)
            finally:
                os.close(handle)


def keep(copy: Path, settings: Settings) -> Path:
    """Keep a copy beyond its import; where it lies from now on, safely on the disk.

    For a held import. `forget` removes it.
    """
    place = own_folder(intake_folder(settings, "kept") / secrets.token_hex(8))
    kept = place / copy.name
    copy.rename(kept)
    # It must outlast a power failure, as the row will that speaks of it.
    os.sync()
    return kept


def forget(kept: Path) -> None:
    """Remove what `keep` has kept."""
    shutil.rmtree(kept.parent, ignore_errors=True)


def copy_bundle(path: Path, place: Path) -> None:
    """Copy the file or folder at `path` into `place`, a folder of ours."""
    with folder_at(path.parent) as source, folder_at(place) as target:
        status = status_of(path.name, source)
        copying = _Copying(path.name)
        if stat.S_ISDIR(status.st_mode):
            copying.folder(path.name, source, target)
        else:
            copying.file(path.name, source, target)


@dataclass
class _Copying:
    """One bundle on its way, and how much of it was copied; `within` is the path in it."""

    name: str
    size: int = 0
    files: int = 0
    depth: int = 0
    within: str = ""

    def folder(self, name: str, source: int, target: int) -> None:
        """Copy a folder with all that is in it."""
        outer, self.within, self.depth = self.within, f"{self.within}{name}/", self.depth + 1
        self._one_more()
        if self.depth > DEEPEST:
            self._refuse(_("folders are nested too deeply"))
        os.mkdir(name, 0o700, dir_fd=target)
        os.chmod(name, 0o700, dir_fd=target)
        with folder_in(name, source) as inner, folder_in(name, target) as into:
            for each in sorted(os.listdir(inner)):
                self._one(each, inner, into)
        self.within, self.depth = outer, self.depth - 1

    def _one(self, name: str, source: int, target: int) -> None:
        if stat.S_ISDIR(status_of(name, source).st_mode):
            self.folder(name, source, target)
        else:
            self.file(name, source, target)

    def file(self, name: str, source: int, target: int) -> None:
        """Copy a file, with the time that it was written at."""
        try:
            handle = open_file(name, source)
        except NoFile:
            self._refuse(_("cannot be read: it is a link or a pipe, and not a file"), name)
        except OSError as fault:
            # A link that took a file's place since we looked at it.
            if fault.errno != errno.ELOOP:
                raise
            self._refuse(_("cannot be read: it is a link or a pipe, and not a file"), name)
        with open(handle, "rb", buffering=0) as read:
            self._count(read.fileno(), target)
            with open(new_file(name, target), "wb", buffering=0) as written:
                self._copy(read.fileno(), written.fileno())

    def _count(self, handle: int, target: int) -> None:
        size, room = os.fstat(handle).st_size, os.fstatvfs(target)
        self.size += size
        self._one_more()
        if self.size > LARGEST_BUNDLE:
            self._refuse(_("a bundle has at most %(bytes)s bytes", bytes=LARGEST_BUNDLE))
        if size + SPARE > room.f_bavail * room.f_frsize:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _one_more(self) -> None:
        self.files += 1
        if self.files > MOST_FILES:
            self._refuse(_("a bundle has at most %(count)s files", count=MOST_FILES))

    def _copy(self, read: int, written: int) -> None:
        before, left = os.fstat(read), os.fstat(read).st_size
        while left and (part := os.read(read, min(AT_ONCE, left))):
            left -= len(part)
            _write_all(written, part)
        after = os.fstat(read)
        if left or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise StillWritten(self.name)
        os.utime(written, ns=(before.st_mtime_ns, before.st_mtime_ns))

    def _refuse(self, why: str, name: str = "") -> None:
        place = f"{self.within}{name}" if name else self.name
        raise Refused(Fault(place, expected=why)) from None


def _write_all(handle: int, part: bytes) -> None:
    while part:
        part = part[os.write(handle, part) :]
