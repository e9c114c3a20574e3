"""What Chromium spends on showing a page for the first time: processor time of its main thread.

Counted by thread (CDP `Performance`, `threadTicks`): waiting for other processes does not count.
"""

import os
from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.house import offices
from bench.lighthouse import Shown, pages
from bench.rounds import goal
from journeys.conftest import PHONE, launch
from visitor import Visitor

RUNS = int(os.environ.get("SHOWING_RUNS", "7"))
PARTS = {
    "TaskDuration": "all tasks",
    "ScriptDuration": "scripts",
    "LayoutDuration": "layout",
    "RecalcStyleDuration": "styles",
}


def compare() -> Iterator[str]:
    """A row for each page: the median of its runs, each in a browser context of its own."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        for _kind, office in offices(("SQLite",)):
            with office, Visitor(office) as visitor:
                for shown in pages(visitor):
                    yield _row(shown, [_run(browser, office.base_url, shown) for _ in range(RUNS)])


def _row(shown: Shown, runs: list[dict[str, float]]) -> str:
    middle = {name: median(run[name] for run in runs) for name in runs[0]}
    times = ", ".join(f"{what} {1000 * middle[name]:.0f}" for name, what in PARTS.items())
    where = shown.path if len(shown.path) < 20 else "an invoice"
    what = f"{where}: milliseconds of {times}; elements"
    return goal(what, "–", int(middle["elements"]), 0, "")


def _run(browser: Browser, base_url: str, shown: Shown) -> dict[str, float]:
    """The counters once the page has its data."""
    with browser.new_context(viewport=PHONE, extra_http_headers=shown.headers) as context:
        page = context.new_page()
        metrics = context.new_cdp_session(page)
        metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(base_url + shown.path)
        page.wait_for_load_state("networkidle")
        if page.locator("main.asks").count():
            page.locator("main.asks[data-settled=yes]").wait_for()
        found = metrics.send("Performance.getMetrics")["metrics"]
        elements = page.evaluate("document.getElementsByTagName('*').length")
        return {one["name"]: one["value"] for one in found} | {"elements": elements}
