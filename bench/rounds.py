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


def row(what: str, where: str, ours: float, baseline: float) -> str:
    """A line of the table; the ratio is how much of the baseline's speed we reach."""
    return f"| {what} | {where} | {ours:.2f} s | {baseline:.2f} s | {baseline / ours:.0%} |"


def rate(what: str, where: str, count: int, ours: float, baseline: float) -> str:
    """A line of the table for so many requests in these seconds."""
    per_second = [f"{count / seconds:.0f}/s" for seconds in (ours, baseline)]
    return f"| {what} | {where} | {' | '.join(per_second)} | {baseline / ours:.0%} |"


def goal(what: str, where: str, ours: float, most: float, unit: str) -> str:
    """A line of the table for what has a goal instead of a baseline."""
    shown = f"{ours:.2f}" if isinstance(ours, float) else ours
    met = "met" if ours <= most else "missed"
    return f"| {what} | {where} | {shown} {unit} | at most {most} {unit} | {met} |"
