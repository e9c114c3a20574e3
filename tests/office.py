"""A whole office as it runs in production: `ebok serve` with two web processes and its worker."""

import os
import secrets
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import CompletedProcess, Popen

from flask import Flask

from command import Bounds, Running, run_ebok, start_ebok
from ebok.settings import Settings
from patience import ended, until
from smtp import MailServer

WEB_PROCESSES = WEB_THREADS = 2
STARTED = "Started worker-"
SECRET = "a secret of the tests, longer than thirty-two characters"
LIMITS = Settings().limits
"""An office has the defaults, unless a test gives it others."""


@contextmanager
def office_key() -> Iterator[None]:
    """What is signed or counted here is signed with the key of the offices under test."""
    app = Flask("keyed")
    app.config["EBOK"] = Settings(secret_key=SECRET)
    with app.app_context():
        yield


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Office:
    """Start it with `with`; `environment` adds to its settings."""

    def __init__(
        self, database_url: str, data_dir: Path, post: MailServer, prefix="", **environment
    ):
        self.database_url = database_url
        self.data_dir = data_dir
        self.post = post
        self.port = free_port()
        self.base_url = f"http://localhost:{self.port}{prefix}"
        self.environment = environment
        self.bounds: Bounds | None = None
        self.process: Popen | Running | None = None

    def __enter__(self) -> "Office":
        self.start()
        return self

    def __exit__(self, *_fault) -> None:
        self.stop()

    def settings(self) -> dict[str, str]:
        """The environment of its processes."""
        mail = {f"EBOK_{k.upper()}": str(v) for k, v in self.post.settings().items()}
        return {
            "PATH": os.environ["PATH"],
            "EBOK_DATABASE_URL": self.database_url,
            "EBOK_DATA_DIR": str(self.data_dir),
            "EBOK_SECRET_KEY": SECRET,
            "EBOK_BASE_URL": self.base_url,
            "EBOK_PORT": str(self.port),
            "EBOK_WEB_WORKERS": str(WEB_PROCESSES),
            "EBOK_WEB_THREADS": str(WEB_THREADS),
            # Tests come from addresses of their own, through a "proxy" that is trusted.
            "EBOK_TRUSTED_PROXIES": "1",
            "EBOK_MAIL_DEFAULT_SENDER": "e-BOK <ebok@wodociagi.example>",
            **mail,
            **self.environment,
        }

    def run(
        self, *arguments: str, check: bool = True, bounds: Bounds | None = None
    ) -> CompletedProcess:
        """Run the command `ebok …` to its end."""
        done = run_ebok(self.settings(), *arguments, bounds=bounds)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self, *options: str, anew: bool = False) -> None:
        """Serve, and return when every web process has started.

        `anew`: by a program that reads its code first, as the machine's does.
        """
        log = self.data_dir / "log"
        log.touch()
        wanted = self.log().count(STARTED) + WEB_PROCESSES
        arguments = ("serve", *options)
        if anew:
            command = [sys.executable, "-m", "ebok", *arguments]
            with log.open("ab") as end:
                self.process = Popen(command, env=self.settings(), stdout=end, stderr=end)
        else:
            self.process = start_ebok(
                self.settings(), *arguments, out=log, err=log, bounds=self.bounds
            )
        until(lambda: self.log().count(STARTED) == wanted, self.process, self.log)

    def stop(self) -> int:
        """Stop as systemd does, unless it has ended already; return the exit code."""
        return ended(self.process)

    def log(self) -> str:
        """All that was logged."""
        return (self.data_dir / "log").read_text()

    def mail_to(self, address: str, containing: str = "", skip: int = 0):
        """The first mail to this address whose text holds `containing` (after `skip` others)."""

        def wanted():
            mails = [m for m in self.mails_to(address) if containing in m.text]
            return mails[skip] if len(mails) > skip else None

        def told() -> str:
            return f"no mail to {address}: {self.log()[-2000:]}"

        return until(wanted, self.process, told, self.post.came)

    def mails_to(self, address: str) -> list:
        """All mails to this address, oldest first."""
        return [mail for mail in list(self.post.mails) if mail.to == address]


def new_source() -> str:
    """An internet address in a network that no other test uses (RFC 3849, for documentation)."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::{secrets.token_hex(2)}"


def renderers(office: Office) -> dict[int, int]:
    """The processes that make PDFs for this office, and whose children they are."""
    web = children(office.process.pid)
    return {pid: parent for parent in web for pid in children(parent)}


def children(parent: int) -> list[int]:
    """The processes that this one has started, in the order of their numbers."""
    found = [read_proc(path) for path in Path(f"/proc/{parent}/task").glob("*/children")]
    return sorted(int(pid) for pid in " ".join(found).split())


def called(pids: Iterable[int], name: str) -> list[int]:
    """Those of these processes whose name begins so."""
    return [pid for pid in pids if read_proc(Path(f"/proc/{pid}/comm")).startswith(name)]


def read_proc(path: Path) -> str:
    """What the system tells in this file of a process; nothing once the process has ended.

    It may end between the moment it was listed and the one it is read of.
    """
    with suppress(FileNotFoundError, ProcessLookupError):
        return path.read_text()
    return ""
