"""The command `ebok`: collects the features' commands.

Exit codes: 0 done; 1 refused, with the reason on stderr; 2 wrong use; 78 wrong settings
(EX_CONFIG).
"""

import gc
import os
import sys
import time
from collections.abc import Callable
from functools import cache, wraps
from types import ModuleType
from typing import Any

import click
from peewee import OperationalError, PeeweeException

from ebok import cli_context, database, features, settings
from ebok.database import migrate
from ebok.database.outages import host_of, named
from ebok.features import COMMANDS, find

REFUSED, WRONG_SETTINGS = 1, 78
SECONDS_FOR_DATABASE = 60


def main() -> None:
    """Run the command; list every fault of the settings, and exit with a code (see above)."""
    cli_context.guard()
    # Files are readable by our user only, whatever the caller's umask.
    os.umask(0o077)
    try:
        ebok()
    except settings.WrongSettings as wrong:
        for fault in wrong.faults:
            click.echo(f"wrong setting: {fault}", err=True)
        sys.exit(WRONG_SETTINGS)
    except PeeweeException as fault:
        # The driver's message and a traceback could quote rows, and would not help.
        click.echo(f"Error: the database: {named(fault)}: ask `ebok doctor`", err=True)
        sys.exit(REFUSED)
    except migrate.NotCurrent as refusal:
        click.echo(f"Error: {refusal}", err=True)
        sys.exit(REFUSED)


@cache
def application() -> ModuleType:
    """The module `ebok.app`, imported late because most commands do not need it."""
    from ebok import app

    return app


class Commands(click.Group):
    """The group of all features' commands, each imported when it is called.

    Importing all takes longer than most commands run.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Sorted names of all commands."""
        there = super().list_commands(ctx)
        return sorted({*there, *(name for name in COMMANDS if " " not in name)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, with its check of the schema (`_guard`)."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            self.add_command(_imported(cmd_name))
        if not gc.isenabled():
            # Imported code stays for ever: the collector need not scan it again.
            gc.freeze()
            gc.enable()
        return super().get_command(ctx, cmd_name)


def _imported(name: str) -> click.Command:
    command: click.Command = find(COMMANDS[name])
    for path, place in COMMANDS.items():
        if path.startswith(f"{name} ") and isinstance(command, click.Group):
            command.add_command(find(place))
    if name not in MIGRATING:
        _guard(command)
    return command


@click.group(cls=Commands, context_settings={"obj": application})
@click.option(
    "--data",
    metavar="FOLDER",
    help="Use the data in this folder, which is made if missing, and not this machine's.",
)
def ebok(data: str | None):
    """The online customer office of a water utility.

    Settings are read from /etc/ebok/ebok.toml, or from the file that EBOK_CONFIG names.
    """
    features.register_parts()
    if data:
        settings.ask_for_data(data)


@ebok.command()
def init():
    """Create the database, or bring it up to date. Safe when started twice at once."""
    from ebok.audit import chain

    chosen = settings.load()
    database.connect(chosen.database)
    names = migrate.migrate()
    with database.connection():
        chain.begin_if_new(names, chosen.secret_key)
    click.echo("\n".join(f"applied {name}" for name in names) or "up to date")


@ebok.command()
@click.option(
    "--no-worker", is_flag=True, help="Send no mail from here; run `ebok worker` elsewhere."
)
def serve(no_worker: bool):
    """Serve the pages and send mails until SIGTERM."""
    from ebok.server.port import NoPort
    from ebok.server.serve import serve as run

    try:
        run(settings.load(), application().create_app, with_worker=not no_worker)
    except NoPort as refusal:
        raise click.ClickException(str(refusal)) from None


MIGRATING = {"init", "demo", "doctor"}
"""They update the schema, or report what is wrong with it."""


def _guard(command: click.Command, seconds: float = 0) -> None:
    """Make a command and its subcommands refuse a database whose schema is not this code's.

    Old code would silently write data that new code does not understand.
    """
    if isinstance(command, click.Group):
        for each in set(command.commands.values()):
            _guard(each)
        if not command.invoke_without_command:
            return
    if command.callback:
        command.callback = _with_its_database(command.callback, seconds)


def _with_its_database(run: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    @wraps(run)
    def guarded(**arguments: Any):
        chosen = settings.load()
        database.connect(chosen.database)
        _require_current(host_of(chosen.database), seconds)
        # The command opens its own connection, perhaps in child processes, which must not inherit
        # one.
        database.database.close_all()
        return run(**arguments)

    return guarded


def _require_current(where: str, seconds: float) -> None:
    """Refuse a schema that is not current, after waiting `seconds` for a database that starts."""
    ends_tick, has_told = time.monotonic() + seconds, False
    while True:
        try:
            return migrate.require_current()
        except OperationalError as fault:
            reason = (str(fault).strip() or type(fault).__name__).splitlines()[-1]
            if time.monotonic() >= ends_tick:
                raise click.ClickException(f"{where} does not answer: {reason}") from None
            if not has_told:
                click.echo(f"{where} does not answer yet: {reason}; waiting a minute", err=True)
            has_told = True
            time.sleep(1)


_guard(serve, SECONDS_FOR_DATABASE)
