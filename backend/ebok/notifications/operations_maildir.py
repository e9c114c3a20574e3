"""Reading the mailbox of bounces: a maildir filled by the mail server here or by a fetching
program.

No password of a mailbox is needed, and nothing is lost while the worker is down.
"""

import logging
import os
import time
from pathlib import Path

from ebok.notifications.operations_bounces import take
from ebok.notifications.operations_strays import content_of, pass_on
from ebok.settings import Settings

log = logging.getLogger(__name__)

READ_SECONDS = 60
READ_AT_ONCE = 20
LONGEST_SECONDS = 0.3
"""After this time one-time codes go first; one DSN takes up to a second."""
SEEN, UNSEEN, PASSED = ":2,S", ":2,", ":2,PS"
FLAGS = {"no-report": UNSEEN, "no-mail": UNSEEN, "passed-on": PASSED}


def read_bounces(settings: Settings) -> bool:
    """Process mails from the mailbox; return whether there are more.

    Reports are marked as seen, letters from people as passed on; anything else stays unseen.
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
        content = content_of(path)
        outcome = "no-mail" if content is None else take(content)
        if content is not None and outcome == "no-report":
            outcome = "passed-on" if pass_on(content, path.name.partition(":")[0]) else outcome
        flags = FLAGS.get(outcome, SEEN)
        # Moved last: after a crash the DSN is read again, and still counts once.
        os.rename(path, maildir / "cur" / f"{path.name}{flags}")
    except FileNotFoundError:
        # Another worker has moved it.
        return
    log.info("what=report outcome=%s", outcome)
