"""Caches what one process computed for later processes, in `data_dir/compiled`."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from ebok.files.folders import write_whole

DIGEST = 32


def once(folder: Path | None, name: str, source: bytes, make: Callable[[], bytes]) -> bytes:
    """The result cached in `folder` for this source, else that of `make()`, then cached.

    A damaged file is made again; with a full disk nothing is cached.
    """
    if not folder:
        return make()
    with suppress(OSError):
        content = (folder / name).read_bytes()
        digest, made = content[:DIGEST], content[DIGEST:]
        if digest == _digest(source, made):
            return made
    made = make()
    with suppress(OSError):
        write_whole(folder / name, _digest(source, made) + made)
    return made


def states_of(folders: Iterable[Path], suffixes: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """(path, size, ctime) of every file with these suffixes below these folders.

    ctime, because unpacking and copying may set mtime. Hashing all files takes six times as long.
    """
    return sorted(_states(folders, suffixes))


def _states(folders: Iterable[Path], suffixes: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    for folder in folders:
        for within, _folders, names in os.walk(folder):
            for name in names:
                if name.endswith(suffixes):
                    status = os.stat(path := f"{within}/{name}")
                    yield path, status.st_size, status.st_ctime_ns


def _digest(source: bytes, made: bytes) -> bytes:
    return blake2b(source + made, digest_size=DIGEST).digest()
