"""Heartbeats of supervised processes; a process whose heartbeats stop is ended."""

import asyncio
import mmap
import socket

from ebok.settings import supervisor

BEAT_SECONDS = 15
MOST_MISSED = 4


class Heartbeat:
    """The heartbeats of one process, counted in memory shared with the process that forked it.

    `has_stopped` counts looks, not seconds: a suspended machine costs one missed look, and no
    healthy process is killed when it resumes.
    """

    def __init__(self):
        self._count = mmap.mmap(-1, 1)
        self.heard = self.missed = 0

    def begin(self) -> None:
        """Start counting for a new process."""
        self.heard, self.missed = self._count[0], 0

    def beat(self) -> None:
        """Count one heartbeat."""
        self._count[0] = (self._count[0] + 1) % 256

    def has_stopped(self) -> bool:
        """Whether the last MOST_MISSED looks saw no heartbeat; to be called every BEAT_SECONDS."""
        self.missed = self.missed + 1 if self._count[0] == self.heard else 0
        self.heard = self._count[0]
        return self.missed >= MOST_MISSED


_own: Heartbeat | None = None


def use(heartbeat: Heartbeat) -> None:
    """Send the heartbeats of this process there."""
    global _own
    _own = heartbeat


def beat() -> None:
    """Send a heartbeat to `ebok serve`, if it forked this process, or to systemd (sd_notify)."""
    if _own:
        _own.beat()
    elif address := supervisor():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
            # A leading @ stands for the abstract namespace.
            to_systemd.sendto(b"WATCHDOG=1", address.replace("@", "\0", 1))


async def keep_beating() -> None:
    """Send heartbeats while the event loop runs."""
    while True:
        beat()
        await asyncio.sleep(BEAT_SECONDS)
