"""`ebok audit …`: show the audit log, and verify its chain."""

from pathlib import Path

import click

from ebok.actor import Actor
from ebok.audit import AuditRow, chain
from ebok.cli_context import CLERK, in_application, row
from ebok.database.iso import as_text


@click.group("audit")
def commands():
    """The log of who did what to whom."""


@commands.command("verify")
@click.option("--head", default="", help="A head from the worker's log or from a mail.")
@click.option(
    "--former-key",
    "former_keys",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a secret_key of before: rows of then are checked, too.",
)
@in_application
def verify_command(head: str, former_keys: tuple[Path, ...]):
    """Check that no row was changed, removed or inserted."""
    verdict = chain.verify(head, [path.read_text("utf-8").strip() for path in former_keys])
    if verdict.fault:
        raise click.ClickException(verdict.fault)
    if verdict.unchecked:
        click.echo(f"{verdict.unchecked} rows were made with a former secret_key: not checked")
    click.echo(f"{verdict.rows} rows, head {verdict.head}: unbroken")


@commands.command("begin")
@CLERK
@in_application
def begin_command(clerk: Actor):
    """Begin a new chain after the secret_key was changed; old rows stay."""
    chain.begin(clerk)
    click.echo("The log begins here, with the secret_key of today.")


@commands.command("show")
@click.argument("customer_code")
@in_application
def show_command(customer_code: str):
    """List what was done to an account, oldest first."""
    mine = AuditRow.select().where(AuditRow.whom == customer_code).order_by(AuditRow.id)
    for deed in mine.iterator():
        # Rows from before actors had kinds have only a name.
        kind, name = deed.kind or "-", deed.who or "-"
        click.echo(row(as_text(deed.at) or "-", kind, name, deed.did, deed.detail))
