"""Copies each bundle into a private folder before it is read.

So nobody, neither the account that uploads nor a program still writing, can change a file or put a
link in its place between its check and its import. Copies lie below `data_dir`, readable by e-BOK
alone, and are deleted after the import unless `keep` was called.
"""

import errno
import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

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
"""Folder of `data_dir` for the copies and the state of the inbox."""
MAX_DEPTH = 20
MOST_FILES = 1_000_000
RESERVED_BYTES = 100 * 2**20
"""Bytes of the disk that copies leave free: sessions and logins need to be written, too."""
CHUNK = 2**20


class StillWritten(Exception):
    """The bundle changed while it was copied, so it is incomplete."""


def intake_folder(settings: Settings, name: str = "") -> Path:
    """The folder `name` of the intake, or the intake itself; created if missing."""
    # `data_dir` itself may be a link made by the administrator.
    intake = own_folder(settings.data_dir.resolve() / INTAKE)
    return own_folder(intake / name) if name else intake


@contextmanager
def own_copy(path: Path, settings: Settings) -> Generator[Path]:
    """Yield a private copy of the bundle at `path`, of the same name; it is deleted afterwards.

    No part of `path` may be a link: resolve it first. A path within the intake is yielded as it is.
    Raises Refused for what is no bundle, StillWritten, and OSError.
    """
    if path.is_relative_to(intake_folder(settings)):
        yield path
        return
    if settings.data_dir.resolve().is_relative_to(path):
        raise Refused(Fault(path.name, expected=_("expected a folder without e-BOK's own data")))
    with temporary_folder(settings) as place:
        copy_bundle(path, place)
        yield place / path.name


@contextmanager
def temporary_folder(settings: Settings) -> Generator[Path]:
    """Yield an empty private folder, deleted afterwards, or by the next call if this process
    dies."""
    copies = intake_folder(settings, "copies")
    # Alone: no other process may delete the new folder before it is locked.
    with _locked(copies):
        remove_abandoned(copies)
        place = own_folder(copies / secrets.token_hex(8))
        handle = _lock(place, fcntl.LOCK_NB)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    handle = _lock(folder)
    try:
        yield
    finally:
        os.close(handle)


def _lock(folder: Path, flags: int = 0) -> int:
    """A handle whose closing, or the end of the process, releases the lock of this folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | flags)
    except BaseException:
        os.close(handle)
        raise
    return handle


def remove_abandoned(copies: Path) -> None:
    """Delete the copies of processes that have died: their locks are free."""
    for place in copies.iterdir():
        with suppress(OSError):
            handle = _lock(place, fcntl.LOCK_NB)
            shutil.rmtree(place, ignore_errors=True)
            os.close(handle)


def keep(copy: Path, settings: Settings) -> Path:
    """Move a copy out of reach of the clean-up and sync it to disk; returns its new path.

    For a held import. `delete_kept` deletes it.
    """
    place = own_folder(intake_folder(settings, "kept") / secrets.token_hex(8))
    kept = place / copy.name
    copy.rename(kept)
    # It must survive a power failure, as its row will.
    os.sync()
    return kept


def delete_kept(kept: Path) -> None:
    """Delete a copy that `keep` has moved."""
    shutil.rmtree(kept.parent, ignore_errors=True)


def copy_bundle(path: Path, place: Path) -> None:
    """Copy the file or folder at `path` into the private folder `place`."""
    with folder_at(path.parent) as source, folder_at(place) as target:
        status = status_of(path.name, source)
        copying = _Copying(path.name)
        if stat.S_ISDIR(status.st_mode):
            copying.folder(path.name, source, target)
        else:
            copying.file(path.name, source, target)


@dataclass
class _Copying:
    """A copy in progress: what was copied so far, and `within`, the path inside the bundle."""

    name: str
    size: int = 0
    files: int = 0
    depth: int = 0
    within: str = ""

    def folder(self, name: str, source: int, target: int) -> None:
        """Copy a folder with its content."""
        outer, self.within, self.depth = self.within, f"{self.within}{name}/", self.depth + 1
        self._count_file()
        if self.depth > MAX_DEPTH:
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
        """Copy a file with its time of writing."""
        try:
            handle = open_file(name, source)
        except NoFile:
            self._refuse(_("cannot be read: it is a link or a pipe, and not a file"), name)
        except OSError as fault:
            # A link has taken the file's place since it was checked.
            if fault.errno != errno.ELOOP:
                raise
            self._refuse(_("cannot be read: it is a link or a pipe, and not a file"), name)
        with open(handle, "rb", buffering=0) as read:
            self._check_room(read.fileno(), target)
            with open(new_file(name, target), "wb", buffering=0) as written:
                self._copy(read.fileno(), written.fileno())

    def _check_room(self, handle: int, target: int) -> None:
        size, room = os.fstat(handle).st_size, os.fstatvfs(target)
        self.size += size
        self._count_file()
        if self.size > LARGEST_BUNDLE:
            self._refuse(_("a bundle has at most %(bytes)s bytes", bytes=LARGEST_BUNDLE))
        if size + RESERVED_BYTES > room.f_bavail * room.f_frsize:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _count_file(self) -> None:
        self.files += 1
        if self.files > MOST_FILES:
            self._refuse(_("a bundle has at most %(count)s files", count=MOST_FILES))

    def _copy(self, read: int, written: int) -> None:
        before, left = os.fstat(read), os.fstat(read).st_size
        while left and (part := os.read(read, min(CHUNK, left))):
            left -= len(part)
            _write_all(written, part)
        after = os.fstat(read)
        if left or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise StillWritten(self.name)
        os.utime(written, ns=(before.st_mtime_ns, before.st_mtime_ns))

    def _refuse(self, why: str, name: str = "") -> NoReturn:
        place = f"{self.within}{name}" if name else self.name
        raise Refused(Fault(place, expected=why)) from None


def _write_all(handle: int, part: bytes) -> None:
    while part:
        part = part[os.write(handle, part) :]
