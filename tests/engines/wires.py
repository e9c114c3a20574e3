"""W3C WebDriver's commands, by the two ways that browsers take them."""

import json
import socket
from contextlib import suppress

import httpx

from patience import HANG_SECONDS


class Refused(Exception):
    """The browser did not do it."""


class Marionette:
    """Firefox's own socket: each message is its length, a colon, and JSON."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), HANG_SECONDS)
        self.stream = self.socket.makefile("rb")
        self._read()
        self.count = 0

    def __enter__(self) -> "Marionette":
        return self

    def __exit__(self, *_fault) -> None:
        self.stream.close()
        self.socket.close()

    def tell(self, command: str, **values):
        """Do this; what comes of it."""
        self.count += 1
        message = json.dumps([0, self.count, f"WebDriver:{command}", values]).encode()
        self.socket.sendall(b"%d:%b" % (len(message), message))
        _kind, _count, error, result = self._read()
        if error:
            raise Refused(f"{error['error']}: {error['message']}")
        return result.get("value", result)

    def _read(self):
        length = b""
        while (read := self.stream.read(1)) != b":":
            length += read
        return json.loads(self.stream.read(int(length)))


class HttpWire:
    """A driver that serves the commands over HTTP."""

    def __init__(self, address: str):
        self.http = httpx.Client(base_url=address, timeout=HANG_SECONDS, trust_env=False)

    def __enter__(self) -> "HttpWire":
        return self

    def __exit__(self, *_fault) -> None:
        self.http.close()

    def is_ready(self) -> bool:
        """Whether it answers yet."""
        with suppress(httpx.ConnectError):
            return self.http.get("/status").json()["value"]["ready"]
        return False

    def begin(self, capabilities: dict) -> None:
        """Start the browser."""
        wanted = {"capabilities": {"alwaysMatch": capabilities}}
        self.session = f"/session/{self._ask('POST', '/session', wanted)['sessionId']}"

    def end(self) -> None:
        """End the browser."""
        self._ask("DELETE", self.session)

    def tell(self, command: str, **values):
        """Do this; what comes of it."""
        method, path = {
            "Navigate": ("POST", "/url"),
            "ExecuteScript": ("POST", "/execute/sync"),
            "ElementClick": ("POST", "/element/{id}/click"),
            "ElementSendKeys": ("POST", "/element/{id}/value"),
            "SetWindowRect": ("POST", "/window/rect"),
            "TakeScreenshot": ("GET", "/screenshot"),
        }[command]
        body = None if method == "GET" else values
        return self._ask(method, self.session + path.format(**values), body)

    def _ask(self, method: str, path: str, body: dict | None = None):
        answer = self.http.request(method, path, json=body)
        value = answer.json()["value"]
        if answer.is_error:
            raise Refused(f"{value['error']}: {value['message']}")
        return value
