"""`ebok worker`: runs the mail worker; `ebok mails`: retries failed mails."""

from datetime import timedelta

import click

from ebok.cli_context import application, in_application
from ebok.database import now
from ebok.mail.retrying import retry_all


@click.command()
def worker() -> None:
    """Send the mails of the outbox until SIGTERM or SIGINT; the one in hand is finished first."""
    from ebok.mail.worker import work
    from ebok.settings import load

    settings = load()
    work(settings, application().create_core(settings))


@click.group()
def mails():
    """Mails that wait, and mails that were given up."""


@mails.command()
@click.option("--days", default=30, show_default=True, help="Given up mails of so many days.")
@in_application
def retry(days):
    """Post again what was given up, and try at once what waits: the relay is mended.

    Not what a dead address refused, nor a code or link that is no longer good, nor what was
    withdrawn.
    """
    click.echo(f"{retry_all(now() - timedelta(days=days))} to be sent")
