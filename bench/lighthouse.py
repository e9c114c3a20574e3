"""Lighthouse's marks for the pages that strangers see, as on a cheap phone: the median of five."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.house import offices

HERE = Path(__file__).parent
RUNS = 5
PATHS = ("/", "/rejestracja", "/logowanie")
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100}


def compare() -> Iterator[str]:
    """A row of the table for each page and kind of mark."""
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*command, "--ignore-scripts"], cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    for _kind, office in offices(("SQLite",)):
        with office:
            for path in PATHS:
                yield from _marks(path, [_run(office.base_url + path) for _ in range(RUNS)])


def _marks(path: str, reports: list[dict]) -> Iterator[str]:
    for kind, least in LEAST.items():
        mark = median(100 * report["categories"][kind]["score"] for report in reports)
        met = "met" if mark >= least else f"missed: {_below(reports[-1], kind)}"
        yield f"| Lighthouse {kind}, {path} | – | {mark:.0f} | – | – | at least {least}: {met} |"


def _below(report: dict, kind: str) -> str:
    """The audits that cost marks."""
    marked = [(ref["id"], ref["weight"]) for ref in report["categories"][kind]["auditRefs"]]
    scores = {name: report["audits"][name]["score"] for name, weight in marked if weight}
    return ", ".join(name for name, score in scores.items() if score is not None and score < 0.9)


def _run(url: str) -> dict:
    """One report, with Lighthouse's own settings: a phone, a slow network, a slow processor."""
    # Chromium's sandbox does not work for root.
    flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
    program = HERE / "node_modules" / ".bin" / "lighthouse"
    options = [f"--only-categories={','.join(LEAST)}", "--output=json", "--quiet"]
    done = subprocess.run(
        [program, url, *options, f"--chrome-flags={flags}"],
        env=os.environ | {"CHROME_PATH": _chromium()},
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    own = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    return found or str(next(own))
