"""The production server: web workers by granian, and the mail worker beside them.

Why granian: it serves 1.5 times what gunicorn does on the same view, needs no proxy to be safe
from slow clients, and starts in a fraction of a second (docs/decisions/0003).
"""

import signal
import subprocess
import sys
import threading

from granian import Granian
from granian.constants import Interfaces

from ebok.settings import Settings

SECONDS_BETWEEN_STARTS = 2


def serve(settings: Settings, with_worker: bool = True) -> None:
    """Serve until SIGTERM or SIGINT; requests and the mail in hand are finished first."""
    server = Granian(
        "ebok.app:create_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_access=False,
    )
    worker = MailWorker()
    server.on_startup(lambda: stop_at_the_first_signal(server, worker))
    if with_worker:
        server.on_startup(worker.start)
        server.on_shutdown(worker.stop)
    server.serve()


def stop_at_the_first_signal(server: Granian, worker: "MailWorker") -> None:
    """Stop once, however often one is told to.

    Telling takes locks: a second signal (Ctrl-C pressed twice, or `timeout`, which
    tells the process and then its group) would find it taken by the same thread, and hang for ever.
    So each signal is told in a thread of its own.
    """

    def stop():
        # Ctrl-C reaches the mail worker by itself: it must not be started anew.
        worker.stopping.set()
        server.signal_handler_interrupt()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=stop).start())


class MailWorker:
    """The mail worker as a process of its own, started anew if it dies."""

    def __init__(self):
        self.stopping = threading.Event()
        self.process: subprocess.Popen | None = None
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Start the process and watch it."""
        self.thread.start()

    def stop(self) -> None:
        """Ask the process to finish the mail in hand, and wait for it."""
        self.stopping.set()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
        self.thread.join(timeout=15)

    def _watch(self) -> None:
        while not self.stopping.is_set():
            self.process = subprocess.Popen([sys.executable, "-m", "ebok", "worker"])
            if self.stopping.is_set():
                self.process.terminate()
            self.process.wait()
            self.stopping.wait(SECONDS_BETWEEN_STARTS)
