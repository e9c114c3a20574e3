"""Keys with which a program delivers bundles over HTTP: made by a command, kept as hashes."""

import re

import click

from ebok import audit
from ebok.database import as_text, now, transaction
from ebok.desk import CLERK, in_office
from ebok.imports.deliveries import BundleKey
from ebok.tokens import hash_token, new_token, same

PREFIX = "ebok_"
"""So that a scanner for leaked secrets, and a person, sees what it is."""
BEARER = re.compile(rf"Bearer ({PREFIX}[\w-]{{43}})", re.ASCII | re.IGNORECASE)


class NoKey(Exception):
    """Why a key cannot be made or revoked; a sentence for the operator."""


def make(name: str, clerk: str) -> str:
    """Make a key of this name, and return it: it is never shown again."""
    key = PREFIX + new_token()
    with transaction():
        if BundleKey.select().where(BundleKey.name == name).exists():
            raise NoKey(f"there is, or was, a key named {name!r} already: choose another name")
        BundleKey.create(name=name, key_hash=hash_token(key), created_at=now())
        audit.record(clerk, "bundle_key_made", "", name)
    return key


def revoke(name: str, clerk: str) -> None:
    """Let nobody deliver with this key any more."""
    with transaction():
        mine = (BundleKey.name == name) & BundleKey.revoked_at.is_null()
        if not BundleKey.update(revoked_at=now()).where(mine).execute():
            raise NoKey(f"there is no key named {name!r}, or it was revoked")
        audit.record(clerk, "bundle_key_revoked", "", name)


def find_key(authorization: str) -> BundleKey | None:
    """The key that this header shows; None for one that is unknown, revoked or none at all."""
    shown = BEARER.fullmatch(authorization)
    key_hash = hash_token(shown[1] if shown else "")
    # Asked for even when none is shown, so that the time tells nothing; and the hash of 256 random
    # bits gives nothing to who measures how far it was compared.
    found = BundleKey.find_valid(key_hash)
    return found if found and shown and same(found.key_hash, key_hash) else None


def _named(_context, _option, name: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,60}", name, re.ASCII):
        raise click.BadParameter("1 to 60 letters, digits, dots and hyphens")
    return name


NAME = click.argument("name", callback=_named)


@click.group("keys")
def commands():
    """Keys with which a program delivers bundles over HTTP."""


@commands.command("make")
@NAME
@CLERK
@in_office
def make_command(name, clerk):
    """Make a key, and show it: this once."""
    try:
        key = make(name, clerk)
    except NoKey as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(key)
    click.echo("It is not shown again. Keep it where the program that delivers reads it.", err=True)


@commands.command("revoke")
@NAME
@CLERK
@in_office
def revoke_command(name, clerk):
    """Let nobody deliver with this key any more."""
    try:
        revoke(name, clerk)
    except NoKey as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{name} was revoked")


@commands.command("list")
@in_office
def list_command():
    """Show the names of the keys, and when each was made, last used and revoked."""
    for key in BundleKey.select().order_by(BundleKey.id):
        times = (key.created_at, key.used_at, key.revoked_at)
        click.echo("\t".join([key.name, *(as_text(time) or "-" for time in times)]))
