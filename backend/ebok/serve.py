"""The production server: web workers by granian, and the mail worker beside them.

Why granian: it serves 1.5 times what gunicorn does on the same view, needs no proxy to be safe
from slow clients, and starts in a fraction of a second (docs/decisions/0003).
"""

import signal
import subprocess
import sys

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
        workers_kill_timeout=8,
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

    Granian's own handler takes a lock: a second signal (Ctrl-C pressed twice, or `timeout`, which
    tells the process and then its group) would find it taken by the same thread, and hang for ever.
    """

    def stop(number, frame):
        if not worker.is_stopping:
            # Ctrl-C reaches the mail worker by itself: it must not be started anew.
            worker.is_stopping = True
            server.signal_handler_interrupt(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


class MailWorker:
    """The mail worker as a process of its own, started anew if it dies.

    By signals, not by a thread: granian forks, and a fork while a thread starts a process would
    hand that process's pipes to a web process, which never closes them.
    """

    def __init__(self):
        self.is_stopping = False
        self.process: subprocess.Popen | None = None

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
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()

    def _start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "ebok", "worker"])

    def _has_died(self) -> bool:
        return not self.is_stopping and self.process.poll() is not None
