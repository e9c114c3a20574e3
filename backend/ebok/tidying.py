"""What is no longer needed goes: standards of retention, kept by the mail worker once an hour.

A feature declares beside its operations what it may forget:

    @tidy
    def forget_sessions(moment: datetime, settings: Settings) -> int:
        …delete what has ended, and return how many rows that were…
"""

import logging
from collections.abc import Callable
from datetime import datetime

from ebok.database import now, transaction
from ebok.outages import named
from ebok.settings import Settings

log = logging.getLogger(__name__)

TIDIERS: list[Callable[[datetime, Settings], int]] = []


def tidy(forget: Callable[[datetime, Settings], int]) -> Callable[[datetime, Settings], int]:
    """Declare a function that deletes what has had its time."""
    TIDIERS.append(forget)
    return forget


def tidy_all(settings: Settings) -> None:
    """Forget everything that has had its time, each kind in a transaction of its own."""
    for forget in TIDIERS:
        _run(forget, settings)


def _run(forget: Callable[[datetime, Settings], int], settings: Settings) -> None:
    try:
        with transaction():
            count = forget(now(), settings)
    except Exception as fault:
        # What cannot be forgotten today must not keep the mails from leaving.
        log.error("what=%s outcome=failed %s", forget.__name__, named(fault))
        return
    if count:
        log.info("what=%s rows=%s", forget.__name__, count)
