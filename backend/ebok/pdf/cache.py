"""Our own PDFs, cached by the hash of their HTML.

Equal HTML gives an equal PDF. Whatever changes a document (a payment, a setting, the renderer's
version) changes the hash, so nothing needs to be invalidated.
"""

import hashlib
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from ebok.files.folders import own_folder
from ebok.files.zip_file import Entry, write_zip
from ebok.jobs import retention
from ebok.settings import Settings

KEPT = timedelta(days=30)
PACKED = timedelta(minutes=10)
"""How long a ZIP is kept for a repeated request."""


def folder(settings: Settings, name: str = "") -> Path:
    """`printed` in the data directory, or a folder in it."""
    found = own_folder(settings.data_dir / "printed")
    return own_folder(found / name) if name else found


def path_of(html: bytes, settings: Settings) -> Path:
    """Path of the PDF of this HTML; it may not exist."""
    name = hashlib.sha256(_maker() + html).hexdigest()
    return folder(settings, name[:2]) / f"{name[2:]}.pdf"


def is_kept(path: Path) -> bool:
    """Whether the file exists; if so, its time is renewed."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def keep(path: Path, body: bytes) -> None:
    """Write the file atomically."""
    with _written(path) as file:
        file.write(body)


def keep_zip(path: Path, entries: Iterable[Entry]) -> None:
    """Write the ZIP of these entries atomically."""
    with _written(path) as file:
        write_zip(file, entries)


@contextmanager
def _written(path: Path) -> Generator[BinaryIO, None, None]:
    """A temporary file, renamed to `path` if the block succeeds."""
    draft = path.with_name(f".{path.name}-{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


@cache
def _maker() -> bytes:
    return f"weasyprint {version('weasyprint')}\n".encode()


@retention
def forget_printed(moment: datetime, settings: Settings) -> int:
    """Delete PDFs not requested for 30 days, and ZIPs after ten minutes."""
    now, count = moment.replace(tzinfo=UTC).timestamp(), 0
    for path in folder(settings).glob("*/*"):
        kept = PACKED if path.parent.name == "zip" else KEPT
        if path.stat().st_mtime < now - kept.total_seconds():
            path.unlink(missing_ok=True)
            count += 1
    return count
