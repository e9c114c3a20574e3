"""Many documents as one ZIP, written one after the other: it is never whole in memory."""

import zipfile
from collections.abc import Iterable
from datetime import date
from typing import BinaryIO, NamedTuple


class Entry(NamedTuple):
    """One file of the ZIP, piece by piece; `day` is what it is dated."""

    name: str
    pieces: Iterable[bytes]
    day: date


def write_zip(file: BinaryIO, entries: Iterable[Entry]) -> None:
    """Write the ZIP of these entries; of each, nothing is asked for before the one in front."""
    with zipfile.ZipFile(file, "w") as archive:
        for entry in entries:
            with archive.open(_head(entry), "w") as member:
                for piece in entry.pieces:
                    member.write(piece)


def _head(entry: Entry) -> zipfile.ZipInfo:
    head = zipfile.ZipInfo(
        entry.name, (max(entry.day.year, 1980), entry.day.month, entry.day.day, 0, 0, 0)
    )
    # A PDF is compressed already.
    is_pdf = entry.name.endswith(".pdf")
    head.compress_type = zipfile.ZIP_STORED if is_pdf else zipfile.ZIP_DEFLATED
    head.external_attr = 0o600 << 16
    return head
