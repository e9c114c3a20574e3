"""Three browser engines behind one small interface.

Firefox and WebKit are told W3C WebDriver's commands: WebKit by its driver, over HTTP; Firefox by
its own Marionette, which takes them over a socket, as no package brings a driver for it. Chromium
109 and 106 are driven by Playwright over the protocol of their developer tools.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import brotli
from playwright.sync_api import Error, Page, sync_playwright

from engines.wires import HttpWire, Marionette, Refused
from office import free_port
from patience import until

PACKED = Path(__file__).parent / "node_modules"
MINI_BROWSERS = "usr/lib/*/webkit2gtk-4.*/MiniBrowser"
# 0 is any: the one that was free is written into the profile.
FIREFOX_PREFS = 'user_pref("marionette.port", 0);'
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PHONE, DESKTOP = (390, 844), (1280, 900)
"""Neither Firefox nor MiniBrowser has a window as narrow as a phone: they take 500 and 450 px."""


class NotInstalled(Exception):
    """This engine is not there; tests/engines/prepare.sh brings it where it can."""


class Engine(Protocol):
    """One window of an engine. What `evaluate` returns may be an element, to press or type into."""

    def go(self, url: str) -> None:
        """Open this address."""

    def evaluate(self, script: str, *values):
        """Evaluate a function's body with the arguments `values`.

        None while the window is on its way to another page.
        """

    def press(self, element) -> None:
        """As a mouse does: refused where something else lies over it."""

    def type(self, element, text: str) -> None:
        """Key by key."""

    def resize(self, width: int, height: int) -> None:
        """Give the page this much room."""

    def shoot(self) -> bytes:
        """A screenshot as PNG."""


class Told(Engine):
    """An engine driven by W3C WebDriver."""

    def __init__(self, wire: HttpWire | Marionette):
        self.wire = wire

    def go(self, url: str) -> None:
        self.wire.tell("Navigate", url=url)

    def evaluate(self, script: str, *values):
        with suppress(Refused):
            return self.wire.tell("ExecuteScript", script=script, args=list(values))
        return None

    def press(self, element) -> None:
        # WebKit's driver goes by what was in view before it scrolls.
        self.evaluate("arguments[0].scrollIntoView({ block: 'center' })", element)
        self.wire.tell("ElementClick", id=element[ELEMENT])

    def type(self, element, text: str) -> None:
        self.wire.tell("ElementSendKeys", id=element[ELEMENT], text=text)

    def resize(self, width: int, height: int) -> None:
        # The page has less room than the window: by what, is seen when it has been changed once.
        wide, high = width, height
        for _ in range(2):
            self.wire.tell("SetWindowRect", width=wide, height=high, x=None, y=None)
            across, down = self.evaluate("return [innerWidth, innerHeight]")
            wide, high = wide + width - across, high + height - down

    def shoot(self) -> bytes:
        return b64decode(self.wire.tell("TakeScreenshot", full=False))


@contextmanager
def firefox() -> Iterator[Engine]:
    """Debian's firefox-esr, without a window."""
    binary = _found("firefox-esr", "firefox")
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text(FIREFOX_PREFS)
        command = [binary, "--headless", "--marionette", "--no-remote", "--profile", profile]
        with _started(*command) as process:
            port = Path(profile, "MarionetteActivePort")
            until(lambda: port.exists() and port.read_text(), process)
            with Marionette(int(port.read_text())) as wire:
                wire.tell("NewSession")
                yield Told(wire)


@contextmanager
def webkit() -> Iterator[Engine]:
    """WebKitGTK's MiniBrowser on a virtual display."""
    driver, screen = _found("WebKitWebDriver"), _found("Xvfb")
    browser = next(Path("/").glob(MINI_BROWSERS), None)
    if not browser:
        raise NotInstalled("MiniBrowser")
    port, options = free_port(), {"binary": str(browser), "args": ["--automation"]}
    with (
        _display(screen) as display,
        _started(driver, f"--port={port}", DISPLAY=display) as process,
        HttpWire(f"http://127.0.0.1:{port}") as wire,
    ):
        until(wire.is_ready, process)
        wire.begin({"webkitgtk:browserOptions": options})
        yield Told(wire)
        wire.end()


class Chromium(Engine):
    """A Chromium of another year."""

    def __init__(self, page: Page):
        self.page = page
        self.go = page.goto
        self.shoot = page.screenshot

    def evaluate(self, script: str, *values):
        called = f"values => (function () {{ {script} }})(...values)"
        with suppress(Error):
            found = self.page.evaluate_handle(called, list(values))
            return found.as_element() or found.json_value()
        return None

    def press(self, element) -> None:
        element.click()

    def type(self, element, text: str) -> None:
        element.type(text)

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})


@contextmanager
def chromium(package: str) -> Iterator[Engine]:
    """The one that this package of npm holds: unpacked, started without a window, and removed."""
    packed = PACKED / package / "bin" / "chromium.br"
    if not packed.exists():
        raise NotInstalled(package)
    own = ["--headless", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"]
    # Chromium's sandbox does not work for root.
    own += ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        binary = Path(folder, "chromium")
        binary.write_bytes(brotli.decompress(packed.read_bytes()))
        binary.chmod(0o755)
        command = [str(binary), *own, f"--user-data-dir={folder}"]
        with sync_playwright() as api, _started(*command) as process:
            told = (re.search(r"listening on (ws:\S+)", line) for line in process.stderr)
            browser = api.chromium.connect_over_cdp(next(found[1] for found in told if found))
            yield Chromium(browser.new_context(locale="pl-PL").new_page())
            browser.close()


ENGINES = {
    "firefox": firefox,
    "webkit": webkit,
    # The last that Windows 7 got, and many a phone.
    "chromium109": partial(chromium, "@sparticuz/chromium"),
    # The oldest that can be driven: Playwright asks pages for what came with 105.
    "chromium106": partial(chromium, "chromium106"),
}
TOO_OLD = {"chromium92": partial(chromium, "chrome-aws-lambda")}
"""Below the oldest that are promised: given the page to read."""


def _found(*names: str) -> str:
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        raise NotInstalled(names[0])
    return path


@contextmanager
def _display(server: str) -> Iterator[str]:
    """Start a virtual display with a free number; yields its name."""
    screen = ["-screen", "0", "1400x1200x24", "-nolisten", "tcp"]
    with _started(server, "-displayfd", "1", *screen) as process:
        yield f":{process.stdout.readline().strip()}"


@contextmanager
def _started(*command: str, **environment: str) -> Iterator[subprocess.Popen]:
    """A process, and all that it starts, until one has done with it."""
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
