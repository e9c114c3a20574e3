"""`ebok accounts …`: what the office does with an account, until it has screens for it."""

import click

from ebok.accounts import operations
from ebok.desk import CLERK, in_office
from ebok.errors import Refusal


@click.group()
def accounts():
    """Customers' accounts."""


@accounts.command()
@click.argument("customer_code")
@CLERK
@in_office
def thaw(customer_code, clerk):
    """Let a frozen account be used again, after speaking with its owner."""
    try:
        operations.thaw(customer_code, clerk)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.sentence)) from None
    click.echo(f"account {customer_code}: thawed")
