"""`ebok …`: collects the features' commands.

Exit codes: 0 done; 1 refused, with the reason on stderr; 2 wrong use; 78 wrong settings
(EX_CONFIG).
"""

import sys

import click

from ebok import audit, database, migrate, settings
from ebok.accounts.commands import accounts
from ebok.billing import keys
from ebok.billing.commands import import_bundle, imports, inbox
from ebok.demo.commands import demo
from ebok.documents.commands import documents
from ebok.exports.commands import export
from ebok.health.commands import doctor
from ebok.mail.commands import worker
from ebok.mydata.commands import close
from ebok.notifications.commands import bounces, evidence
from ebok.registration.commands import registrations

WRONG_SETTINGS = 78


def main() -> None:
    """The command's door: every fault of the settings is listed, and nothing starts."""
    try:
        ebok()
    except settings.WrongSettings as wrong:
        for fault in wrong.faults:
            click.echo(f"wrong setting: {fault}", err=True)
        sys.exit(WRONG_SETTINGS)


@click.group()
def ebok():
    """The online customer office of a water utility."""


@ebok.command()
def init():
    """Create the database, or bring it up to date. Safe when started twice at once."""
    chosen = settings.load()
    database.connect(chosen.database)
    names = migrate.migrate()
    click.echo("\n".join(f"applied {name}" for name in names) or "up to date")


@ebok.command()
@click.option(
    "--no-worker", is_flag=True, help="Send no mail from here; run `ebok worker` elsewhere."
)
def serve(no_worker):
    """Serve the office, and send its mail, until SIGTERM."""
    from ebok.serve import serve as run

    chosen = settings.load()
    database.connect(chosen.database)
    lacking = migrate.pending()
    if lacking:
        raise click.ClickException("the database is not up to date: run `ebok init` first")
    # Connections must not be carried into the processes that are about to be made.
    database.database.close_all()
    run(chosen, with_worker=not no_worker)


COMMANDS = (
    accounts,
    audit.commands,
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
    registrations,
    worker,
)
for command in COMMANDS:
    ebok.add_command(command)
# It needs consents and notifications, which know accounts, and not the other way round.
accounts.add_command(close)
