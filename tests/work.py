"""How much work something is for the database: its statements, counted."""

import logging
from collections import Counter
from contextlib import contextmanager


class Work(logging.Handler):
    """Counts the statements that reach the database, by their text without values."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.done = Counter()

    def emit(self, record):
        sql = record.msg[0] if isinstance(record.msg, tuple) else str(record.msg)
        self.done[sql] += 1


def counted(act) -> tuple[Counter, int]:
    """The statements that an act costs, and its status."""
    with watched(Work()) as work:
        status = act()
    assert work.done
    return work.done, status


@contextmanager
def watched(handler: logging.Handler):
    """The statements that reach the database within the block, told to this handler."""
    log = logging.getLogger("peewee")
    log.addHandler(handler)
    level = log.level
    log.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
