"""A bundle of billing files: a folder, a ZIP, or one file of it."""

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ebok.billing.report import Fault, Refused, Report

LARGEST_BUNDLE = 8 * 2**30
"""Bytes that the files of a bundle may have together, unpacked: stops a ZIP that would fill us."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading a damaged, encrypted or vanished file raises."""


@dataclass(frozen=True)
class Source:
    """One file of a bundle. It can be opened any number of times, and is never unpacked to disk."""

    name: str
    size: int
    opener: Callable[[], io.RawIOBase]
    read: Callable[[int], None]

    def open(self) -> io.BufferedReader:
        """The file's bytes, counted for the progress bar as they are read."""
        return io.BufferedReader(_Counted(self), 2**17)


class _Counted(io.RawIOBase):
    """A stream that tells how much was read from it, and raises Refused where it is damaged."""

    def __init__(self, source: Source):
        self.source = source
        with _refusing(source.name):
            self.stream = source.opener()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        with _refusing(self.source.name):
            count = self.stream.readinto(buffer)
        self.source.read(count)
        return count

    def close(self) -> None:
        self.stream.close()
        super().close()


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except DAMAGED as fault:
        raise Refused(Fault(name, expected=f"cannot be read: {fault}")) from None


@contextmanager
def open_bundle(
    path: Path, known: Iterable[str], report: Report, read: Callable[[int], None]
) -> Iterator[dict[str, Source]]:
    """The files of the bundle that have one of the `known` names, by name; raises Refused."""
    with _sources(path, read) as sources:
        found = _choose(sources, tuple(known), report)
        size = sum(source.size for source in found.values())
        if size > LARGEST_BUNDLE:
            raise Refused(Fault(path.name, expected=f"at most {LARGEST_BUNDLE} bytes unpacked"))
        if not found:
            names = " or ".join(known)
            raise Refused(Fault(path.name, expected=f"expected a bundle with {names}"))
        yield found


@contextmanager
def _sources(path: Path, read: Callable[[int], None]) -> Iterator[Iterator[Source]]:
    if path.is_dir():
        yield _folder(path, read)
    elif path.suffix.lower() != ".zip" and not zipfile.is_zipfile(path):
        yield iter([_file(path, read)])
    else:
        with _refusing(path.name):
            archive = zipfile.ZipFile(path)
        with archive:
            yield _archive(archive, read)


def _folder(path: Path, read: Callable[[int], None]) -> Iterator[Source]:
    for folder, _, names in os.walk(path):
        yield from (_file(Path(folder, name), read) for name in sorted(names))


def _file(path: Path, read: Callable[[int], None]) -> Source:
    size = path.stat().st_size if path.is_file() else 0
    return Source(path.name, size, lambda: open(path, "rb", buffering=0), read)


def _archive(archive: zipfile.ZipFile, read: Callable[[int], None]) -> Iterator[Source]:
    """The archive's files. Folders in their names mean nothing: nothing is written to disk."""
    for entry in archive.infolist():
        if not entry.is_dir():
            name = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
            yield Source(name, entry.file_size, lambda e=entry: archive.open(e), read)


def _choose(sources: Iterator[Source], known: tuple[str, ...], report: Report) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for source in sources:
        name = source.name.lower()
        if name not in known:
            report.ignore(f"file {source.name}")
        elif name in found:
            raise Refused(Fault(source.name, expected="the bundle has two files of this name"))
        else:
            found[name] = source
    return found
