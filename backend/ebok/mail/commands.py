"""`ebok worker`: the mail worker as a process of its own."""

import click


@click.command()
def worker() -> None:
    """Send the mails of the outbox until SIGTERM or SIGINT; the one in hand is finished first."""
    # The application collects every feature, so no feature can be loaded after it at import time.
    from ebok.app import create_desk
    from ebok.mail.worker import work
    from ebok.settings import load

    settings = load()
    work(settings, create_desk(settings))
