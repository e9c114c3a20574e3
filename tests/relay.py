"""A relay that plays faults from a script: one after the other, and between two it takes a mail.

    with Relay(faults=[("rcpt", "450 4.7.1 greylisted"), ("mail", CLOSE)]) as relay:
        …
        relay.taken  # what it has really taken, by its own books

A fault is a step of the session (connect, ehlo, mail, rcpt, data, content) and what is done there:
an answer, or one of the words below.
"""

import re
import socket
import ssl
import threading
from collections import Counter, deque
from contextlib import suppress
from email import message_from_bytes

CLOSE = "close"
"""Hang up without a word."""
CUT = "cut"
"""Hang up in the middle of the mail."""
TAKE_AND_CLOSE = "take and close"
"""Take the mail, say so, and hang up."""
HOST = "127.0.0.1"


class Hung(Exception):
    """The relay hangs up."""


class Relay:
    """Start it with `with`; `dead` are addresses that it calls unknown."""

    def __init__(self, faults=(), dead=(), extensions=(), tls: ssl.SSLContext | None = None):
        self.faults = deque(faults)
        self.played: list[tuple[str, str]] = []
        self.dead = set(dead)
        self.extensions = extensions
        self.tls = tls
        self.taken: list[bytes] = []
        self.recipients: list[str] = []
        self.hellos: set[str] = set()
        self.said: list[str] = []
        self._is_armed = True
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_fault) -> None:
        self._listener.close()

    def settings(self) -> dict:
        """The settings that send mails here."""
        return {"mail_server": HOST, "mail_port": self.port, "mail_use_tls": False}

    def counts(self) -> Counter:
        """How often each mail was taken."""
        return Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in self.taken)

    def _listen(self) -> None:
        while True:
            try:
                wire, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._greet, args=(wire,), daemon=True).start()

    def _greet(self, wire: socket.socket) -> None:
        with suppress(Hung, OSError):
            if self.tls:
                wire = self.tls.wrap_socket(wire, server_side=True)
            with wire, wire.makefile("rb") as file:
                _Session(self, wire, file).hold()

    def fault(self, step: str) -> str:
        """The fault to cause at this step, or ""."""
        with self._lock:
            if not (self._is_armed and self.faults):
                return ""
            wanted, what = self.faults[0]
            if wanted == step:
                self.played.append(self.faults.popleft())
                self._is_armed = False
                return what
            # It waits for a new connection.
            waits_for_another = wanted in ("connect", "ehlo")
            return "421 4.3.2 come again" if step == "mail" and waits_for_another else ""

    def take(self, mail: bytes, to: str) -> None:
        """It is ours now; the next fault may come."""
        with self._lock:
            self.taken.append(mail)
            self.recipients.append(to)
            self._is_armed = True


class _Session:
    def __init__(self, relay: Relay, wire: socket.socket, file):
        self.relay, self.wire, self.file, self.to = relay, wire, file, ""

    def hold(self) -> None:
        self.say(self.relay.fault("connect") or "220 relay")
        while line := self.file.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            self.relay.said.append(line.decode().strip())
            answer = getattr(self, f"on_{verb.lower()}", self.on_other)(rest)
            self.say(answer)

    def say(self, answer: str) -> None:
        if answer == CLOSE:
            raise Hung
        self.wire.sendall(f"{answer}\r\n".encode())
        if answer.startswith(("421", "221")):
            raise Hung

    def on_ehlo(self, name: str) -> str:
        self.relay.hellos.add(name)
        told = "".join(f"250-{each}\r\n" for each in self.relay.extensions)
        return self.relay.fault("ehlo") or f"250-relay\r\n{told}250 8BITMIME"

    def on_mail(self, _rest: str) -> str:
        return self.relay.fault("mail") or "250 2.1.0 ok"

    def on_rcpt(self, rest: str) -> str:
        self.to = re.search(r"<(.*)>", rest)[1]
        if self.to in self.relay.dead:
            return f"550 5.1.1 <{self.to}>: Recipient address rejected: User unknown"
        return self.relay.fault("rcpt") or "250 2.1.5 ok"

    def on_data(self, _rest: str) -> str:
        if answer := self.relay.fault("data"):
            return answer
        self.say("354 go on")
        what = self.relay.fault("content")
        if what == CUT:
            self.file.read(100)
            raise Hung
        lines = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if not line:
            raise Hung
        if what and what != TAKE_AND_CLOSE:
            return what
        self.relay.take(b"".join(lines), self.to)
        if what:
            self.say("250 2.0.0 taken")
            raise Hung
        return "250 2.0.0 taken"

    def on_quit(self, _rest: str) -> str:
        return "221 bye"

    def on_other(self, _rest: str) -> str:
        return "250 ok"
