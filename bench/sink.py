"""A minimal mail server in a process of its own, as fast as Python can be.

It keeps the first mails of each round, and the times of the first and last one.
"""

import multiprocessing
import socket
import threading
import time
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection

HOST = "127.0.0.1"
END = b"\r\n.\r\n"
KEPT = 200


@dataclass
class Round:
    """The mails of a round."""

    count: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    kept: list[bytes] = field(default_factory=list)
    urgent_at: float = 0.0
    began_at: float = 0.0
    """When the newest mail's MAIL FROM arrived."""


class Sink:
    """Context manager; `begin()` starts a round, `round()` returns its state."""

    def __enter__(self) -> "Sink":
        self.pipe, theirs = multiprocessing.Pipe()
        fork = multiprocessing.get_context("fork")
        self.process = fork.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        self.port = self.pipe.recv()
        return self

    def __exit__(self, *_fault) -> None:
        self.process.terminate()
        self.process.join()

    def begin(self) -> None:
        """Start a new round."""
        self.pipe.send("begin")
        self.pipe.recv()

    def round(self, mails: bool = False) -> Round:
        """The round so far; with the kept mails if `mails`."""
        self.pipe.send("mails" if mails else "count")
        return self.pipe.recv()


def _serve(pipe: Connection) -> None:
    came = Round()
    listener = socket.create_server((HOST, 0))
    threading.Thread(target=_listen, args=(listener, came), daemon=True).start()
    pipe.send(listener.getsockname()[1])
    while True:
        asked = pipe.recv()
        if asked == "begin":
            came.count, came.first_at, came.urgent_at, came.kept[:] = 0, 0.0, 0.0, []
        kept = came.kept if asked == "mails" else []
        pipe.send(replace(came, kept=kept))


def _listen(listener: socket.socket, came: Round) -> None:
    while True:
        wire, _address = listener.accept()
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_talk, args=(wire, came), daemon=True).start()


def _talk(wire: socket.socket, came: Round) -> None:
    wire.sendall(b"220 sink\r\n")
    while command := wire.recv(1000):
        verb = command[:4].upper()
        if verb == b"DATA":
            wire.sendall(b"354 go on\r\n")
            _take(wire, came)
        elif verb == b"EHLO":
            wire.sendall(b"250-sink\r\n250-SIZE 0\r\n250 8BITMIME\r\n")
        else:
            came.first_at = came.first_at or time.time()
            if verb == b"MAIL":
                came.began_at = time.time()
            if b"urgent@" in command:
                came.urgent_at = time.time()
            wire.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 OK\r\n")


def _take(wire: socket.socket, came: Round) -> None:
    parts = [wire.recv(1 << 20)]
    # The end marker may be split between reads.
    while parts[-1] and not b"".join(parts[-2:]).endswith(END):
        parts.append(wire.recv(1 << 20))
    if len(came.kept) < KEPT:
        came.kept.append(b"".join(parts).removesuffix(b".\r\n"))
    came.count += 1
    came.last_at = time.time()
    wire.sendall(b"250 taken\r\n")
