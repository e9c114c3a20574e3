"""Files as response bodies, sent from the disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Response


class File(NamedTuple):
    """A file with its size, as a response body."""

    path: Path
    size: int

    @classmethod
    def at(cls, path: Path) -> "File":
        """The file at this path."""
        return cls(path, path.stat().st_size)


class _Body:
    """The content, for servers that cannot send files."""

    def __init__(self, file: File):
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        yield self.file.path.read_bytes()


def answer(file: File, kind: str, **headers: str) -> Response:
    """A response with this file as its body."""
    response = Response(_Body(file), content_type=kind, headers=headers, direct_passthrough=True)
    response.content_length = file.size
    return response


def file_of(parts: object) -> Path | None:
    """The path of the file that is a response's body, or None."""
    return parts.file.path if isinstance(parts, _Body) else None
