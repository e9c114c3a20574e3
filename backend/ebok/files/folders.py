"""Safe access to files that others may have put there, and private folders.

No link is followed in any part of a path, and no pipe is waited for: where others may write, a name
can lead anywhere and change at any moment.
"""

import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

BASE = os.O_NOFOLLOW | os.O_CLOEXEC
FOLDER = BASE | os.O_RDONLY | os.O_DIRECTORY
# O_PATH: passing through a folder needs no permission to read it.
PASSED = BASE | os.O_PATH | os.O_DIRECTORY
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoFile(OSError):
    """A link, pipe, socket or device in place of a file or folder."""


def own_folder(path: Path) -> Path:
    """The private folder at `path`, created if missing.

    Raises NoFile if something else is there, even a link to a folder.
    """
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        _hand_over(path)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise NoFile(errno.ENOTDIR, "is a link, not a folder", str(path))
    # The umask may have restricted or widened it.
    if stat.S_IMODE(status.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def _hand_over(path: Path) -> None:
    """Give what root creates to the owner of the parent folder: the service runs as that user."""
    if not os.geteuid():
        around = path.parent.lstat()
        os.chown(path, around.st_uid, around.st_gid, follow_symlinks=False)


@contextmanager
def folder_at(path: Path) -> Generator[int, None, None]:
    """A handle of the folder at this absolute path. Raises OSError if any part is a link."""
    handle = os.open("/", PASSED)
    try:
        for part in path.parts[1:]:
            inner = os.open(part, PASSED, dir_fd=handle)
            os.close(handle)
            handle = inner
        opened = os.open(".", FOLDER, dir_fd=handle)
    finally:
        os.close(handle)
    try:
        yield opened
    finally:
        os.close(opened)


@contextmanager
def folder_in(name: str, folder: int) -> Generator[int, None, None]:
    """A handle of the folder with this name in another one."""
    handle = os.open(name, FOLDER, dir_fd=folder)
    try:
        yield handle
    finally:
        os.close(handle)


def status_of(name: str, folder: int) -> os.stat_result:
    """Status of the entry with this name, without following a link."""
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def open_file(name: str, folder: int) -> int:
    """A handle for reading the file with this name. Raises NoFile for anything else."""
    if not stat.S_ISREG(status_of(name, folder).st_mode):
        raise NoFile(errno.EINVAL, "is no file", name)
    # O_NONBLOCK: it may have become a FIFO meanwhile, and opening one would block.
    handle = os.open(name, BASE | os.O_RDONLY | os.O_NONBLOCK, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NoFile(errno.EINVAL, "is no file", name)
    return handle


def new_file(name: str, folder: int) -> int:
    """A handle for writing a new file that only this user can read."""
    flags = BASE | os.O_WRONLY | os.O_CREAT | os.O_EXCL
    handle = os.open(name, flags, 0o600, dir_fd=folder)
    os.fchmod(handle, 0o600)
    return handle


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a private file atomically: it has either all of the content or its former one.

    A text is written in UTF-8.
    """
    data = content.encode(errors="replace") if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}"[:200])
    draft.unlink(missing_ok=True)
    with folder_at(path.parent) as folder:
        with open(new_file(draft.name, folder), "wb") as file:
            file.write(data)
        os.rename(draft.name, path.name, src_dir_fd=folder, dst_dir_fd=folder)


def compiled_folder(data_dir: Path) -> Path | None:
    """The private folder that caches compiled templates and catalogues, or None.

    Compiled templates are executed, so nobody else may be able to write there.
    """
    with suppress(OSError):
        return own_folder(data_dir.resolve() / "compiled")
    return None


def is_full(fault: BaseException) -> bool:
    """Whether the fault means that the disk, quota or file size limit is exceeded."""
    return isinstance(fault, OSError) and fault.errno in FULL
