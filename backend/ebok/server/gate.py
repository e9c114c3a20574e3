"""The gate between granian and the application: a thread is taken once the body is complete.

granian speaks HTTP, and an idle connection costs it only memory (RSGI); the application is WSGI
with a few threads. The gate reads bodies in one event loop, within a time limit and the view's size
limit (`bodies.py`), so that slow senders occupy no thread. Bodies too large for memory (bundles of
billing) are read as streams by threads of their own.
"""

import asyncio
import io
import logging
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from ebok.files.sending import file_of
from ebok.server.bodies import REFUSED, Bodies

log = logging.getLogger(__name__)

STREAMING_THREADS = 2
"""One reads a bundle; the other refuses further bundles meanwhile."""
SECONDS_BETWEEN_PARTS = 30
LEAST_BYTES_A_SECOND = 10_000
SECONDS_OF_GRACE = 60
WAIT, WAITED = "ebok.wait", "ebok.waited"
"""Keys in the WSGI environment: a function returning a coroutine to await without a thread, set by
the view; and its result, when the view is called again."""
TOO_LARGE, TOO_SLOW = 413, 408
CLOSING = ("408", "413")

BASE = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "ebok",
    "wsgi.errors": sys.stderr,
    # Chunked bodies have no Content-Length.
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.url_scheme": "http",
    "wsgi.version": (1, 0),
}
NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
MOST_NAMES = 200


class Broken(OSError):
    """The line was cut, or nothing more came for too long."""


class Gate:
    """The application as granian calls it, with `threads` that work for it in this process."""

    def __init__(self, app: Callable[..., Any], bodies: Bodies, threads: int, seconds: float):
        self.app, self.bodies, self.seconds = app, bodies, seconds
        self.forms, self.streams = SimpleQueue(), SimpleQueue()
        self.sizes = ((self.forms, threads), (self.streams, STREAMING_THREADS))

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        for queue, count in self.sizes:
            for _ in range(count):
                threading.Thread(target=self._work, args=(queue,), daemon=True).start()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if not _has_body(scope):
            await self._answer(self.forms, scope, proto, {})
            return
        body = self.bodies.at(scope.method, scope.path)
        if body.is_streamed:
            stream = Stream(proto, self.loop, _length(scope))
            await self._answer(self.streams, scope, proto, {"wsgi.input": stream})
        else:
            gathered = await self._gathered(scope, proto, body.most_bytes)
            await self._answer(self.forms, scope, proto, gathered)

    async def _gathered(self, scope: Any, proto: Any, most: int) -> dict[str, Any]:
        """Environment entries with the complete body, or with the status that refuses it."""
        try:
            async with asyncio.timeout(self.seconds):
                return {"wsgi.input": io.BytesIO(await _whole(proto, _length(scope), most))}
        except (BodyTooLarge, TimeoutError) as fault:
            return {REFUSED: TOO_LARGE if isinstance(fault, BodyTooLarge) else TOO_SLOW}

    async def _answer(
        self, queue: "SimpleQueue[Any]", scope: Any, proto: Any, more: dict[str, Any]
    ) -> None:
        """Have a thread answer; if the view asks to wait, await that here and call it again."""
        done = self.loop.create_future()
        queue.put((scope, proto, more, done))
        later = await done
        if later is not None:
            more[WAITED] = await later()
            again = self.loop.create_future()
            queue.put((scope, proto, more, again))
            await again

    def _work(self, queue: SimpleQueue[Any]) -> None:
        while True:
            # In a call of its own, so that no local keeps the last request alive while the thread
            # waits: granian holds a connection open as long as anything refers to its request.
            self._take(*queue.get())

    def _take(
        self, scope: Any, proto: Any, more: dict[str, Any], done: asyncio.Future[Any]
    ) -> None:
        later = None
        try:
            later = self._serve(scope, proto, more)
        except Exception as fault:
            # Flask turns exceptions of views into answers: this one comes from the gate itself.
            log.error("outcome=not-answered class=%s", type(fault).__name__)
            proto.response_empty(500, [])
        self.loop.call_soon_threadsafe(done.set_result, later)

    def _serve(self, scope: Any, proto: Any, more: dict[str, Any]):
        """Answer and return None, or return the function whose coroutine must be awaited first."""
        # A new dict for each call: the application writes into it.
        environ, started = environ_of(scope), []
        environ.update(more)
        parts = self.app(environ, lambda *told: started.append(told))
        try:
            if (later := environ.get(WAIT)) is not None:
                return later
            status, headers = started[-1][:2]
            # Unread bytes of this body must not be parsed as the next request.
            if status[:3] in CLOSING or not _is_read(more):
                headers = [*headers, ("Connection", "close")]
            if path := file_of(parts):
                proto.response_file(int(status[:3]), headers, str(path))
            else:
                proto.response_bytes(int(status[:3]), headers, b"".join(parts))
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return None


def _is_read(more: dict[str, Any]) -> bool:
    body = more.get("wsgi.input")
    return REFUSED not in more and (not isinstance(body, Stream) or body.is_spent)


class BodyTooLarge(Exception):
    """The body exceeds the limit of its view."""


class Stream:
    """A body read by a thread while it arrives, as `wsgi.input`; `is_spent` once all was read."""

    def __init__(self, proto: Any, loop: asyncio.AbstractEventLoop, length: int | None):
        self.proto, self.loop, self.left = proto, loop, length
        self.parts, self.rest, self.has_ended = None, b"", False
        self.began, self.came = loop.time(), 0

    @property
    def is_spent(self) -> bool:
        return self.has_ended and not self.rest

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, b"" at the end. Raises Broken."""
        if not self.rest and not self.has_ended:
            self.rest = self._next()
        size = len(self.rest) if size < 0 else size
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def _next(self) -> bytes:
        part = asyncio.run_coroutine_threadsafe(self._part(), self.loop).result()
        self.came += len(part)
        lasted = self.loop.time() - self.began - SECONDS_OF_GRACE
        if part and lasted * LEAST_BYTES_A_SECOND > self.came:
            raise Broken
        self.has_ended = not part or self.came == self.left
        return part

    async def _part(self) -> bytes:
        if self.parts is None:
            self.parts = aiter(self.proto)
        try:
            # Not wait_for: it would keep a reference to every part.
            async with asyncio.timeout(SECONDS_BETWEEN_PARTS):
                # Not anext(…, b""): with granian's iterator that cannot be cancelled.
                return await anext(self.parts)
        except (StopAsyncIteration, TimeoutError):
            return b""


async def _whole(proto: Any, length: int | None, most: int) -> bytes:
    if length is not None and length > most:
        raise BodyTooLarge
    if length is not None:
        # granian reads no more than Content-Length.
        return await proto()
    parts, size = [], 0
    async for part in proto:
        size += len(part)
        if size > most:
            raise BodyTooLarge
        # granian ends a chunked body with an empty part.
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _has_body(scope: Any) -> bool:
    headers = scope.headers
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _length(scope: Any) -> int | None:
    told = scope.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else None


def environ_of(scope: Any) -> dict[str, Any]:
    """The WSGI environment of a request.

    Headers with an underscore in their name are dropped: in WSGI a visitor's `X_Forwarded_For`
    would be the same key as the proxy's `X-Forwarded-For`.
    """
    environ = BASE | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.input": io.BytesIO(),
    }
    environ["REMOTE_ADDR"] = scope.client.rpartition(":")[0].strip("[]")
    environ["SERVER_NAME"], _, environ["SERVER_PORT"] = scope.server.rpartition(":")
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = NAMES.get(name) or _key(name)
        if key in environ:
            environ[key] += (";" if name == "cookie" else ",") + value
        else:
            environ[key] = value
    environ.setdefault("HTTP_HOST", scope.authority or "")
    return environ


def _key(name: str) -> str:
    key = "HTTP_" + name.upper().replace("-", "_")
    # Bounded, because visitors can send any number of made-up names.
    if len(NAMES) < MOST_NAMES:
        NAMES[name] = key
    return key
