"""Checks of the machine: space on the disk, the clock."""

import ctypes
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ebok.database import database, is_postgres, now
from ebok.doctor import Finding, checkup, fail, fine, warn
from ebok.languages import say as _
from ebok.operation.models import Beat
from ebok.operation.operations_workers import WORKER
from ebok.settings import Settings

MEGABYTE = 10**6
LEAST_MEGABYTES, FEW_MEGABYTES = 100, 1000
FEW_FILES = 1000
SECONDS_OFF = 30
STATUS_OFFSET, UNSYNCHRONISED = 40, 0x0040
"""Byte offset of `status` in the kernel's `struct timex`, and its flag for an unset clock."""


@checkup("disk", quick=True, database=False)
def look_at_the_disk(settings: Settings) -> Iterator[Finding]:
    """Check the free space for the database, documents and bundles."""
    place = _folder(settings)
    room = os.statvfs(place)
    free = room.f_bavail * room.f_frsize // MEGABYTE
    todo = _("Free some space, or enlarge the disk. Look at `intake` and the backups first.")
    told = {"place": place, "free": free}
    if room.f_files and room.f_favail < FEW_FILES:
        yield fail(_("There is no room for more files at %(place)s.", place=place), todo)
    elif free < LEAST_MEGABYTES:
        what = _("The disk is full: %(free)s MB free at %(place)s; nothing can be saved.", **told)
        yield fail(what, todo)
    elif free < FEW_MEGABYTES:
        yield warn(_("The disk is nearly full: %(free)s MB free at %(place)s.", **told), todo)
    else:
        yield fine(_("%(free)s MB free at %(place)s", **told))


def _folder(settings: Settings) -> Path:
    """The folder of the SQLite file; with Postgres, whose disk we cannot see, the data
    directory."""
    if settings.database.startswith("sqlite:///"):
        return Path(settings.database.removeprefix("sqlite:///")).parent
    return settings.data_dir


@checkup("clock", quick=True)
def look_at_the_clock(_settings: Settings) -> Iterator[Finding]:
    """Compare the clock with the database server's and with times already recorded."""
    off = (_clock_of_postgres() - now()).total_seconds() if is_postgres() else 0
    ahead = ((Beat.seen(WORKER) or now()) - now()).total_seconds()
    todo = _("Set the clock by NTP (`timedatectl set-ntp true`) on every machine that runs e-BOK.")
    if abs(off) > SECONDS_OFF:
        what = _(
            "The clocks of the database and of this machine differ by %(count)s seconds.",
            count=int(abs(off)),
        )
        yield fail(what, todo)
    elif ahead > SECONDS_OFF:
        what = _("The clock is %(count)s seconds behind times already recorded.", count=int(ahead))
        yield fail(what, todo)
    else:
        yield fine(_("agrees with times already recorded"))


def _clock_of_postgres() -> datetime:
    (seconds,) = database.execute_sql("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    return datetime.fromtimestamp(float(seconds), UTC).replace(tzinfo=None)


@checkup("ntp", database=False)
def look_who_sets_the_clock(_settings: Settings) -> Iterator[Finding]:
    """Check for NTP. A clock that is wrong on all machines shows in no other check."""
    kernel = ctypes.CDLL(None)
    if not hasattr(kernel, "adjtimex"):
        return
    told = ctypes.create_string_buffer(512)
    kernel.adjtimex(told)
    status = int.from_bytes(told[STATUS_OFFSET : STATUS_OFFSET + 4], "little")
    if status & UNSYNCHRONISED:
        todo = _("Have NTP set it: `timedatectl set-ntp true`.")
        yield warn(
            _("Nothing sets the clock of this machine, and codes and links expire by it."), todo
        )
    else:
        yield fine(_("the clock is set by NTP"))
