"""Alternating rounds, because the speed of a shared machine drifts within minutes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

ROUNDS = 3

HEAD = "| what | database | ours | baseline | ratio | goal |\n|---|---|---|---|---|---|"


class Taken(NamedTuple):
    """Wall and processor seconds."""

    seconds: float
    processor: float


@dataclass(frozen=True)
class Contestant:
    """A function to run, and one that returns the processor seconds of its processes."""

    run: Callable[[], None]
    processor: Callable[[], float] = time.process_time

    def timed(self) -> Taken:
        """One run."""
        began = time.perf_counter(), self.processor()
        self.run()
        return Taken(time.perf_counter() - began[0], self.processor() - began[1])


def medians(ours: Contestant, bare: Contestant) -> tuple[Taken, Taken]:
    """The median round of each contestant, separately for wall and processor time."""
    taken = [(ours.timed(), bare.timed()) for _ in range(ROUNDS)]
    return tuple(Taken(*map(median, zip(*each, strict=True))) for each in zip(*taken, strict=True))


def rows(what: str, where: str, taken: tuple[Taken, Taken], least: float, count: int = 0) -> str:
    """Two rows of the table, by wall and processor time; `count` requests in each run.

    The ratio is our share of the baseline's speed. Wall time includes other load and the callers.
    """
    ours, bare = taken
    shown = _per_second if count else _in_seconds
    return "\n".join(
        (
            _row(what, where, *map(shown, (ours.seconds, bare.seconds), (count, count)))
            + _judged(bare.seconds / ours.seconds, least),
            _row(
                f"{what}: processor",
                where,
                *map(_spent, (ours.processor, bare.processor), (count, count)),
            )
            + _judged(bare.processor / ours.processor, least),
        )
    )


def goal(what: str, where: str, ours: float, most: float, unit: str) -> str:
    """A row with a goal instead of a baseline; `most` is 0 without a goal."""
    shown = f"{ours:.2f}" if isinstance(ours, float) else ours
    met = f"at most {most} {unit}: {'met' if ours <= most else 'missed'}" if most else "–"
    return f"| {what} | {where} | {shown} {unit} | – | – | {met} |"


def _row(what: str, where: str, ours: str, bare: str) -> str:
    return f"| {what} | {where} | {ours} | {bare} |"


def _judged(ratio: float, least: float) -> str:
    return f" {ratio:.0%} | {least:.0%}: {'met' if ratio >= least else 'missed'} |"


def _per_second(seconds: float, count: int) -> str:
    return f"{count / seconds:.0f}/s"


def _in_seconds(seconds: float, _count: int) -> str:
    return f"{seconds:.2f} s"


def _spent(seconds: float, count: int) -> str:
    return f"{seconds / count * 1000:.2f} ms each" if count else f"{seconds:.2f} s"
