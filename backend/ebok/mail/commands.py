"""`ebok worker`: the mail worker as a process of its own."""

import signal
import threading

import click


@click.command()
def worker() -> None:
    """Send the mails of the outbox until SIGTERM or SIGINT; the one in hand is finished first."""
    # The application collects every feature, so no feature can be loaded after it at import time.
    from ebok.app import create_app
    from ebok.mail.worker import run
    from ebok.settings import load

    settings = load()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(settings, create_app(settings), stop)
