"""Files as answers: they are sent from the disk, as slowly as they are read."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Response


class File(NamedTuple):
    """A file of this size, as the body of an answer."""

    path: Path
    size: int

    @classmethod
    def at(cls, path: Path) -> "File":
        """The file at this path."""
        return cls(path, path.stat().st_size)


class _Body:
    """What a server finds that cannot send files: the bytes."""

    def __init__(self, file: File):
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        yield self.file.path.read_bytes()


def answer(file: File, kind: str, **headers: str) -> Response:
    """The response whose body this file is."""
    response = Response(_Body(file), content_type=kind, headers=headers, direct_passthrough=True)
    response.content_length = file.size
    return response


def file_of(parts: object) -> Path | None:
    """The file that an application's answer is, if it is one."""
    return parts.file.path if isinstance(parts, _Body) else None
