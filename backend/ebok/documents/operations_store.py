"""Stores documents in the data directory, each under its SHA-256.

Not in the database: sixty kilobytes for each of a million invoices would make it too large to back
up. A file is written and synced before the row that names it, so a crash leaves at worst an unused
file.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

CHUNK = 2**18


def keep(stream: BinaryIO, data_dir: Path) -> tuple[str, int]:
    """Store the bytes of a stream, equal ones once; returns SHA-256 in hex and size."""
    folder = data_dir / "documents"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            sha256, size = _copy(stream, file)
        path = path_of(sha256, data_dir)
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            os.replace(draft, path)
            _flush(path.parent)
    finally:
        Path(draft).unlink(missing_ok=True)
    return sha256, size


def path_of(sha256: str, data_dir: Path) -> Path:
    """Path of the file with this SHA-256; it may not exist."""
    return data_dir / "documents" / sha256[:2] / sha256[2:]


def _copy(stream: BinaryIO, file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        file.write(chunk)
        size += len(chunk)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def _flush(folder: Path) -> None:
    # A new file survives a power failure only after fsync of its directory.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
