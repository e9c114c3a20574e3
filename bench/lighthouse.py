"""Lighthouse scores of public and customer pages on an emulated cheap phone: medians of five."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median
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
MARKS = {"accessibility": 100, "best-practices": 100}
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
            for shown in _pages(visitor):
                yield from _marks(shown, [_run(office, shown) for _ in range(RUNS)])


def _pages(visitor: Visitor) -> Iterator[Shown]:
    for path in ("/", "/rejestracja", "/logowanie"):
        yield Shown(path, {}, STRANGERS)
    code = with_account()
    fill(code, 0)
    visitor.log_in(code, PASSWORD)
    with database.connection():
        newest = Invoice.select().where(Invoice.customer_code == code)
        newest_id = newest.order_by(Invoice.issued_on.desc()).get().public_id
    cookie = {"Cookie": headers_of(visitor)["Cookie"]}
    for path in ("/start", "/faktury", f"/faktury/{newest_id}", "/moje-dane"):
        yield Shown(path, cookie, CUSTOMERS)


def _marks(shown: Shown, reports: list[dict]) -> Iterator[str]:
    where = shown.path if len(shown.path) < 20 else "an invoice"
    for kind, least in shown.least.items():
        mark = median(100 * report["categories"][kind]["score"] for report in reports)
        met = "met" if mark >= least else f"missed: {_below(reports[-1], kind)}"
        yield f"| Lighthouse {kind}, {where} | – | {mark:.0f} | – | – | at least {least}: {met} |"


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
    # Whoever is not let in is shown the login.
    assert report["finalDisplayedUrl"].endswith(shown.path), report["finalDisplayedUrl"]
    return report


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    found = next(filter(None, map(shutil.which, names)), None)
    own = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    return found or str(next(own))
