"""A fair queue: one job of each owner in turn, however many an owner has.

Used by one event loop; nothing here blocks or locks.
"""

from collections import deque
from collections.abc import Collection
from typing import Generic, TypeVar

Job = TypeVar("Job")


class Full(Exception):
    """The queue is full."""


class FairQueue(Generic[Job]):
    """Waiting jobs, at most `most`, and `most_of_one` of one owner."""

    def __init__(self, most: int, most_of_one: int):
        self.most, self.most_of_one = most, most_of_one
        self.waiting: dict[str, deque[Job]] = {}

    def __len__(self) -> int:
        return sum(map(len, self.waiting.values()))

    def add(self, owner: str, job: Job) -> None:
        """Append a job to the owner's others. Raises Full."""
        if len(self) >= self.most or len(self.waiting.get(owner, ())) >= self.most_of_one:
            raise Full
        self.waiting.setdefault(owner, deque()).append(job)

    def take(self, but: Collection[str] = ()) -> Job | None:
        """The next job of an owner not in `but`, or None; the owner then goes to the end."""
        owner = next((owner for owner in self.waiting if owner not in but), None)
        if owner is None:
            return None
        theirs = self.waiting.pop(owner)
        job = theirs.popleft()
        if theirs:
            self.waiting[owner] = theirs
        return job
