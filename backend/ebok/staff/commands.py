"""`ebok staff …`: the first administrator, and the way back in when nobody can sign in."""

import click

from ebok import settings
from ebok.access import Role
from ebok.actor import Actor
from ebok.cli_context import CLERK, in_application, row
from ebok.database import transaction
from ebok.database.iso import as_text
from ebok.errors import InvalidForm, Refusal
from ebok.mail.offers import unwritable
from ebok.staff import operations
from ebok.staff.models import StaffMember
from ebok.values import normalize

ROLES = click.Choice([str(role) for role in Role])


@click.group()
def staff():
    """Who works in the office, at /biuro."""


@staff.command()
@click.argument("name")
@click.argument("email")
@click.option("--role", type=ROLES, default=str(Role.ADMINISTRATOR), show_default=True)
@CLERK
@in_application
def add(name: str, email: str, role: str, clerk: Actor):
    """Add somebody, and print the link by which they set their password."""
    try:
        told = " ".join(name.split())
        new = operations.NewMember(told, normalize.email(email), Role(role))
        if fault := unwritable(new.email):
            raise click.ClickException(fault)
        with transaction():
            link = _link(operations.add(clerk, new))
    except (Refusal, normalize.Unreadable) as fault:
        raise click.ClickException(_told(fault)) from None
    click.echo(link)


@staff.command()
@click.argument("email")
@CLERK
@in_application
def reset(email: str, clerk: Actor):
    """Take password and second factors away from somebody who has lost them; print a new link.

    Also from the last administrator, who can come back in no other way.
    """
    member = StaffMember.find(email)
    if member is None:
        raise click.ClickException("nobody has this address")
    with transaction():
        operations.reset(clerk, member)
        link = _link(member)
    click.echo(link)


@staff.command("list")
@in_application
def list_staff():
    """Print who works in the office: name, address, role, when last signed in."""
    for member in StaffMember.everybody():
        last = as_text(member.signed_in_at) if member.signed_in_at else "never"
        click.echo(row(member.name, member.email, member.role, last))


@staff.command()
@click.argument("email")
@CLERK
@in_application
def remove(email: str, clerk: Actor):
    """Let somebody in no more; their sessions end at once."""
    member = StaffMember.find(email)
    if member is None:
        raise click.ClickException("nobody has this address")
    try:
        operations.remove(clerk, member.public_id)
    except Refusal as refusal:
        raise click.ClickException(_told(refusal)) from None
    click.echo(f"{row(email)}: removed")


def _link(member: StaffMember) -> str:
    return f"{settings.current().base_url}/biuro/zaproszenie#{operations.new_invitation(member)}"


def _told(fault: Exception) -> str:
    if isinstance(fault, InvalidForm):
        return " ".join(str(message) for _field, message in fault.faults)
    return str(fault.sentence if isinstance(fault, Refusal) else fault)
