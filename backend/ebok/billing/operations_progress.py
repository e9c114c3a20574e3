"""The progress of an import."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (bytes read, bytes to read)."""


class Bar:
    """Adds up the bytes read."""

    def __init__(self, progress: Progress | None):
        self.progress = progress
        self.read = self.total = 0

    def advance(self, count: int) -> None:
        """Add `count` bytes."""
        self.read += count
        if self.progress and self.total:
            self.progress(min(self.read, self.total), self.total)
