"""A load generator: a few callers with keep-alive connections on loopback.

HTTP is written by hand: a library would use as much processor time as the server.
"""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

CALLERS = 4
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


@dataclass(frozen=True)
class Question:
    """A request and its expected status."""

    status: int
    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def written(self, port: int) -> bytes:
        """The request as bytes."""
        headers = {
            "Host": f"127.0.0.1:{port}",
            "Content-Length": str(len(self.body)),
            **self.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{lines}\r\n{self.body}".encode()


def call(port: int, count: int, question: Question, callers: int = CALLERS) -> None:
    """Send `count` requests in all by `callers` threads; raise for another status."""
    request, expected = question.written(port), f"HTTP/1.1 {question.status} ".encode()

    def ask(times: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            for _ in range(times):
                connection.sendall(request)
                answer = _read(connection)
                assert answer.startswith(expected), (question.path, answer[:600])

    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(ask, [count // callers] * callers))


def wait_for(port: int, question: Question) -> None:
    """Wait until a starting server answers."""
    for _ in range(2_000):
        try:
            return call(port, CALLERS, question)
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server does not answer")


def _read(connection: socket.socket) -> bytes:
    """Read one answer; all have a Content-Length."""
    answer = b""
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += _some(connection)
    length = int(LENGTH.search(answer)[1])
    while len(answer) < end + 4 + length:
        answer += _some(connection)
    return answer


def _some(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise ConnectionResetError("the server hung up")
    return part
