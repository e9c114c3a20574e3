"""Sends HTML to the renderer, a child process, and gets the PDF.

WeasyPrint takes 45 MB that a web process would not release, holds the GIL for a tenth of a second a
page, and uses C libraries. So one child serves each process that needs PDFs; it starts on demand
and ends after a minute without work. It gets neither our environment nor a way to open files or
URLs that a document names.
"""

import logging
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

from flask_babel import lazy_gettext as lazy

from ebok.errors import Refusal

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("renderer.py")
SECONDS_FOR_A_DOCUMENT = 60
SECONDS_FOR_A_KILOBYTE = 0.3
"""Added for long documents: CPU time grows with size, 16 s for 400 kB."""
MOST_BYTES = 8 << 20
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    # Empty, so that `ctypes.util.find_library` does not run gcc and ld for each library.
    "PATH": "",
    # Libraries of Homebrew and others on macOS.
    "DYLD_FALLBACK_LIBRARY_PATH": "/opt/homebrew/lib:/usr/local/lib",
}


class CannotPrint(Refusal):
    """The document cannot be rendered: libraries are missing, or it took too long."""

    status = 503
    code = "cannot-print"
    sentence = lazy(
        "This document cannot be prepared right now. Please try again later, or call the office."
    )

    def __init__(self, reason: str = ""):
        super().__init__()
        self.reason = reason


class Renderer:
    """A renderer process: started on demand, and sent one document at a time."""

    def __init__(self, script: Path = SCRIPT, seconds: float = SECONDS_FOR_A_DOCUMENT):
        self.script, self.seconds = script, seconds
        self.lock = threading.Lock()
        self.child: subprocess.Popen[bytes] | None = None
        self.owner = 0

    def print(self, html: bytes) -> bytes:
        """The PDF of this HTML. Raises CannotPrint."""
        if len(html) > MOST_BYTES:
            raise _refusal("too-large")
        with self.lock:
            kind, answer = self._ask(html)
        if kind != b"P":
            raise _refusal(answer.decode(errors="replace") or "ended")
        return answer

    def _ask(self, html: bytes) -> tuple[bytes, bytes]:
        """The renderer's answer. It may end at any moment for lack of work, so try twice."""
        for _try in range(2):
            child = self._child()
            clock = threading.Timer(self._seconds_for(html), child.kill)
            clock.start()
            try:
                return _exchange(child, html)
            except (OSError, EOFError):
                self._stop(child)
                # Killed by the timeout: a second try would take as long.
                if not clock.is_alive():
                    break
            finally:
                clock.cancel()
        return b"F", b""

    def _seconds_for(self, html: bytes) -> float:
        """Seconds after which rendering is aborted."""
        return self.seconds * (
            1 + len(html) / 1000 * SECONDS_FOR_A_KILOBYTE / SECONDS_FOR_A_DOCUMENT
        )

    def _child(self) -> "subprocess.Popen[bytes]":
        # The renderer belongs to the process that we were forked from.
        if self.owner != os.getpid():
            self.child, self.owner = None, os.getpid()
        if self.child is None or self.child.poll() is not None:
            self.child = _start(self.script)
        return self.child

    def _stop(self, child: "subprocess.Popen[bytes]") -> None:
        child.kill()
        child.wait()
        self.child = None


def _start(script: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # WeasyPrint's warnings quote the document.
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        # Ctrl-C is for us; the child ends when its input does.
        start_new_session=True,
    )


def _exchange(child: "subprocess.Popen[bytes]", html: bytes) -> tuple[bytes, bytes]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    child.stdin.write(struct.pack(">I", len(html)) + html)
    child.stdin.flush()
    head = child.stdout.read(5)
    if len(head) < 5:
        raise EOFError
    kind, size = struct.unpack(">cI", head)
    answer = child.stdout.read(size)
    if len(answer) < size:
        raise EOFError
    return kind, answer


def _refusal(reason: str) -> CannotPrint:
    log.error("what=printing outcome=failed reason=%s", reason)
    return CannotPrint(reason)


renderer = Renderer()
