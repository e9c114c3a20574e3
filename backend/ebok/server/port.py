"""The port: claimed by one installation, shared by its web processes (SO_REUSEPORT)."""

import errno
import os
import socket
import sys
import time

SECONDS_TO_CLAIM = 5
BACKLOG = 4096
"""Connections that wait to be taken: as many as a process keeps, where the system lets it
(`net.core.somaxconn`). Who finds no place there believes to be connected, and is heard late."""


class NoPort(Exception):
    """Why this address cannot be served; a sentence for the operator."""


class Claim:
    """The exclusive right to serve an address, held until this process and its forks have ended.

    SO_REUSEPORT alone would let a second installation listen, too, and take half of the requests.
    """

    def __init__(self, host: str, port: int):
        self.host, self.port = host, port
        self.family = socket.AF_INET6 if ":" in host else socket.AF_INET
        ends_tick = time.monotonic() + SECONDS_TO_CLAIM
        while True:
            try:
                self._claim()
                return
            except OSError as fault:
                # Processes of an installation that was killed take a moment to end.
                if fault.errno != errno.EADDRINUSE or time.monotonic() > ends_tick:
                    raise NoPort(self._why(fault)) from None
                time.sleep(0.1)

    def listener(self, idle_seconds: int) -> socket.socket:
        """A listening socket for this web process."""
        made = self._socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Inherited by every connection: closed when a client reads nothing for so long.
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, idle_seconds * 1000)
        made.bind((self.host, self.port))
        made.listen(BACKLOG)
        return made

    def _socket(self) -> socket.socket:
        made = socket.socket(self.family, socket.SOCK_STREAM)
        # Connections in TIME_WAIT do not block the address.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return made

    def _claim(self) -> None:
        held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # In the abstract namespace: the kernel frees it with the last process that holds it.
            if sys.platform == "linux":
                held.bind(f"\0ebok {self.host} {self.port}")
            with self._socket() as probe:
                probe.bind((self.host, self.port))
                # Without listen() another process could still bind and listen.
                probe.listen(1)
        except OSError:
            held.close()
            raise
        self._held = held

    def _why(self, fault: OSError) -> str:
        where = f"{self.host}:{self.port}"
        if fault.errno == errno.EADDRINUSE:
            return f"{where} is in use: another office or program listens there"
        return f"{where} cannot be listened on: {os.strerror(fault.errno or 0)}"
