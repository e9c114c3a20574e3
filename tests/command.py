"""`ebok …` as a process of its own, forked from one that has read the code already (`warm`).

Importing takes longer than most commands run, and most of an installation's start.
"""

import codecs
import gc
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from types import ModuleType
from unittest.mock import patch

from patience import HANG_SECONDS

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["warm"])


@dataclass(frozen=True)
class Bounds:
    """Restrictions of a command: another user, a limit of file sizes.

    `settled`: files in the inbox are complete at once. `late_seconds`: by so many the clock is
    ahead for who looks whether bundles wait. `usual_config`: where the machine's settings are.
    `beat_seconds`: between two heartbeats. `part_seconds`: between two parts of a bundle.
    `checks`: the doctor makes these only, as all of them print a PDF and write every letter.
    `look_seconds`: between two looks of a worker that nobody rang for. `rest_seconds`: for so long
    it rests each time that the mail server is in trouble.
    `collects`: whether what refers to itself is ever found and thrown away.
    """

    user: int = 0
    groups: tuple[int, ...] = ()
    most_bytes: int = 0
    settled: bool = False
    late_seconds: int = 0
    usual_config: str = ""
    beat_seconds: float = 0
    part_seconds: float = 0
    checks: tuple[str, ...] = ()
    look_seconds: float = 0
    rest_seconds: float = 0
    collects: bool = True

    def apply(self) -> None:
        """Bind this process; it has read its code already, which another user might not."""
        from ebok import languages

        for language in languages.LANGUAGES:
            languages.catalogue(language)
        for encoding in ("cp437", "cp1250", "utf-8-sig"):
            codecs.lookup(encoding)
        if self.settled:
            from ebok.billing import operations_inbox as inbox

            inbox.SETTLED_SECONDS = inbox.BROKEN_SECONDS = 0
        if self.usual_config:
            from ebok.settings import places

            places.USUAL_CONFIG = Path(self.usual_config)
        if self.late_seconds:
            from ebok.billing import jobs_inbox

            jobs_inbox.WAITING_SECONDS -= self.late_seconds
        if self.beat_seconds:
            from ebok.server import heartbeat

            heartbeat.BEAT_SECONDS = self.beat_seconds
        if self.part_seconds:
            from ebok.server import gate

            gate.SECONDS_BETWEEN_PARTS = self.part_seconds
        if self.checks:
            from ebok import doctor

            every = doctor.every
            doctor.every = lambda *part: [e for e in every(*part) if e.name in self.checks]
        if self.look_seconds:
            from ebok.mail import bell

            bell.LOOK_SECONDS = self.look_seconds
        if self.rest_seconds:
            from ebok.mail import delivering

            delivering.FIRST_PAUSE_SECONDS = delivering.LONGEST_PAUSE_SECONDS = self.rest_seconds
        if not self.collects:
            gc.disable()
        if self.most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.most_bytes, self.most_bytes))
        if self.user:
            os.setgroups(self.groups)
            os.setresgid(self.user, self.user, self.user)
            os.setresuid(self.user, self.user, self.user)


@contextmanager
def _of_no_program() -> Iterator[None]:
    """Forks find `warm` in this folder, and do not run again the program that the tests run in."""
    program, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        with patch.dict(os.environ, PYTHONPATH=str(Path(__file__).parent)):
            yield
    finally:
        sys.modules["__main__"] = program


class Running:
    """A process of `ebok …`, to be asked as one of `subprocess`."""

    def __init__(self, process: BaseProcess):
        self._process = process
        with _of_no_program():
            process.start()
        self.pid = process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, or None as long as it has not."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for its end."""
        self._process.join(seconds)
        if self.returncode is None:
            raise TimeoutExpired("ebok", seconds)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def fork(work: Callable, *arguments, out: Path, err: Path) -> Running:
    """Fork a process that calls `work`; its output is appended to these files."""
    told = (work, arguments, str(out), str(err))
    return Running(FORKS.Process(target=_write_to, args=told))


def start_ebok(
    environment: dict[str, str],
    *arguments: str,
    out: Path,
    err: Path,
    bounds: Bounds | None = None,
    folder: str = "",
) -> Running:
    """Start it in this environment."""
    return fork(_be, environment, arguments, bounds, folder, out=out, err=err)


def run_ebok(
    environment: dict[str, str],
    *arguments: str,
    bounds: Bounds | None = None,
    folder: str = "",
) -> CompletedProcess:
    """Run `ebok` to its end in this environment, with its output as text."""
    with tempfile.TemporaryDirectory() as home:
        out, err = Path(home, "out"), Path(home, "err")
        process = start_ebok(
            environment, *arguments, out=out, err=err, bounds=bounds, folder=folder
        )
        try:
            process.wait(HANG_SECONDS)
        except TimeoutExpired:
            process.kill()
            process.wait()
        return CompletedProcess(arguments, process.returncode, out.read_text(), err.read_text())


def _write_to(work: Callable, arguments: tuple, out: str, err: str) -> None:
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, stream.fileno())
        os.close(opened)
    work(*arguments)


def _be(
    environment: dict[str, str],
    arguments: tuple[str, ...],
    bounds: Bounds | None,
    folder: str,
) -> None:
    os.chdir(folder or ".")
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ebok", *arguments]
    from ebok.billing import jobs_inbox
    from ebok.cli import main

    # A bundle is to be taken while a test waits for it.
    jobs_inbox.POLL_SECONDS = 0.5
    if bounds:
        bounds.apply()
    main()
