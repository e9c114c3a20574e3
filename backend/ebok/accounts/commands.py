"""`ebok accounts …`: what the office does with an account, until it has screens for it."""

from collections.abc import Callable
from functools import partial

import click

from ebok.accounts import operations
from ebok.actor import Actor
from ebok.cli_context import CLERK, in_application
from ebok.errors import Refusal


@click.group()
def accounts():
    """Customers' accounts."""


@accounts.command()
@click.argument("customer_code")
@CLERK
@in_application
def freeze(customer_code: str, clerk: Actor):
    """Block an account that somebody else uses: its sessions and links end at once."""
    _do(operations.freeze_by_clerk, clerk, customer_code, "frozen")


@accounts.command()
@click.argument("customer_code")
@CLERK
@click.option(
    "--former-address",
    is_flag=True,
    help="Somebody else changed the e-mail address: back to the one before, with a new password.",
)
@in_application
def unfreeze(customer_code: str, clerk: Actor, former_address: bool):
    """Unfreeze an account, after speaking with its owner."""
    unfreezing = partial(operations.unfreeze, to_former_address=former_address)
    _do(unfreezing, clerk, customer_code, "unfrozen")


# The command's former name.
accounts.add_command(unfreeze, "thaw")


@accounts.command("end-sessions")
@click.argument("customer_code")
@CLERK
@in_application
def end_sessions(customer_code: str, clerk: Actor):
    """Log an account out on every device; its password stays."""
    _do(operations.end_sessions, clerk, customer_code, "logged out everywhere")


def _do(operation: Callable[..., object], clerk: Actor, customer_code: str, done: str) -> None:
    try:
        operation(clerk, customer_code)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.sentence)) from None
    click.echo(f"account {customer_code}: {done}")
