"""Rounds: contestants take turns, because the speed of a shared machine drifts within minutes."""

import time
from collections.abc import Callable
from statistics import median

ROUNDS = 3


def medians(**contestants: Callable[[], None]) -> dict[str, float]:
    """The median seconds of each contestant over the rounds."""
    taken = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - started)
    return {name: median(seconds) for name, seconds in taken.items()}


def row(what: str, where: str, ours: float, baseline: float, unit: str = "s") -> str:
    """A line of the table; the ratio is how much of the baseline's speed we reach."""
    return (
        f"| {what} | {where} | {ours:.2f} {unit} | {baseline:.2f} {unit} | {baseline / ours:.0%} |"
    )
