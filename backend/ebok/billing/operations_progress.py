"""How far an import has come, for whoever waits for it."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told (bytes read, bytes to read) now and then."""


class Bar:
    """Adds up what was read."""

    def __init__(self, progress: Progress | None):
        self.progress = progress
        self.read = self.total = 0

    def advance(self, count: int) -> None:
        """So many bytes more."""
        self.read += count
        if self.progress and self.total:
            self.progress(min(self.read, self.total), self.total)
