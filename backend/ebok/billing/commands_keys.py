"""`ebok keys …`: keys for programs that deliver bundles over HTTP."""

import re

import click

from ebok.actor import Actor
from ebok.billing import operations_keys as keys
from ebok.billing.models_deliveries import BundleKey
from ebok.cli_context import CLERK, in_application, row
from ebok.database.iso import as_text


def _named(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,60}", name, re.ASCII):
        raise click.BadParameter("1 to 60 letters, digits, dots and hyphens")
    return name


NAME = click.argument("name", callback=_named)


@click.group("keys")
def commands():
    """Keys for programs that deliver bundles over HTTP."""


@commands.command("make")
@NAME
@CLERK
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is good; else for ever.")
@in_application
def make_command(name: str, clerk: Actor, days: int | None):
    """Create a key and show it, only this once."""
    try:
        key = keys.make(clerk, name, days)
    except keys.KeyRefused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(key)
    click.echo("It is not shown again. Keep it where the program that delivers reads it.", err=True)


@commands.command("revoke")
@NAME
@CLERK
@in_application
def revoke_command(name: str, clerk: Actor):
    """Make a key invalid."""
    try:
        keys.revoke(clerk, name)
    except keys.KeyRefused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{name} was revoked")


@commands.command("list")
@in_application
def list_command():
    """List the keys: when each was created, last used, revoked, and expires."""
    for key in BundleKey.select().order_by(BundleKey.id):
        times = (key.created_at, key.used_at, key.revoked_at, key.expires_at)
        click.echo(row(key.name, *(as_text(time) or "-" for time in times)))
