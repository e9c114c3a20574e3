"""`ebok accounts close`: the office closes an account."""

import click

from ebok.actor import Actor
from ebok.cli_context import CLERK, in_application
from ebok.errors import Refusal
from ebok.profile import operations


@click.command()
@click.argument("customer_code")
@CLERK
@in_application
def close(customer_code: str, clerk: Actor):
    """Close an account for good: its owner asked for it, or somebody else had opened it."""
    try:
        operations.close_by_clerk(clerk, customer_code)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.sentence)) from None
    click.echo(f"account {customer_code}: closed; the customer can register anew")
