"""`ebok lookup …`: the index by which the office finds customers."""

import click

from ebok.cli_context import in_application
from ebok.lookup import operations_index as index


@click.group()
def lookup():
    """The index by which the office finds customers."""


@lookup.command("rebuild")
@in_application
def rebuild():
    """Make the index anew. Meanwhile searches find those who are in it again."""
    index.rebuild()
    while index.catch_up():
        pass
    click.echo(f"{index.count_indexed()} customers can be found.")
