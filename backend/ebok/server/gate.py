"""The gate between granian and the application: a thread is taken when a request is whole.

granian speaks HTTP and has a connection cost nothing but memory (RSGI); the application is WSGI and
has a few threads. Between the two, in one event loop, bodies are gathered: within a time and a
size, so that whoever sends slowly waits alone. The size is what the view says (`bodies.py`). What
is more than fits into memory, a bundle of billing, has threads of its own, which read the stream as
it comes.
"""

import asyncio
import io
import logging
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue

from ebok.files.sending import file_of
from ebok.server.bodies import REFUSED, Bodies

log = logging.getLogger(__name__)

STREAMING_THREADS = 2
"""One takes a bundle, the other tells whoever comes meanwhile that it is taken."""
SECONDS_BETWEEN_PARTS = 30
LEAST_BYTES_A_SECOND = 10_000
SECONDS_OF_GRACE = 60
WAIT, WAITED = "ebok.wait", "ebok.waited"
"""What a view leaves to be waited for, a function that gives a coroutine; and what that gave."""
TOO_LARGE, TOO_SLOW = 413, 408
CLOSING = ("408", "413")

BASE = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "ebok",
    "wsgi.errors": sys.stderr,
    # Of what is sent in chunks nobody tells the length.
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

    def __init__(self, app: Callable, bodies: Bodies, threads: int, seconds: float):
        self.app, self.bodies, self.seconds = app, bodies, seconds
        self.forms, self.streams = SimpleQueue(), SimpleQueue()
        self.sizes = ((self.forms, threads), (self.streams, STREAMING_THREADS))

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        for queue, count in self.sizes:
            for _ in range(count):
                threading.Thread(target=self._work, args=(queue,), daemon=True).start()

    async def __rsgi__(self, scope, proto) -> None:
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

    async def _gathered(self, scope, proto, most: int) -> dict:
        """The whole body for the application, or why there is none."""
        try:
            async with asyncio.timeout(self.seconds):
                return {"wsgi.input": io.BytesIO(await _whole(proto, _length(scope), most))}
        except (TooMuch, TimeoutError) as fault:
            return {REFUSED: TOO_LARGE if isinstance(fault, TooMuch) else TOO_SLOW}

    async def _answer(self, queue, scope, proto, more: dict) -> None:
        """Have a thread answer; once more, when what is waited for without one is there."""
        done = self.loop.create_future()
        queue.put((scope, proto, more, done))
        later = await done
        if later is not None:
            more[WAITED] = await later()
            again = self.loop.create_future()
            queue.put((scope, proto, more, again))
            await again

    def _work(self, queue: SimpleQueue) -> None:
        while True:
            # In a call of its own: a thread that waits must hold nothing of what it has answered.
            # A body that never came is part of that, and granian keeps its connection open so long.
            self._take(*queue.get())

    def _take(self, scope, proto, more: dict, done: asyncio.Future) -> None:
        later = None
        try:
            later = self._serve(scope, proto, more)
        except Exception as fault:
            # Flask answers faults itself: this is one of ours, here, or of what answers.
            log.error("outcome=not-answered class=%s", type(fault).__name__)
            proto.response_empty(500, [])
        self.loop.call_soon_threadsafe(done.set_result, later)

    def _serve(self, scope, proto, more: dict):
        """Answer; or return what to wait for first."""
        # Made anew each time, as the application writes into it.
        environ, started = environ_of(scope), []
        environ.update(more)
        parts = self.app(environ, lambda *told: started.append(told))
        try:
            if (later := environ.get(WAIT)) is not None:
                return later
            status, headers = started[-1][:2]
            # What was not read of a request must not be taken for the next one.
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


def _is_read(more: dict) -> bool:
    body = more.get("wsgi.input")
    return REFUSED not in more and (not isinstance(body, Stream) or body.is_spent)


class TooMuch(Exception):
    """The body is longer than any that its door takes."""


class Stream:
    """A body that is read as it comes, by a thread of its own. `is_spent`: all of it came."""

    def __init__(self, proto, loop: asyncio.AbstractEventLoop, length: int | None):
        self.proto, self.loop, self.left = proto, loop, length
        self.parts, self.rest, self.has_ended = None, b"", False
        self.began, self.came = loop.time(), 0

    @property
    def is_spent(self) -> bool:
        return self.has_ended and not self.rest

    def read(self, size: int = -1) -> bytes:
        """Some bytes, at most `size`; none at the end. Raises Broken."""
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
            # Not wait_for, which keeps what it was given, and with it every part.
            async with asyncio.timeout(SECONDS_BETWEEN_PARTS):
                # Not anext(…, b""), which cannot be cancelled over what granian gives.
                return await anext(self.parts)
        except (StopAsyncIteration, TimeoutError):
            return b""


async def _whole(proto, length: int | None, most: int) -> bytes:
    if length is not None and length > most:
        raise TooMuch
    if length is not None:
        # More than it says does not come.
        return await proto()
    parts, size = [], 0
    async for part in proto:
        size += len(part)
        if size > most:
            raise TooMuch
        # The last one is empty.
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _has_body(scope) -> bool:
    headers = scope.headers
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _length(scope) -> int | None:
    told = scope.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else None


def environ_of(scope) -> dict:
    """The request for the application, as WSGI has it.

    A name with an underscore is left out: WSGI could not tell it from one with a hyphen, and
    `X_Forwarded_For` is what a visitor wrote, `X-Forwarded-For` what the proxy did.
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
    # Anybody can make up names.
    if len(NAMES) < MOST_NAMES:
        NAMES[name] = key
    return key
