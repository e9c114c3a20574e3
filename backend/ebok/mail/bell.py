"""Wakes the workers of this machine when a posted mail is committed.

The signal is a byte in a named pipe in the data directory, which works for both databases and for
commands. It may be lost, and does not reach other machines: a worker also polls every
`LOOK_SECONDS`, and every half second for a while after it found a mail without a signal.
"""

import os
import select
import threading
from contextlib import suppress
from pathlib import Path

from ebok import settings
from ebok.database import after_commit

NAME = "bell"
LOOK_SECONDS = 15
UNHEARD_SECONDS = 600
"""How long a worker polls often after a mail without a signal."""


def ring_when_committed() -> None:
    """Wake a worker when the current transaction is committed."""
    after_commit(ring, settings.current().data_dir)


def ring(data_dir: Path) -> None:
    """Wake a worker, if one listens."""
    # No worker listens, or the pipe is full of signals: nothing to do.
    with suppress(OSError):
        pipe = os.open(data_dir / NAME, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(pipe, b"\n")
        finally:
            os.close(pipe)


class Alarms:
    """The threading.Events to set when the signal comes, and when the worker must stop."""

    def __init__(self, data_dir: Path, stop: threading.Event):
        self._events: set[threading.Event] = set()
        place = data_dir / NAME
        with suppress(FileExistsError):
            os.mkfifo(place, 0o600)
        # Opened for writing too: a pipe without writers is always ready for reading.
        self._pipe = os.open(place, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._end, self._told_to_end = os.pipe()
        threading.Thread(target=self._wait_for, args=(stop,), daemon=True).start()
        threading.Thread(target=self._listen, daemon=True).start()

    def new(self) -> threading.Event:
        """Create an event that is set on each signal."""
        event = threading.Event()
        self._events.add(event)
        return event

    def forget(self, event: threading.Event) -> None:
        """Remove an event."""
        self._events.discard(event)

    def set(self) -> None:
        """Set all events of this process."""
        for event in tuple(self._events):
            event.set()

    def _wait_for(self, stop: threading.Event) -> None:
        stop.wait()
        os.close(self._told_to_end)
        self.set()

    def _listen(self) -> None:
        waiting = select.poll()
        for handle in (self._pipe, self._end):
            waiting.register(handle, select.POLLIN)
        while self._end not in (handle for handle, _ in waiting.poll()):
            # Another worker of this machine may have read it.
            with suppress(BlockingIOError):
                os.read(self._pipe, 4096)
                self.set()
        for handle in (self._end, self._pipe):
            os.close(handle)
