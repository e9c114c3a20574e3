"""A bundle of billing files: a folder, a ZIP, or one file of it."""

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from ebok.billing.errors import Fault, Refused
from ebok.billing.texts_report import Report
from ebok.languages import say as _

LARGEST_BUNDLE = 8 * 2**30
"""Bytes that the files of a bundle may have together, unpacked: stops a ZIP that would fill us."""

MOST_FILES = 200_000
"""Files of a bundle. Of each the name is kept, and half a kilobyte of a ZIP's directory."""

LONGEST_DIRECTORY = 2**26
ENTRY = b"PK\x01\x02"
"""With what each entry of a ZIP's directory begins. Source: APPNOTE.TXT 4.3.12."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading a damaged, encrypted or vanished file raises."""


READY = ".ready"
"""The file that says of a folder in the inbox that nothing more comes into it."""

DOCUMENTS = "documents"
"""The folder of a bundle in which its PDFs lie."""

MANIFEST = "bundle.csv"
"""What a bundle says of its own files."""

FOREIGN = (".ds_store", "thumbs.db", "desktop.ini")
"""Files that computers leave in every folder; with them whatever begins with `._`."""

COMPANION = "ksef.csv"
"""Which FA(3) file of a bundle has which KSeF number."""


@dataclass(frozen=True)
class Source:
    """One file of a bundle. It can be opened any number of times, and is never unpacked to disk.

    `folder` is the path that it lies in; `written` when it was written, in seconds since 1970;
    `path` where it lies on the disk, where it does by itself.
    """

    name: str
    size: int
    opener: Callable[[], io.RawIOBase]
    read: Callable[[int], None]
    folder: str = ""
    written: float = 0
    path: Path | None = None

    @property
    def is_document(self) -> bool:
        """Whether it is a PDF in a folder called `documents`."""
        parts = self.folder.lower().split("/")
        return self.name.lower().endswith(".pdf") and DOCUMENTS in parts and not self.is_foreign

    @property
    def is_foreign(self) -> bool:
        """Whether a computer has put it there, and nobody meant it."""
        name = self.name.lower()
        return name.startswith("._") or name in FOREIGN or "__MACOSX" in self.folder.split("/")

    @property
    def is_invoice(self) -> bool:
        """Whether it is an FA(3) file, by its name; wherever it lies."""
        return self.name.lower().endswith(".xml") and not self.is_foreign

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
        raise Refused(Fault(name, expected=_why(fault))) from None


def _why(fault: Exception) -> str:
    """What a person can do about a file that cannot be read; no word of a library's."""
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
"""Goes through the files of a bundle, anew each time."""


@dataclass(frozen=True)
class Bundle:
    """The files of a bundle that have a known name, by name, and how to walk through the others.

    `invoice_bytes` is the size of its FA(3) files together.
    """

    files: dict[str, Source]
    has_documents: bool
    invoice_bytes: int
    written: float
    walk: Callable[[], Iterator[Source]]

    @property
    def companion(self) -> Source | None:
        """The file that tells KSeF numbers, where there is one."""
        return self.files.get(COMPANION)

    def invoices(self) -> Iterator[Source]:
        """Its FA(3) files: never all at once."""
        return (source for source in self.walk() if source.is_invoice)

    def documents(self) -> Iterator[Source]:
        """Its PDFs: never all at once, for there may be hundreds of thousands."""
        return (source for source in self.walk() if source.is_document)


@contextmanager
def open_bundle(
    path: Path, known: Iterable[str], report: Report, read: Callable[[int], None], zone: str = "UTC"
) -> Iterator[Bundle]:
    """The bundle at `path`; raises Refused. `zone` is where a ZIP's clock stands."""
    with _walking(path, read, ZoneInfo(zone)) as walk:
        bundle = _choose(walk, (*known, COMPANION, MANIFEST), report)
        if not bundle.files and not bundle.has_documents and not bundle.invoice_bytes:
            names = ", ".join((*known, "*.xml", f"{DOCUMENTS}/"))
            expected = _("expected a bundle with one of these: %(names)s", names=names)
            raise Refused(Fault(path.name, expected=expected))
        yield bundle


@contextmanager
def _walking(path: Path, read: Callable[[int], None], zone: ZoneInfo) -> Iterator[Walk]:
    if path.is_dir():
        yield lambda: _folder(path, read)
    elif path.suffix.lower() != ".zip" and not zipfile.is_zipfile(path):
        yield lambda: iter([_file(path, read)])
    else:
        with _refusing(path.name):
            archive = zipfile.ZipFile(_Archive(path))
        with archive, archive.fp:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > LARGEST_BUNDLE:
                expected = _("expected at most %(most)s bytes unpacked", most=LARGEST_BUNDLE)
                raise Refused(Fault(path.name, expected=expected))
            yield lambda: _archive(archive, read, zone)


class _Archive(io.FileIO):
    """A ZIP whose directory, which the library reads at once, is not too long to be kept."""

    def read(self, size: int = -1) -> bytes:
        if size > LONGEST_DIRECTORY:
            raise Refused(Fault(Path(self.name).name, expected=_too_many()))
        data = super().read(size)
        if data.count(ENTRY) > MOST_FILES:
            raise Refused(Fault(Path(self.name).name, expected=_too_many()))
        return data


def _too_many() -> str:
    return _("expected at most %(most)s files, give them in several bundles", most=MOST_FILES)


def _folder(path: Path, read: Callable[[int], None]) -> Iterator[Source]:
    if next(islice(_entries(path), MOST_FILES, None), None):
        raise Refused(Fault(path.name, expected=_too_many()))
    for folder, _folders, names in os.walk(path):
        # Its own name counts: the folder of documents may be given alone.
        within = Path(folder).relative_to(path.parent).as_posix()
        yield from (_file(Path(folder, name), read, within) for name in sorted(names))


def _entries(path: Path | os.DirEntry) -> Iterator[os.DirEntry]:
    """What lies in a folder and those in it, never all at once."""
    with os.scandir(path) as found:
        for entry in found:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(entry)


def _file(path: Path, read: Callable[[int], None], folder: str = "") -> Source:
    # A pipe would never end, and a link to nowhere has no size.
    status = path.stat() if path.is_file() else None
    size, written = (status.st_size, status.st_mtime) if status else (0, 0)
    # Within a folder a link could lead anywhere, and what is read there stands in a report.
    how = _itself if folder else None
    opener = partial(open, path if status else os.devnull, "rb", buffering=0, opener=how)
    return Source(path.name, size, opener, read, folder, written, path)


def _itself(path: str, flags: int) -> int:
    """Open a file; OSError where it is a link."""
    return os.open(path, flags | os.O_NOFOLLOW)


def _archive(
    archive: zipfile.ZipFile, read: Callable[[int], None], zone: ZoneInfo
) -> Iterator[Source]:
    """The archive's files. Folders in their names mean nothing: nothing is written to disk."""
    for entry in archive.infolist():
        if not entry.is_dir():
            folder, _, name = entry.filename.replace("\\", "/").rpartition("/")
            opener = partial(archive.open, entry)
            written = _written_at(entry.date_time, zone)
            yield Source(name, entry.file_size, opener, read, folder, written)


def _written_at(date_time: tuple[int, ...], zone: ZoneInfo) -> float:
    """When an archive says that a file was written; 0 where that cannot be."""
    try:
        return datetime(*date_time, tzinfo=zone).timestamp()
    except ValueError:
        return 0


def _choose(walk: Walk, known: tuple[str, ...], report: Report) -> Bundle:
    found: dict[str, Source] = {}
    has_documents, invoice_bytes, written = False, 0, 0
    for source in walk():
        name = source.name.lower()
        if source.name == READY:
            continue
        if source.is_foreign:
            report.pass_over(_("files that a computer leaves in folders"), source.name)
            continue
        if source.is_document:
            has_documents = True
        elif source.is_invoice:
            # An empty file is one, too.
            invoice_bytes += source.size or 1
        elif name not in known:
            report.ignore(_("file %(file)s", file=source.name))
            continue
        elif name in found:
            expected = _("the bundle has two files of this name")
            raise Refused(Fault(source.name, expected=expected))
        else:
            found[name] = source
        written = max(written, source.written)
    return Bundle(found, has_documents, invoice_bytes, written, walk)
