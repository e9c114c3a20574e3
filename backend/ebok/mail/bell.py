"""The bell at the outbox: whoever has posted a mail rings when that is committed, and a worker of
this machine wakes up.

It is a named pipe in the data folder, the same for both databases and for commands. A ring may be
lost, and none is heard from another machine: a worker looks by itself every `LOOK_SECONDS`, and
every half second for a while where it finds what nobody rang for.
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
"""For so long a worker that was not rung for looks often."""


def ring_when_committed() -> None:
    """Wake a worker as soon as what this transaction posted can be seen."""
    after_commit(ring, settings.current().data_dir)


def ring(data_dir: Path) -> None:
    """Wake a worker, if one listens."""
    # Nobody listens, or as many rings wait as the pipe holds: then nothing is to be done.
    with suppress(OSError):
        pipe = os.open(data_dir / NAME, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(pipe, b"\n")
        finally:
            os.close(pipe)


class Alarms:
    """The events that are set when it rings, and when the worker shall stop."""

    def __init__(self, data_dir: Path, stop: threading.Event):
        self._events: set[threading.Event] = set()
        place = data_dir / NAME
        with suppress(FileExistsError):
            os.mkfifo(place, 0o600)
        # Open for writing, too: a pipe whose last writer has gone is ready to read for ever.
        self._pipe = os.open(place, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._end, self._told_to_end = os.pipe()
        threading.Thread(target=self._wait_for, args=(stop,), daemon=True).start()
        threading.Thread(target=self._listen, daemon=True).start()

    def new(self) -> threading.Event:
        """One more event."""
        event = threading.Event()
        self._events.add(event)
        return event

    def forget(self, event: threading.Event) -> None:
        """One less."""
        self._events.discard(event)

    def set(self) -> None:
        """Wake all who wait in this process."""
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
            # Another worker of this machine may have been faster.
            with suppress(BlockingIOError):
                os.read(self._pipe, 4096)
                self.set()
        for handle in (self._end, self._pipe):
            os.close(handle)
