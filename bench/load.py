"""A few callers with keep-alive connections, on loopback."""

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

CALLERS = 4


def call(
    port: int, count: int, status: int, method: str, path: str, body: str, headers: dict
) -> None:
    """Ask `count` times in all, and insist on this status."""

    def ask(times: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        for _ in range(times):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = response.read()
            assert response.status == status, (path, response.status, answer[:300])
        connection.close()

    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(ask, [count // CALLERS] * CALLERS))
