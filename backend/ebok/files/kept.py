"""What one process has made for the next, in `data_dir/compiled`."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from ebok.files.folders import write_whole

DIGEST = 32


def once(folder: Path | None, name: str, source: bytes, make: Callable[[], bytes]) -> bytes:
    """What another process has made of this source and kept in `folder`, if it is whole.

    Else it is made now, and kept where there is a folder: nothing fails because the disk is full.
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
