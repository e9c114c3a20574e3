"""Many documents as one ZIP, made while it is sent: it is never whole in memory or on the disk."""

import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from flask_babel import lazy_gettext as lazy

from ebok.errors import Refusal

SECONDS_TO_WAIT = 60


class Busy(Refusal):
    """Each process packs for one at a time: packing takes minutes of a core, and a thread."""

    status = 503
    code = "busy"
    sentence = lazy("We are packing for somebody else right now. Please try again in a minute.")


class Entry(NamedTuple):
    """One file of the ZIP; `day` is what it is dated."""

    name: str
    body: bytes
    day: date


class Packing:
    """A download that is made while it is sent, in parts: each process makes one at a time.

    Who reads slowly holds a thread for as long, and a process has four of them. Close it when done,
    or when nobody wants it any more. Raises Busy where this process has one under way.
    """

    _desk = threading.Lock()

    def __init__(self, parts: Iterator[bytes]):
        if not self._desk.acquire(blocking=False):
            raise Busy(retry_after_seconds=SECONDS_TO_WAIT)
        self._parts, self._is_open = parts, True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._parts)

    def answering(self, method: str) -> "Packing":
        """This, closed already where only the head was asked for: it would be closed too late."""
        if method == "HEAD":
            self.close()
        return self

    def close(self) -> None:
        """Let the next one come."""
        if self._is_open:
            self._is_open = False
            self._desk.release()


class Archive(Packing):
    """The ZIP of these entries, one document after the other."""

    def __init__(self, entries: Iterator[Entry]):
        super().__init__(_parts(entries))


class Outlet:
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


def _parts(entries: Iterator[Entry]) -> Iterator[bytes]:
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w") as file:
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
