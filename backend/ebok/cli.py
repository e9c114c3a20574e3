"""`ebok …`: collects the features' commands.

Exit codes: 0 done; 1 refused, with the reason on stderr; 2 wrong use; 78 wrong settings
(EX_CONFIG).
"""

import os
import sys
from collections.abc import Callable
from functools import wraps

import click

from ebok import audit_chain, audit_commands, database, migrate, settings, terminal
from ebok.accounts.commands import accounts
from ebok.billing import keys
from ebok.billing.commands import import_bundle, imports, inbox
from ebok.demo.commands import demo
from ebok.documents.commands import documents
from ebok.exports.commands import export
from ebok.health.commands import doctor
from ebok.mail.commands import mails, worker
from ebok.mydata.commands import close
from ebok.notifications.commands import bounces, evidence
from ebok.registration.commands import registrations

REFUSED, WRONG_SETTINGS = 1, 78


def main() -> None:
    """The command's door: every fault of the settings is listed, and nothing starts."""
    terminal.guard()
    # Whatever is made from here on is ours alone to read, whoever starts us.
    os.umask(0o077)
    try:
        ebok()
    except settings.WrongSettings as wrong:
        for fault in wrong.faults:
            click.echo(f"wrong setting: {fault}", err=True)
        sys.exit(WRONG_SETTINGS)
    except migrate.NotCurrent as refusal:
        click.echo(f"Error: {refusal}", err=True)
        sys.exit(REFUSED)


@click.group()
def ebok():
    """The online customer office of a water utility."""


@ebok.command()
def init():
    """Create the database, or bring it up to date. Safe when started twice at once."""
    chosen = settings.load()
    database.connect(chosen.database)
    names = migrate.migrate()
    with database.connection():
        audit_chain.begin_if_new(names, chosen.secret_key)
    click.echo("\n".join(f"applied {name}" for name in names) or "up to date")


@ebok.command()
@click.option(
    "--no-worker", is_flag=True, help="Send no mail from here; run `ebok worker` elsewhere."
)
def serve(no_worker):
    """Serve the office, and send its mail, until SIGTERM."""
    from ebok.serve import serve as run

    run(settings.load(), with_worker=not no_worker)


COMMANDS = (
    accounts,
    audit_commands.commands,
    bounces,
    demo,
    doctor,
    documents,
    evidence,
    export,
    import_bundle,
    imports,
    inbox,
    keys.commands,
    mails,
    registrations,
    worker,
)
MIGRATING = {"init", "demo", "doctor"}
"""They bring a database up to date, or say what is wrong with it."""


def _guard(command: click.Command) -> None:
    """Have a command, and all below it, refuse a database that is not this code's.

    Old code would write what new code does not understand, and look as if all were well.
    """
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _guard(each)
    else:
        command.callback = _with_its_database(command.callback)


def _with_its_database(run: Callable) -> Callable:
    @wraps(run)
    def guarded(**arguments):
        database.connect(settings.load().database)
        migrate.require_current()
        # The command opens its own: here, or in processes to which none may be carried.
        database.database.close_all()
        return run(**arguments)

    return guarded


for command in COMMANDS:
    ebok.add_command(command)
# It needs consents and notifications, which know accounts, and not the other way round.
accounts.add_command(close)
for command in ebok.commands.values():
    if command.name not in MIGRATING:
        _guard(command)
