"""The process that makes PDFs and ZIPs for all processes of the installation.

Work is done a few jobs at a time and in turns, so that no web thread waits for it, and at a lower
priority than pages. Protocol on a Unix socket: a line of JSON, then as much HTML as it says; the
answer is a line of JSON once the file is there.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from ebok.files.zip_file import Entry
from ebok.parts import every
from ebok.pdf.cache import is_kept, keep, keep_zip
from ebok.pdf.client import CannotPrint, Renderer
from ebok.pdf.queue import FairQueue, Full
from ebok.server import heartbeat
from ebok.server.processes import STOPPING

log = logging.getLogger(__name__)

EXTENSION = "ebok_printing"
NICENESS = 10
MOST_WAITING, MOST_OF_ONE = 200, 24
PACKERS = 8
"""Each holds one document at a time, and mostly waits for PDFs.

A ZIP of a thousand takes minutes and must not block others; an owner has one packer at a time.
"""
SECONDS_PACKED = 120
LONGEST_LINE = 1 << 20
DONE, FULL, FAILED = "done", "full", "failed"


@dataclass(frozen=True)
class Archive:
    """A kind of ZIP; `make` yields one file after the other.

    It gets the application, a dict for results, and the arguments of the request.
    """

    name: str
    make: Callable[..., Iterator[Entry]]


def archive(name: str) -> Callable[[Callable[..., Iterator[Entry]]], Archive]:
    """Declare a kind of ZIP by its function; the feature lists it in `features.py`."""
    return lambda make: Archive(name, make)


def entries_of(
    name: str, app: Flask, told: dict[str, Any], facts: dict[str, Any]
) -> Iterator[Entry]:
    """The files of the ZIP of this name."""
    (found,) = (each for each in every("archives", Archive) if each.name == name)
    return found.make(app, told, **facts)


def new_socket() -> socket.socket:
    """The service's socket: in the abstract namespace if the system has one."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if sys.platform == "linux":
        made.bind(f"\0ebok-printing-{os.getpid()}-{os.urandom(8).hex()}")
    else:
        import tempfile

        made.bind(os.path.join(tempfile.mkdtemp(), "printing"))
    made.listen(256)
    return made


def serve(listener: socket.socket, app: Flask) -> None:
    """Run the service until SIGTERM or SIGINT."""
    os.nice(NICENESS)
    asyncio.run(_serve(listener, app))


async def _serve(listener: socket.socket, app: Flask) -> None:
    service, stop = Service(app), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    async with await asyncio.start_unix_server(
        service.answer_request, sock=listener, limit=LONGEST_LINE
    ):
        beats = loop.create_task(heartbeat.keep_beating())
        await stop.wait()
        beats.cancel()
    # Unfinished files are discarded.
    service.end()
    os._exit(0)


@dataclass
class Job:
    """A file to be made at `path` for `owner`; `made` gets the result."""

    owner: str
    path: Path
    make: Callable[[], dict[str, Any]]
    made: asyncio.Future[Any] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class WorkerPool:
    """Threads for one kind of job; at most `most_of_one` work for the same owner."""

    def __init__(self, workers: int, most_of_one: int):
        self.queue = FairQueue(MOST_WAITING, MOST_OF_ONE)
        self.pool = ThreadPoolExecutor(workers)
        self.workers, self.most_of_one = workers, most_of_one
        self.working_for: list[str] = []
        self.jobs: dict[Path, Job] = {}

    def ask(self, owner: str, path: Path, make: Callable[[], dict[str, Any]]) -> Job:
        """The job that makes this file; equal requests share it. Raises Full."""
        if path not in self.jobs:
            job = Job(owner, path, make)
            self.queue.add(owner, job)
            self.jobs[path] = job
            self.start_next()
        return self.jobs[path]

    def start_next(self) -> None:
        """Start the next jobs while a worker is free."""
        while len(self.working_for) < self.workers and (job := self.queue.take(self._served())):
            self.working_for.append(job.owner)
            asyncio.get_running_loop().create_task(self._do(job))

    def _served(self) -> set[str]:
        """The owners who have as many workers as they may."""
        counts = Counter(self.working_for)
        return {owner for owner, count in counts.items() if count >= self.most_of_one}

    async def _do(self, job: Job) -> None:
        try:
            told = await asyncio.get_running_loop().run_in_executor(self.pool, job.make)
        except CannotPrint as refusal:
            told = {"outcome": FAILED, "reason": refusal.reason}
        except Exception as fault:
            log.error("what=printing outcome=failed class=%s", type(fault).__name__)
            told = {"outcome": FAILED, "reason": type(fault).__name__}
        del self.jobs[job.path]
        job.made.set_result(told)
        self.working_for.remove(job.owner)
        self.start_next()


class Service:
    """Receives requests and makes the files."""

    def __init__(self, app: Flask):
        self.app = app
        # Half of the cores, to leave the rest to web processes.
        self.renderers = [Renderer() for _ in range(max(1, (os.cpu_count() or 1) // 2))]
        self.idle = list(self.renderers)
        self.pdfs = WorkerPool(len(self.renderers), most_of_one=len(self.renderers))
        self.archives = WorkerPool(PACKERS, most_of_one=1)
        self.packed: dict[Path, tuple[float, dict[str, Any]]] = {}

    async def answer_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request. If its client is gone by then, the file stays cached for the next."""
        try:
            if _is_of_this_user(writer.get_extra_info("socket")):
                told = await self._result(json.loads(await reader.readline()), reader)
                writer.write(json.dumps(told).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _result(self, asked: dict[str, Any], reader: asyncio.StreamReader) -> dict[str, Any]:
        path = Path(asked["path"])
        try:
            if "pack" in asked:
                return await self._packed(asked, path)
            html = await reader.readexactly(asked["size"])
            job = self.pdfs.ask(asked["owner"], path, lambda: self._print(html, path))
            return await asyncio.shield(job.made)
        except Full:
            return {"outcome": FULL}

    def _print(self, html: bytes, path: Path) -> dict[str, Any]:
        if not is_kept(path):
            renderer = self.idle.pop()
            try:
                keep(path, renderer.print(html))
            finally:
                self.idle.append(renderer)
        return {"outcome": DONE}

    async def _packed(self, asked: dict[str, Any], path: Path) -> dict[str, Any]:
        """Pack a ZIP, unless it was just packed for a browser that was told to retry."""
        moment = time.monotonic()
        self.packed = {
            each: (at, told)
            for each, (at, told) in self.packed.items()
            if moment - at < SECONDS_PACKED and each.exists()
        }
        if path in self.packed:
            return self.packed[path][1]
        job = self.archives.ask(asked["owner"], path, lambda: self._pack(asked, path))
        told = await asyncio.shield(job.made)
        if told["outcome"] == DONE:
            self.packed[path] = (moment, told)
        return told

    def _pack(self, asked: dict[str, Any], path: Path) -> dict[str, Any]:
        told: dict[str, Any] = {}
        keep_zip(path, entries_of(asked["pack"], self.app, told, asked["facts"]))
        return {"outcome": DONE, **told}

    def end(self) -> None:
        """Kill all renderers."""
        for renderer in self.renderers:
            if renderer.child:
                renderer.child.kill()


def _is_of_this_user(line: socket.socket) -> bool:
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _pid, user, _group = struct.unpack(
        "3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    )
    return user == os.getuid()
