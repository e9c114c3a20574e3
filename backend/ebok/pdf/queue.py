"""Whose turn it is: one job of each owner after the other, however many one of them has asked for.

Used by one event loop; nothing here waits or locks.
"""

from collections import deque
from collections.abc import Collection
from typing import Generic, TypeVar

Job = TypeVar("Job")


class Full(Exception):
    """There are too many already."""


class Turns(Generic[Job]):
    """The jobs that wait, at most `most`, and `most_of_one` of one owner."""

    def __init__(self, most: int, most_of_one: int):
        self.most, self.most_of_one = most, most_of_one
        self.waiting: dict[str, deque[Job]] = {}

    def __len__(self) -> int:
        return sum(map(len, self.waiting.values()))

    def add(self, owner: str, job: Job) -> None:
        """Put a job behind the owner's others. Raises Full."""
        if len(self) >= self.most or len(self.waiting.get(owner, ())) >= self.most_of_one:
            raise Full
        self.waiting.setdefault(owner, deque()).append(job)

    def take(self, but: Collection[str] = ()) -> Job | None:
        """The next job of anybody else; its owner then waits until all others have had a turn."""
        owner = next((owner for owner in self.waiting if owner not in but), None)
        if owner is None:
            return None
        theirs = self.waiting.pop(owner)
        job = theirs.popleft()
        if theirs:
            self.waiting[owner] = theirs
        return job
