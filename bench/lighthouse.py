"""Lighthouse scores of public and customer pages on an emulated cheap phone: the best of five.

The phone's times are calculated from how long this machine took, so a busy one makes them worse.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.filling import fill
from bench.house import offices
from bench.serving import headers_of, with_account
from ebok import database
from ebok.invoices.models import Invoice
from office import Office
from visitor import PASSWORD, Visitor

HERE = Path(__file__).parent
RUNS = int(os.environ.get("LIGHTHOUSE_RUNS", "5"))
KEPT = os.environ.get("LIGHTHOUSE_KEEP", "")
"""A folder for the whole reports; none are kept without one."""
MARKS = {"accessibility": 100, "best-practices": 100}
SHIFT = 0.02
"""The most that may move, as CLS counts it."""
STRANGERS, CUSTOMERS = {"performance": 98} | MARKS, {"performance": 95} | MARKS
"""The least of each. Who is logged in waits for answers before anything can be shown."""


class Shown(NamedTuple):
    """A page that is looked at, what it is sent with, and the least of its marks."""

    path: str
    headers: dict[str, str]
    least: dict[str, int]


def compare() -> Iterator[str]:
    """A row of the table for each page and category."""
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*command, "--ignore-scripts"], cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    for _kind, office in offices(("SQLite",)):
        with office, Visitor(office) as visitor:
            for shown in pages(visitor):
                yield from _marks(shown, [_run(office, shown) for _ in range(RUNS)])


def pages(visitor: Visitor) -> Iterator[Shown]:
    """The pages: those of strangers, then those of a customer with two years of invoices."""
    for path in ("/", "/rejestracja", "/logowanie"):
        yield Shown(path, {}, STRANGERS)
    code = with_account()
    fill(code, 0)
    visitor.log_in(code, PASSWORD)
    with database.connection():
        newest = Invoice.select().where(Invoice.customer_code == code)
        newest_id = newest.order_by(Invoice.issued_on.desc()).get().public_id
    cookie = {"Cookie": headers_of(visitor)["Cookie"]}
    for path in ("/start", "/faktury", f"/faktury/{newest_id}", "/zuzycie", "/moje-dane", "/pomoc"):
        yield Shown(path, cookie, CUSTOMERS)


def _marks(shown: Shown, reports: list[dict]) -> Iterator[str]:
    where = shown.path if len(shown.path) < 20 else "an invoice"
    where += ", logged in" if shown.headers else ""
    for kind, least in shown.least.items():
        best = max(reports, key=partial(_mark, kind=kind))
        met = "met" if _mark(best, kind) >= least else f"missed: {_below(best, kind)}"
        yield f"| {kind}, {where} | – | {_mark(best, kind):.0f} | – | – | at least {least}: {met} |"
    shift = max(map(_shift, reports))
    met = "met" if shift <= SHIFT else "missed"
    yield f"| layout shift, {where} | – | {shift:.3f} | – | – | at most {SHIFT}: {met} |"
    print(*map(_seen, reports), sep="\n", file=sys.stderr)


def _mark(report: dict, kind: str) -> float:
    return 100 * report["categories"][kind]["score"]


def _shift(report: dict) -> float:
    return report["audits"]["cumulative-layout-shift"]["numericValue"]


def _seen(report: dict) -> str:
    """One run in a line: how fast the machine was, what was scored, and what it is made of."""
    metrics = {"first": "first-contentful-paint", "largest": "largest-contentful-paint"}
    metrics |= {"speed": "speed-index", "blocked": "total-blocking-time"}
    times = [
        f"{name} {report['audits'][key]['numericValue']:.0f} ms" for name, key in metrics.items()
    ]
    index = report["environment"]["benchmarkIndex"]
    mark = _mark(report, "performance")
    return f"{report['finalDisplayedUrl']}: index {index:.0f}, {mark:.0f}: {', '.join(times)}"


def _below(report: dict, kind: str) -> str:
    """The audits that lowered the score."""
    marked = [(ref["id"], ref["weight"]) for ref in report["categories"][kind]["auditRefs"]]
    audits = [report["audits"][name] for name, weight in marked if weight]
    low = [audit for audit in audits if audit["score"] is not None and audit["score"] < 0.9]
    return ", ".join(f"{audit['id']} {audit.get('displayValue', '')}".strip() for audit in low)


def _run(office: Office, shown: Shown) -> dict:
    """One report with Lighthouse's defaults: a phone, a slow network, a slow processor.

    These are simulated: the page is loaded at full speed, and the phone's times are calculated.
    """
    # Chromium's sandbox does not work for root.
    flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
    program = HERE / "node_modules" / ".bin" / "lighthouse"
    options = [f"--only-categories={','.join(shown.least)}", "--output=json", "--quiet"]
    options += [f"--extra-headers={json.dumps(shown.headers)}"] if shown.headers else []
    done = subprocess.run(
        [program, office.base_url + shown.path, *options, f"--chrome-flags={flags}"],
        env=os.environ | {"CHROME_PATH": _chromium()},
        capture_output=True,
        check=True,
    )
    report = json.loads(done.stdout)
    if KEPT:
        Path(KEPT, f"{shown.path.strip('/').replace('/', '-') or 'index'}.json").write_bytes(
            done.stdout
        )
    # Whoever is not let in is shown the login.
    assert report["finalDisplayedUrl"].endswith(shown.path), report["finalDisplayedUrl"]
    return report


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    found = next(filter(None, map(shutil.which, names)), None)
    own = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    return found or str(next(own))
