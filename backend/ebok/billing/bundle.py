"""A bundle of billing files: a folder, a ZIP, or a single file."""

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from ebok.billing.errors import Fault, Refused
from ebok.billing.texts_report import Report
from ebok.languages import say as _

LARGEST_BUNDLE = 8 * 2**30
"""Largest unpacked size of a bundle, in bytes. Stops a ZIP that would fill the disk."""

MOST_FILES = 200_000
"""Most files in a bundle. Each costs its name and half a kilobyte of ZIP directory in memory."""

LONGEST_DIRECTORY = 2**26
DIRECTORY_ENTRY = b"PK\x01\x02"
"""Signature of an entry in a ZIP's central directory. Source: APPNOTE.TXT 4.3.12."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""Exceptions raised when a damaged, encrypted or vanished file is read."""


READY = ".ready"
"""Marker file: a folder in the inbox that holds it is complete."""

DOCUMENTS = "documents"
"""Folder of a bundle that holds its PDFs."""

MANIFEST = "bundle.csv"
"""File of a bundle that says which of its files are complete."""

JUNK_FILES = (".ds_store", "thumbs.db", "desktop.ini")
"""Files that operating systems leave in folders; so are all names that begin with `._`."""

COMPANION = "ksef.csv"
"""File that maps the FA(3) files of a bundle to their KSeF numbers."""


@dataclass(frozen=True)
class Source:
    """One file of a bundle. It can be opened any number of times and is never unpacked to disk.

    `folder` is its path within the bundle, `mtime` its time of writing in seconds since 1970,
    `path` its place on disk (None within a ZIP). `on_read` is called with the bytes read, for the
    progress.
    """

    name: str
    size: int
    opener: Callable[[], io.RawIOBase | io.BufferedIOBase]
    on_read: Callable[[int], None]
    folder: str = ""
    mtime: float = 0
    path: Path | None = None

    @property
    def is_document(self) -> bool:
        """Whether it is a PDF in a folder named `documents`."""
        parts = self.folder.lower().split("/")
        return self.name.lower().endswith(".pdf") and DOCUMENTS in parts and not self.is_junk

    @property
    def is_junk(self) -> bool:
        """Whether an operating system has left it there."""
        name = self.name.lower()
        return name.startswith("._") or name in JUNK_FILES or "__MACOSX" in self.folder.split("/")

    @property
    def is_invoice(self) -> bool:
        """Whether its name ends in `.xml`, in whatever folder: taken for an FA(3) file."""
        return self.name.lower().endswith(".xml") and not self.is_junk

    def open(self) -> io.BufferedReader:
        """Open it for reading; each read is counted for the progress bar."""
        return io.BufferedReader(_CountingStream(self), 2**17)


class _CountingStream(io.RawIOBase):
    """A raw stream that reports each read to `on_read`; raises Refused for a damaged file."""

    def __init__(self, source: Source):
        self.source = source
        with _refuse_damaged(source.name):
            self.stream = source.opener()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _refuse_damaged(self.source.name):
            count = self.stream.readinto(buffer) or 0
        self.source.on_read(count)
        return count

    def close(self) -> None:
        self.stream.close()
        super().close()


@contextmanager
def _refuse_damaged(name: str) -> Generator[None]:
    try:
        yield
    except DAMAGED as fault:
        raise Refused(Fault(name, expected=_damage_text(fault))) from None


def _damage_text(fault: Exception) -> str:
    """What a person can do about an unreadable file, in place of the library's message."""
    if isinstance(fault, NotImplementedError):
        return _(
            "cannot be read: packed in a way that e-BOK does not know; pack it as an ordinary ZIP"
        )
    if isinstance(fault, RuntimeError):
        return _("cannot be read: it is protected by a password")
    if isinstance(fault, OSError):
        return _("cannot be read: the disk refuses it, or it is a link, or it has disappeared")
    return _("cannot be read: it is damaged or incomplete; send it again")


Walk = Callable[[], Iterator[Source]]
"""Iterates over the files of a bundle, from the beginning at each call."""


@dataclass(frozen=True)
class Bundle:
    """The files with a known name, by lower-case name; `walk` iterates over all files.

    `invoice_bytes` is the total size of its FA(3) files, `newest_mtime` in seconds since 1970.
    """

    files: dict[str, Source]
    has_documents: bool
    invoice_bytes: int
    newest_mtime: float
    walk: Callable[[], Iterator[Source]]

    @property
    def companion(self) -> Source | None:
        """The file with KSeF numbers, or None."""
        return self.files.get(COMPANION)

    def invoices(self) -> Iterator[Source]:
        """Its FA(3) files, one at a time."""
        return (source for source in self.walk() if source.is_invoice)

    def documents(self) -> Iterator[Source]:
        """Its PDFs, one at a time: there may be hundreds of thousands."""
        return (source for source in self.walk() if source.is_document)


@contextmanager
def open_bundle(
    path: Path,
    known: Iterable[str],
    report: Report,
    on_read: Callable[[int], None],
    zone: str = "UTC",
) -> Generator[Bundle]:
    """Open the bundle at `path`. Raises Refused. `zone` is the time zone of a ZIP's timestamps."""
    with _open_walk(path, on_read, ZoneInfo(zone)) as walk:
        bundle = _index(walk, (*known, COMPANION, MANIFEST), report)
        if not bundle.files and not bundle.has_documents and not bundle.invoice_bytes:
            names = ", ".join((*known, "*.xml", f"{DOCUMENTS}/"))
            expected = _("expected a bundle with one of these: %(names)s", names=names)
            raise Refused(Fault(path.name, expected=expected))
        yield bundle


@contextmanager
def _open_walk(path: Path, on_read: Callable[[int], None], zone: ZoneInfo) -> Generator[Walk]:
    if path.is_dir():
        yield lambda: _folder_sources(path, on_read)
    elif path.suffix.lower() != ".zip" and not zipfile.is_zipfile(path):
        yield lambda: iter([_file_source(path, on_read)])
    else:
        with _refuse_damaged(path.name):
            file = _BoundedZip(path)
            archive = zipfile.ZipFile(file)
        with archive, file:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > LARGEST_BUNDLE:
                expected = _("expected at most %(most)s bytes unpacked", most=LARGEST_BUNDLE)
                raise Refused(Fault(path.name, expected=expected))
            yield lambda: _zip_sources(archive, on_read, zone)


class _BoundedZip(io.FileIO):
    """A ZIP file whose central directory, which `zipfile` reads into memory, is limited."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LONGEST_DIRECTORY:
            raise Refused(Fault(Path(self.name).name, expected=_too_many()))
        data = super().read(size)
        if data.count(DIRECTORY_ENTRY) > MOST_FILES:
            raise Refused(Fault(Path(self.name).name, expected=_too_many()))
        return data


def _too_many() -> str:
    return _("expected at most %(most)s files, give them in several bundles", most=MOST_FILES)


def _folder_sources(path: Path, on_read: Callable[[int], None]) -> Iterator[Source]:
    if next(islice(_entries(path), MOST_FILES, None), None):
        raise Refused(Fault(path.name, expected=_too_many()))
    for folder, _folders, names in os.walk(path):
        # With the folder's own name: `documents` may be a bundle by itself.
        within = Path(folder).relative_to(path.parent).as_posix()
        yield from (_file_source(Path(folder, name), on_read, within) for name in sorted(names))


def _entries(path: Path | os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    """All entries of a folder and its subfolders, one at a time."""
    with os.scandir(path) as found:
        for entry in found:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(entry)


def _file_source(path: Path, on_read: Callable[[int], None], folder: str = "") -> Source:
    # Reading a pipe would never end, and a broken link has no size.
    status = path.stat() if path.is_file() else None
    size, mtime = (status.st_size, status.st_mtime) if status else (0, 0)
    # A link within a folder could lead anywhere, and what is read appears in a report.
    how = _open_no_link if folder else None
    opener = partial(open, path if status else os.devnull, "rb", buffering=0, opener=how)
    return Source(path.name, size, opener, on_read, folder, mtime, path)


def _open_no_link(path: str, flags: int) -> int:
    """Opener for `open` that raises OSError for a symbolic link."""
    return os.open(path, flags | os.O_NOFOLLOW)


def _zip_sources(
    archive: zipfile.ZipFile, on_read: Callable[[int], None], zone: ZoneInfo
) -> Iterator[Source]:
    """The files of a ZIP. Paths in it are never used on disk."""
    for entry in archive.infolist():
        if not entry.is_dir():
            folder, _, name = entry.filename.replace("\\", "/").rpartition("/")
            opener = partial(_open_entry, archive, entry)
            mtime = _zip_mtime(entry.date_time, zone)
            yield Source(name, entry.file_size, opener, on_read, folder, mtime)


def _open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> io.BufferedIOBase:
    return cast(zipfile.ZipExtFile, archive.open(entry))


def _zip_mtime(date_time: tuple[int, ...], zone: ZoneInfo) -> float:
    """Time of writing stored in a ZIP, in seconds since 1970; 0 for an impossible date."""
    try:
        return datetime(*date_time, tzinfo=zone).timestamp()
    except ValueError:
        return 0


def _index(walk: Walk, known: tuple[str, ...], report: Report) -> Bundle:
    found: dict[str, Source] = {}
    has_documents, invoice_bytes, newest_mtime = False, 0, 0
    for source in walk():
        name = source.name.lower()
        if source.name == READY:
            continue
        if source.is_junk:
            report.pass_over(_("files that a computer leaves in folders"), source.name)
            continue
        if source.is_document:
            has_documents = True
        elif source.is_invoice:
            # An empty file counts, too.
            invoice_bytes += source.size or 1
        elif name not in known:
            report.ignore(_("file %(file)s", file=source.name))
            continue
        elif name in found:
            expected = _("the bundle has two files of this name")
            raise Refused(Fault(source.name, expected=expected))
        else:
            found[name] = source
        newest_mtime = max(newest_mtime, source.mtime)
    return Bundle(found, has_documents, invoice_bytes, newest_mtime, walk)
