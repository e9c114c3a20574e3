"""What a first visit of a page carries over the wire: the page and what it asks for."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection

import brotli

from bench.house import offices
from bench.rounds import goal

KILOBYTE = 1_000
PAGES = {"first view": "/", "registration": "/rejestracja"}
ASKED_FOR = re.compile(r'<(?:link|script|img|source)[^>]+(?:href|src)="(/[^"]+)"')


def compare() -> Iterator[str]:
    """Two rows of the table for each page."""
    for _kind, office in offices(("SQLite",)):
        with office:
            for what, path in PAGES.items():
                sizes = _weigh(office.port, path)
                yield goal(f"{what}, brotli and headers", "–", sum(sizes) / KILOBYTE, 50, "kB")
                yield goal(f"{what}, requests", "–", len(sizes), 6, "")


def _weigh(port: int, path: str) -> list[int]:
    """The bytes of each answer, in a browser that has none of them yet."""
    page, weight = _fetch(port, path)
    return [weight, *(_fetch(port, name)[1] for name in set(ASKED_FOR.findall(page.decode())))]


def _fetch(port: int, path: str) -> tuple[bytes, int]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": "br"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
    packed = response.getheader("Content-Encoding") == "br"
    return brotli.decompress(body) if packed else body, len(body) + head
