"""Runs the demo like `make run`, and parses its output."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_binary_file
from email.policy import default
from functools import partial
from mailbox import Maildir
from pathlib import Path

from cast import Customer
from command import Running, run_ebok, start_ebok
from office import STARTED, WEB_PROCESSES, free_port
from patience import HANG_SECONDS, until

LABELS = (
    "Kod klienta",
    "Zarejestrowany jako",
    "Nazwa nabywcy",
    "NIP",
    "Nr faktury",
    "Kwota brutto",
)


class Demo:
    """The demo on one data directory, as `make run` serves it until Ctrl+C.

    `printed` is what it printed before it served. The first time it is a program of its own, as a
    newcomer starts it; then a fork, whose worker looks into the inbox twice a second.
    """

    def __init__(self, data_dir: Path):
        self.data_dir = data_dir
        self.process: subprocess.Popen | Running | None = None

    def __enter__(self) -> "Demo":
        self._settle()
        command = [sys.executable, "-m", "ebok", "demo"]
        with self.out.open("ab") as end:
            self.process = subprocess.Popen(command, env=self.environment, stdout=end, stderr=end)
        self._read_what_is_printed()
        return self

    def __exit__(self, *_fault) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(HANG_SECONDS)

    def serve_again(self) -> None:
        """End it, and serve the same data."""
        self.__exit__()
        self._settle()
        self.process = start_ebok(self.environment, "demo", out=self.out, err=self.out)
        self._read_what_is_printed()

    def _settle(self) -> None:
        """Choose a port and a file for the output."""
        port = free_port()
        self.base_url = f"http://localhost:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "EBOK_DATA_DIR": str(self.data_dir),
            "EBOK_PORT": str(port),
            "EBOK_BASE_URL": self.base_url,
            "EBOK_WEB_WORKERS": str(WEB_PROCESSES),
        }
        self.out = self.data_dir / f"printed-{port}"
        self.out.touch()

    def _read_what_is_printed(self) -> None:
        """Wait until everything is printed that is printed before it serves, and until it does."""

        def printed():
            return re.match(r".*?^Office:[^\n]*\n", self.out.read_text(), re.M | re.S)

        def is_served() -> bool:
            return self.out.read_text().count(STARTED) == WEB_PROCESSES

        self.printed = until(printed, self.process, self.out.read_text)[0]
        until(is_served, self.process, self.out.read_text)

    def customers(self) -> list[Customer]:
        """Whom one can register as."""
        blocks = re.split(r"\n\s*\n", self.printed.partition("You can register")[2])
        return [customer for block in blocks for customer in self._read(block)]

    def _read(self, block: str) -> Iterator[Customer]:
        facts = {name: _fact(block, name) for name in LABELS}
        if facts["Kod klienta"]:
            code, kind, name, nip, number, amount = facts.values()
            yield Customer(
                code, name, "company" if kind == "Firma" else "person", nip, number, amount
            )

    def password(self) -> str:
        """The residents' password."""
        return re.search(r"the password is (\S+)", self.printed)[1]

    def deliver_news(self) -> str:
        """Run `ebok demo --news`; returns the import's report."""
        done = Path(self.environment["EBOK_DATA_DIR"], "intake", "done")
        known = set(done.glob("[!.]*.txt"))
        run("--news", self.environment)
        return until(lambda: set(done.glob("[!.]*.txt")) - known).pop().read_text("utf-8")

    def letters(self, address: str) -> list[str]:
        """The texts of all mails to this address, oldest first."""
        read = partial(message_from_binary_file, policy=default)
        box = Maildir(self.data_dir / "demo-mail", factory=read)
        mails = sorted(
            (mail for mail in box if mail["To"] == address), key=lambda mail: mail["Date"].datetime
        )
        return [mail.get_body(("plain",)).get_content() for mail in mails]


def _fact(block: str, name: str) -> str:
    found = re.search(rf"^\s*{name}\s\s+(.+)$", block, re.M)
    return found[1].strip() if found else ""


def run(option: str, environment: dict[str, str]) -> str:
    """Run `ebok demo` with an option to its end; returns its output."""
    done = run_ebok({"PATH": os.environ["PATH"], **environment}, "demo", option)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
