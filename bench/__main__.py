"""`make bench`: run every comparison, or those named (`importing`, `serving`, …), as one table."""

import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from bench.rounds import HEAD  # noqa: E402

COMPARISONS = (
    "importing",
    "town",
    "serving",
    "reading",
    "growing",
    "finding",
    "gate",
    "starting",
    "weighing",
    "printing",
    "beside",
    "mailing",
    "showing",
    "lighthouse",
)


def load() -> str:
    """The load average; far above the number of cores, it distorts the other figures."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load before: {load()}\n")
print(HEAD)
for name in sys.argv[1:] or COMPARISONS:
    for row in import_module(f"bench.{name}").compare():
        print(row, flush=True)
print(f"\nload after: {load()}")
