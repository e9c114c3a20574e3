"""Logs: one line an event on stderr, for systemd to keep. No line holds anything personal.

What is logged are deeds of the machine (a mail's number, a view's name, a fault's class and place),
never values of a request, addresses or codes: those are in the audit log, under lock.
"""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure() -> None:
    """Send the house's own lines to stderr, once."""
    log = logging.getLogger("ebok")
    if log.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
