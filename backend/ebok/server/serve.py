"""The production server: granian's web processes, the worker, and the PDF process.

granian handles connections and HTTP; `server/gate.py` reads bodies and has threads answer;
`server/processes.py` supervises the processes (docs/decisions/0003).

The application is created once and every process is a fork of this one, so they share its memory.
"""

import asyncio
import ctypes
import gc
import logging
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # pyright: ignore[reportPrivateImportUsage]
from granian.server.embed import Server

from ebok.languages import LANGUAGES, catalogue
from ebok.mail.worker import work
from ebok.pdf import service
from ebok.server import heartbeat
from ebok.server.bodies import Bodies
from ebok.server.gate import Gate
from ebok.server.port import BACKLOG, Claim
from ebok.server.processes import SECONDS_TO_FINISH, STOPPING, Process, Supervisor
from ebok.settings import Settings

SECONDS_BETWEEN_TRIMS = 5
LIBC = ctypes.CDLL(None)
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
MALLOC = {M_ARENA_MAX: 1, M_MMAP_THRESHOLD: 32 << 20, M_TRIM_THRESHOLD: 256 << 20}
"""For glibc's mallopt; other systems' libraries lack it, and are left as they are."""
LATE = (
    "cryptography.exceptions",
    "cryptography.hazmat.primitives.ciphers.aead",
    "ebok.ksef.reading",
    "lxml.etree",
    "phonenumbers",
    "pyotp",
    "pyotp.totp",
    "rapidfuzz",
    "rapidfuzz.distance",
    "zxcvbn",
    "zxcvbn.frequency_lists",
)
"""What functions import when they need it, because a command may not: here every process would.

Not `webauthn`, which takes 0.3 s and 18 MB: of all that is asked of a process it serves the few
logins of the staff by passkey (docs/decisions/0025)."""
MOST_CONNECTIONS = 4096
FILES_BESIDE = 256
MOST_BYTES_OF_HEADERS = 64 * 1024


def serve(
    settings: Settings, make_app: Callable[[Settings], Flask], with_worker: bool = True
) -> None:
    """Serve until SIGTERM or SIGINT; running requests and the mail being sent are finished first.

    Raises NoPort.
    """
    claim = Claim(settings.host, settings.port)
    # Almost nothing created before the fork is garbage; collecting takes 10 % of the start.
    gc.disable()
    multiprocessing.set_start_method("fork", force=True)
    app = make_app(settings)
    printing = service.new_socket()
    app.extensions[service.EXTENSION] = printing.getsockname()
    load_late()
    _share_memory()
    _allow_connections()
    # granian warns that backpressure settings are experimental; test_slow_clients.py tests them.
    logging.getLogger("_granian").addFilter(lambda record: "experimental" not in record.msg)
    processes = [
        Process(f"web-{number + 1}", lambda: answer(settings, app, claim))
        for number in range(settings.web_workers)
    ]
    processes.append(Process("printing", lambda: _print(printing, app)))
    if with_worker:
        processes.append(Process("worker", lambda: work(settings, app)))
    Supervisor(processes).run()


def answer(settings: Settings, app: Flask, claim: Claim) -> None:
    """Run a web process until SIGTERM or SIGINT."""
    _give_back_now_and_then()
    asyncio.run(_answer(settings, app, claim))


def _print(printing: socket.socket, app: Flask) -> None:
    # Returns the memory that eight packers of large documents used at once.
    _give_back_now_and_then()
    service.serve(printing, app)


async def _answer(settings: Settings, app: Flask, claim: Claim) -> None:
    bodies = Bodies(app, settings.prefix)
    gate = Gate(app, bodies, settings.web_threads, settings.request_seconds)
    server = Listening(
        claim.listener(settings.idle_seconds),
        gate,
        settings.host,
        settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=_most_connections(),
        http1_settings=HTTP1Settings(
            header_read_timeout=settings.idle_seconds * 1000,
            max_buffer_size=MOST_BYTES_OF_HEADERS,
        ),
    )

    def stop() -> None:
        server.stop()
        # A client that reads slowly must not keep this process from ending.
        loop.call_later(SECONDS_TO_FINISH, os._exit, 0)

    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    beats = asyncio.create_task(heartbeat.keep_beating())
    await server.serve()
    beats.cancel()


class Listening(Server):
    """granian's server on a socket opened by `Claim.listener`."""

    def __init__(self, listener: socket.socket, *place: Any, **options: Any):
        self.listener = listener
        super().__init__(*place, **options)

    def _init_shared_socket(self) -> None:
        self._shd = SocketHolder(self.listener.fileno(), False, BACKLOG)  # pyright: ignore[reportCallIssue]


def _most_connections() -> int:
    files, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(min(MOST_CONNECTIONS, files - FILES_BESIDE), 64)


def _allow_connections() -> None:
    """Raise the soft limit of open files (often 1024) to what MOST_CONNECTIONS needs."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if now < wanted:
        wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, wanted), most))


def load_late() -> None:
    """Import modules and catalogues before the fork that each process would load at first use."""
    for name in LATE:
        import_module(name)
    for language in LANGUAGES:
        catalogue(language)


def _share_memory() -> None:
    """Keep memory shared after forks (gc.freeze), and let malloc give memory back.

    Copy-on-write pages stay shared only while nobody writes to them, and the garbage collector
    writes to every object it visits. An argon2 hash takes 19 MB; with one malloc arena for all
    threads `malloc_trim` can return it.
    """
    gc.freeze()
    gc.enable()
    if hasattr(LIBC, "mallopt"):
        for option, value in MALLOC.items():
            LIBC.mallopt(option, value)


def _give_back_now_and_then() -> None:
    if hasattr(LIBC, "malloc_trim"):
        threading.Thread(target=_give_back, daemon=True).start()


def _give_back() -> None:
    """Return freed memory to the system, periodically.

    Doing so after each argon2 hash would take half as long as the hash.
    """
    while True:
        time.sleep(SECONDS_BETWEEN_TRIMS)
        LIBC.malloc_trim(0)
