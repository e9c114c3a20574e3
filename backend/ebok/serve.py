"""The production server: web processes by granian, and the mail worker beside them.

Why granian: it serves 1.5 times what gunicorn does on the same view, needs no proxy to be safe
from slow clients, and starts in a fraction of a second (docs/decisions/0003).

The application is made once, and every process is a fork of this one: they share its memory, and
none has to load it for itself.
"""

import ctypes
import gc
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from ebok.mail.worker import STOPPING, work
from ebok.settings import Settings

SECONDS_BETWEEN_STARTS = 2
SECONDS_BETWEEN_TRIMS = 5
LIBC = ctypes.CDLL(None)
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
MALLOC = {M_ARENA_MAX: 1, M_MMAP_THRESHOLD: 32 << 20, M_TRIM_THRESHOLD: 256 << 20}
"""For glibc's mallopt; other systems' libraries lack it, and are left as they are."""


def serve(settings: Settings, with_worker: bool = True) -> None:
    """Serve until SIGTERM or SIGINT; requests and the mail in hand are finished first."""
    # The application collects every feature, so no feature can be loaded after it at import time.
    from ebok.app import create_app

    multiprocessing.set_start_method("fork", force=True)
    app = create_app(settings)
    _share_memory()
    server = Granian(
        "ebok.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
        log_access=False,
    )
    worker = MailWorker(lambda: work(settings, app))
    server.on_startup(lambda: stop_at_the_first_signal(server, worker))
    if with_worker:
        server.on_startup(worker.start)
        server.on_shutdown(worker.stop)
    server.serve(target_loader=lambda: _begin(app, worker), wrap_loader=False)


def _share_memory() -> None:
    """Have the processes that come of this one share its memory, and give back what they do not.

    A page of memory that is written to is shared no longer, and the collector writes into each
    object that it looks at. A password's hash takes 19 MB, and malloc would keep a place of its own
    for every thread that ever made one: with one place for all, `malloc_trim` gives it back.
    """
    gc.collect()
    gc.freeze()
    if hasattr(LIBC, "mallopt"):
        for option, value in MALLOC.items():
            LIBC.mallopt(option, value)


def _begin(app: Flask, worker: "MailWorker") -> Flask:
    """The application for a web process, which now and then gives back what it used.

    To give back after each hash would take half as long as the hash itself.
    """
    # The signal reached this process when it did not listen yet, but did what its parent does.
    if worker.is_stopping:
        raise SystemExit
    # Its parent looks after the mail worker by this; here it would be told of a typesetter's end.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def give_back() -> None:
        while True:
            time.sleep(SECONDS_BETWEEN_TRIMS)
            LIBC.malloc_trim(0)

    if hasattr(LIBC, "malloc_trim"):
        threading.Thread(target=give_back, daemon=True).start()
    return app


def stop_at_the_first_signal(server: Granian, worker: "MailWorker") -> None:
    """Stop once, however often one is told to.

    Granian's own handler takes a lock: a second signal (Ctrl-C pressed twice, or `timeout`, which
    tells the process and then its group) would find it taken by the same thread, and hang for ever.
    """

    def stop(number, frame):
        if not worker.is_stopping:
            # Ctrl-C reaches the mail worker by itself: it must not be started anew.
            worker.is_stopping = True
            server.signal_handler_interrupt(number, frame)

    for number in STOPPING:
        signal.signal(number, stop)


class MailWorker:
    """The mail worker as a process of its own, started anew if it dies.

    By signals, not by a thread: granian forks, and a fork while a thread holds a lock would leave
    that lock closed in the new process for ever.
    """

    def __init__(self, work: Callable[[], None]):
        self.work = work
        self.is_stopping = False
        self.process: multiprocessing.Process | None = None

    def start(self) -> None:
        """Start the process, and look after it."""
        self._start()
        signal.signal(
            signal.SIGCHLD, lambda *_: self._has_died() and signal.alarm(SECONDS_BETWEEN_STARTS)
        )
        signal.signal(signal.SIGALRM, lambda *_: self._has_died() and self._start())

    def stop(self) -> None:
        """Ask the process to finish the mail in hand, and wait for it."""
        self.is_stopping = True
        if self.process.is_alive():
            self.process.terminate()
        self.process.join()

    def _start(self) -> None:
        self.process = multiprocessing.Process(target=self._run)
        # Told to stop before it can listen, it would do what this process does, and stay.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        self.process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def _run(self) -> None:
        # What `ps` and `top` call it; it would be a third "python" there.
        with suppress(OSError):
            Path("/proc/self/comm").write_text("ebok worker")
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.work()

    def _has_died(self) -> bool:
        return not self.is_stopping and not self.process.is_alive()
