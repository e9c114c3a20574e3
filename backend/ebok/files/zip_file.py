"""Writes a ZIP one entry at a time, never all of it in memory."""

import zipfile
from collections.abc import Iterable
from datetime import date
from typing import BinaryIO, NamedTuple


class Entry(NamedTuple):
    """A file of the ZIP as an iterator of pieces; `day` is its date."""

    name: str
    pieces: Iterable[bytes]
    day: date


def write_zip(file: BinaryIO, entries: Iterable[Entry]) -> None:
    """Write the ZIP; each entry is requested after the one before has been written."""
    with zipfile.ZipFile(file, "w") as archive:
        for entry in entries:
            with archive.open(_head(entry), "w") as member:
                for piece in entry.pieces:
                    member.write(piece)


def _head(entry: Entry) -> zipfile.ZipInfo:
    head = zipfile.ZipInfo(
        entry.name, (max(entry.day.year, 1980), entry.day.month, entry.day.day, 0, 0, 0)
    )
    # Stored: PDFs are already compressed.
    is_pdf = entry.name.endswith(".pdf")
    head.compress_type = zipfile.ZIP_STORED if is_pdf else zipfile.ZIP_DEFLATED
    head.external_attr = 0o600 << 16
    return head
