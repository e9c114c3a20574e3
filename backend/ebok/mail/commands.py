"""`ebok worker`: runs the mail worker; `ebok mails`: retries failed mails."""

from datetime import timedelta

import click

from ebok.cli_context import application, in_application
from ebok.database import now
from ebok.mail.retrying import retry_all


@click.command()
def worker() -> None:
    """Send the mails of the outbox until SIGTERM or SIGINT; the current one is finished first."""
    from ebok.mail.worker import work
    from ebok.settings import load

    settings = load()
    work(settings, application().create_core(settings))


@click.group()
def mails():
    """Mails that wait or were given up."""


@mails.command()
@click.option("--days", default=30, show_default=True, help="Given up mails of so many days.")
@in_application
def retry(days: int):
    """Retry all mails, given up or waiting, after the relay was repaired.

    Not mails to dead addresses, expired codes and links, and withdrawn mails.
    """
    click.echo(f"{retry_all(now() - timedelta(days=days))} to be sent")
