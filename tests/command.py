"""`ebok …` as a process of its own, forked from one that has read the code already.

To import everything takes longer than most commands work.
"""

import codecs
import multiprocessing
import os
import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from patience import HANG_SECONDS

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["ebok.cli"])


@dataclass(frozen=True)
class Bounds:
    """What a command must do with: another user's rights, files of so many bytes at most.

    `settled`: files in the inbox are complete at once. `late_seconds`: by so many the clock is
    ahead for who looks whether bundles wait. `usual_config`: where the machine's settings are.
    """

    user: int = 0
    groups: tuple[int, ...] = ()
    most_bytes: int = 0
    settled: bool = False
    late_seconds: int = 0
    usual_config: str = ""

    def apply(self) -> None:
        """Bind this process; it has read its code already, which another user might not."""
        from ebok import languages

        for language in languages.LANGUAGES:
            languages.catalogue(language)
        for encoding in ("cp437", "cp1250", "utf-8-sig"):
            codecs.lookup(encoding)
        if self.settled:
            from ebok.billing import inbox

            inbox.SETTLED_SECONDS = inbox.BROKEN_SECONDS = 0
        if self.usual_config:
            from ebok import places

            places.USUAL_CONFIG = Path(self.usual_config)
        if self.late_seconds:
            from ebok.billing import watching

            watching.WAITING_SECONDS -= self.late_seconds
        if self.most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.most_bytes, self.most_bytes))
        if self.user:
            os.setgroups(self.groups)
            os.setresgid(self.user, self.user, self.user)
            os.setresuid(self.user, self.user, self.user)


def run_ebok(
    environment: dict[str, str],
    *arguments: str,
    bounds: Bounds | None = None,
    folder: str = "",
) -> CompletedProcess:
    """Run it to its end in this environment; what it wrote is given as text."""
    with tempfile.TemporaryDirectory() as home:
        out, err = Path(home, "out"), Path(home, "err")
        process = FORKS.Process(
            target=_be, args=(environment, arguments, str(out), str(err), bounds, folder)
        )
        process.start()
        process.join(HANG_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
        return CompletedProcess(arguments, process.exitcode, out.read_text(), err.read_text())


def _be(
    environment: dict[str, str],
    arguments: tuple[str, ...],
    out: str,
    err: str,
    bounds: Bounds | None,
    folder: str,
) -> None:
    os.chdir(folder or ".")
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(opened, stream.fileno())
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ebok", *arguments]
    from ebok.cli import main

    if bounds:
        bounds.apply()
    main()
