"""Signs of life: a supervised process gives them, and is ended if they stop."""

import asyncio
import mmap
import socket

from ebok.settings import supervisor

SIGN_SECONDS = 15
MOST_MISSED = 4


class Life:
    """The signs of one process, counted in memory that it shares with the one that forked it.

    `has_ended` takes no clock: where both stood still, as on a machine that was put to sleep, only
    one look is missed.
    """

    def __init__(self):
        self._count = mmap.mmap(-1, 1)
        self.heard = self.missed = 0

    def begin(self) -> None:
        """Another process gives the signs from now on."""
        self.heard, self.missed = self._count[0], 0

    def sign(self) -> None:
        """It lives."""
        self._count[0] = (self._count[0] + 1) % 256

    def has_ended(self) -> bool:
        """Whether no sign came in the last looks; asked every SIGN_SECONDS."""
        self.missed = self.missed + 1 if self._count[0] == self.heard else 0
        self.heard = self._count[0]
        return self.missed >= MOST_MISSED


_own: Life | None = None


def be(life: Life) -> None:
    """This process gives its signs there."""
    global _own
    _own = life


def sign() -> None:
    """Tell `ebok serve`, which forked this process, or systemd, which started it."""
    if _own:
        _own.sign()
    elif address := supervisor():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
            # With @ begins a name that is in no folder.
            to_systemd.sendto(b"WATCHDOG=1", address.replace("@", "\0", 1))


async def keep_signing() -> None:
    """As long as the event loop goes round."""
    while True:
        sign()
        await asyncio.sleep(SIGN_SECONDS)
