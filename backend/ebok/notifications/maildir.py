"""The mailbox of mails that come back: a maildir, which the mail server on this machine, or a
fetching program, fills. No password of a mailbox is needed, and nothing is lost when we are away.
"""

import logging
import os
import stat
import time
from pathlib import Path

from ebok.errands import errand
from ebok.notifications.bounces import take
from ebok.notifications.reports import LONGEST

log = logging.getLogger(__name__)

READ_SECONDS = 60
READ_AT_ONCE = 20
LONGEST_SECONDS = 0.3
"""After so long one-time codes come first; a single report, whatever it is, takes a second."""
SEEN, UNSEEN = ":2,S", ":2,"


@errand(every_seconds=READ_SECONDS)
def read_reports(settings) -> bool:
    """Read what lies in the mailbox; whether there is more.

    A report is marked as seen. Any other mail is left unseen, for a person to read.
    """
    if not settings.bounce_maildir:
        return False
    maildir = Path(settings.bounce_maildir)
    waiting = sorted((maildir / "new").iterdir())
    until, taken = time.monotonic() + LONGEST_SECONDS, 0
    for path in waiting[:READ_AT_ONCE]:
        _take_file(path, maildir)
        taken += 1
        if time.monotonic() > until:
            break
    return len(waiting) > taken


def _take_file(path: Path, maildir: Path) -> None:
    try:
        content = _content(path)
        outcome = "no-report" if content is None else take(content)
        mark = UNSEEN if outcome == "no-report" else SEEN
        # Moved last: a death before it reads the report again, which counts once all the same.
        os.rename(path, maildir / "cur" / f"{path.name}{mark}")
    except FileNotFoundError:
        # Another worker was faster.
        return
    log.info("what=report outcome=%s", outcome)


def _content(path: Path) -> bytes | None:
    """What can be read of a mail; None for what is none: a link, a pipe, a folder.

    Such a thing must not keep the reports behind it from being read.
    """
    try:
        # A pipe that nobody writes to would be waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        return None
    try:
        is_mail = stat.S_ISREG(os.fstat(handle).st_mode)
        return os.read(handle, LONGEST) if is_mail else None
    finally:
        os.close(handle)
