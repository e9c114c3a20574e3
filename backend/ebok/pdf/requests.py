"""Gets a PDF or ZIP: from the cache, else from the service, or without one by rendering here.

A web thread never waits. It raises NotYet, the gate waits for the service, and then repeats the
request, which finds the file (`server/gate.py`).
"""

import asyncio
import json
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app, has_request_context, request
from flask_babel import lazy_gettext as lazy

from ebok import limits, settings
from ebok.errors import Refusal, TooMany
from ebok.pdf import cache
from ebok.pdf.client import CannotPrint, renderer
from ebok.pdf.service import DONE, EXTENSION, FAILED, LONGEST_LINE, entries_of
from ebok.pdf.templates import html
from ebok.server.gate import WAIT, WAITED

SECONDS_TO_WAIT = 45
"""Shorter than proxies wait for a response."""
SECONDS_UNTIL_AGAIN = 15
LATE = "late"
HOUR = timedelta(hours=1)


class NotYet(Refusal):
    """The file is being made, or the queue is full."""

    status = 503
    code = "busy"
    sentence = lazy("This is being prepared. Please try again in a moment.")

    def __init__(self):
        super().__init__(retry_after_seconds=SECONDS_UNTIL_AGAIN)


class Cost(NamedTuple):
    """A rate limit of `owner`, a customer code, that is consumed if something must be made."""

    owner: str
    limit: str
    most: int

    def spend(self) -> None:
        """Consume one attempt of this hour. Raises TooMany."""
        if self.limit and not limits.consume(self.limit, self.owner, self.most, HOUR):
            raise TooMany()

    def give_back(self) -> None:
        """Refund the attempt."""
        if self.limit:
            limits.refund(self.limit, self.owner)


def obtain(name: str, lang: str, owner: str, **context: Any) -> bytes:
    """The PDF of a template, for callers that can wait: the mail worker, and packers of ZIPs."""
    made = html(name, lang, **context).encode()
    path = cache.path_of(made, settings.current())
    if not cache.is_kept(path):
        _make(made, path, owner)
    return path.read_bytes()


def _make(made: bytes, path: Path, owner: str) -> None:
    address = current_app.extensions.get(EXTENSION)
    told = (
        _ask_and_wait(address, *_pdf_request(made, path, owner)) if address else {"outcome": LATE}
    )
    if told["outcome"] == FAILED:
        raise CannotPrint(told["reason"])
    if told["outcome"] != DONE:
        cache.keep(path, renderer.print(made))


def ask(name: str, lang: str, cost: Cost, **context: Any) -> Path:
    """Path of the PDF of a template, for a web request.

    Raises NotYet, CannotPrint, TooMany.
    """
    made = html(name, lang, **context).encode()
    path = cache.path_of(made, settings.current())
    if not cache.is_kept(path):
        _request(_pdf_request(made, path, cost.owner), cost, lambda: _make(made, path, cost.owner))
    return path


def ask_pack(name: str, key: str, cost: Cost, facts: dict[str, Any]) -> dict[str, Any]:
    """The result of packing this ZIP, with its `path`. Raises as `ask`."""
    path = cache.folder(settings.current(), "zip") / f"{key}.zip"
    told: dict[str, Any] = {}

    def here() -> None:
        cache.keep_zip(path, entries_of(name, current_app._get_current_object(), told, facts))  # pyright: ignore[reportAttributeAccessIssue]

    head = {"owner": cost.owner, "path": str(path), "pack": name, "facts": facts}
    found = _request((head, b""), cost, here)
    return {"path": path, **(found or told)}


def _pdf_request(made: bytes, path: Path, owner: str) -> tuple[dict[str, Any], bytes]:
    return {"owner": owner, "path": str(path), "size": len(made)}, made


def _request(asked: tuple[dict[str, Any], bytes], cost: Cost, here: Callable[[], None]):
    """The service's answer after the gate has waited for it; else raise NotYet."""
    told = request.environ.get(WAITED) if has_request_context() else None
    if told and told["outcome"] == DONE:
        return told
    if told and told["outcome"] == FAILED:
        raise CannotPrint(told["reason"])
    if told:
        # Nothing was delivered, so the rate limit is refunded.
        cost.give_back()
        raise NotYet()
    cost.spend()
    if (address := current_app.extensions.get(EXTENSION)) is None:
        here()
        return None
    request.environ[WAIT] = lambda: _ask(address, *asked)
    raise NotYet()


async def _ask(address: str, head: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Ask without a thread, and wait some time for the answer."""
    try:
        async with asyncio.timeout(SECONDS_TO_WAIT):
            reader, writer = await asyncio.open_unix_connection(address, limit=LONGEST_LINE)
            try:
                writer.write(_written(head, body))
                return json.loads(await reader.readline())
            finally:
                writer.close()
    except (OSError, ValueError):
        # TimeoutError is an OSError; the service may be starting anew.
        return {"outcome": LATE}


def _ask_and_wait(address: str, head: dict[str, Any], body: bytes) -> dict[str, Any]:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(address)
            line.sendall(_written(head, body))
            with line.makefile("rb") as answer:
                return json.loads(answer.readline())
    except (OSError, ValueError):
        return {"outcome": LATE}


def _written(head: dict[str, Any], body: bytes) -> bytes:
    return json.dumps(head).encode() + b"\n" + body
