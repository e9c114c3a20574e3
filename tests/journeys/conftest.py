"""A real Chromium, with everything that goes wrong in it noticed."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from office import new_source

ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A person presses *Odsłuchaj kod*; a test's press counts as much.
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]
PATIENCE_MS = 120_000
"""Generous timeout, so that a busy machine fails no test."""
expect.set_options(timeout=PATIENCE_MS)

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def launch(playwright, *others: str) -> Browser:
    """An installed Chromium, else Playwright's own; without a window if there is such a one.

    `others` are arguments of the command line beside the usual ones.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    # Chromium's sandbox does not work for root.
    arguments = [*ARGUMENTS, *others, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=path, args=arguments, timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Playwright; only one can run in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver) -> Iterator[Browser]:
    """The one browser of most tests."""
    with launch(driver) as browser:
        yield browser


@pytest.fixture
def open_page(chromium):
    """Open a page as somebody with this screen, language and theme; no error may pass unseen.

    Without an address it is an empty one, for who goes elsewhere first: to load a page costs a
    fifth of a second of a core.
    """
    opened: list[tuple[BrowserContext, list[str]]] = []

    def open_(
        url: str = "", viewport=PHONE, locale: str = "pl-PL", theme: str = "light", **options
    ) -> Page:
        context = chromium.new_context(
            viewport=viewport,
            locale=locale,
            color_scheme=theme,
            timezone_id="Europe/Warsaw",
            # Everybody comes from an internet address of their own, so that no two share a limit.
            extra_http_headers={"X-Forwarded-For": new_source()},
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: _notice(message, faults))
        opened.append((context, faults))
        if url:
            page.goto(url)
        return page

    yield open_
    for context, faults in opened:
        context.close()
        assert not faults, faults


def _notice(message, faults: list[str]) -> None:
    # An answer that refuses what was typed is logged by Chromium as a failed resource, and a lost
    # connection by htmx: neither is a fault of the page.
    is_expected = re.search("Failed to load resource|htmx:error: Failed to fetch", message.text)
    if message.type in ("error", "warning") and not is_expected:
        faults.append(f"{message.text} {message.location}")


@contextmanager
def newer_page(page: Page) -> Iterator[None]:
    """Wait for the next address."""
    before = page.url
    yield
    page.wait_for_url(lambda url: url != before)
