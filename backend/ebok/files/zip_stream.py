"""Many documents as one ZIP, made part by part: it is never whole in memory."""

import zipfile
from collections.abc import Iterator
from datetime import date
from typing import IO, NamedTuple, cast


class Entry(NamedTuple):
    """One file of the ZIP; `day` is what it is dated."""

    name: str
    body: bytes
    day: date


class ZipSink:
    """Where `zipfile` writes to: it can neither seek nor tell, so nothing is gone back to."""

    def __init__(self):
        self._written: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Take a part."""
        self._written.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        """Hand over what has gathered, and keep nothing of it."""
        taken, self._written = b"".join(self._written), []
        return taken


def zip_of(entries: Iterator[Entry]) -> Iterator[bytes]:
    """The ZIP of these entries, one document after the other."""
    outlet = ZipSink()
    # Its types ask for reading, too, which writing never does.
    with zipfile.ZipFile(cast(IO[bytes], outlet), "w") as file:
        for entry in entries:
            file.writestr(_head(entry), entry.body)
            yield outlet.take()
    yield outlet.take()


def _head(entry: Entry) -> zipfile.ZipInfo:
    head = zipfile.ZipInfo(
        entry.name, (max(entry.day.year, 1980), entry.day.month, entry.day.day, 0, 0, 0)
    )
    # A PDF is compressed already.
    is_pdf = entry.name.endswith(".pdf")
    head.compress_type = zipfile.ZIP_STORED if is_pdf else zipfile.ZIP_DEFLATED
    head.external_attr = 0o600 << 16
    return head
