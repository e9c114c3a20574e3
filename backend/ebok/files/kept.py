"""Caches what one process computed for later processes, in `data_dir/compiled`."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from ebok.files.folders import write_whole

DIGEST = 32


def once(folder: Path | None, name: str, source: bytes, make: Callable[[], bytes]) -> bytes:
    """What an earlier process made from this source and kept in `folder`, else `make()`, then kept.

    A damaged file is made again; a full disk only means that nothing is kept.
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


def _digest(source: bytes, made: bytes) -> bytes:
    return blake2b(source + made, digest_size=DIGEST).digest()
