"""`ebok import`, `ebok imports`, `ebok inbox`: billing data from the command line."""

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from ebok import logs
from ebok.billing import (
    columns,
    operations,
    operations_alerts as alerts,
    operations_history as history,
    operations_publishing as publishing,
    operations_undo,
)
from ebok.billing.bundle_copies import StillWritten
from ebok.billing.models_check import ACCEPT
from ebok.billing.operations_decisions import Decisions
from ebok.billing.operations_inbox import Inbox
from ebok.billing.operations_progress import Progress
from ebok.billing.texts_report import Report
from ebok.cli_context import row
from ebok.database import connect, connection, now
from ebok.database.outages import OUTAGES, in_words
from ebok.languages import in_report_language, say as _
from ebok.settings import Settings, load

PARTIAL = 3
"""Exit code of an import that set rows aside."""
HELD = 4
"""Exit code of an import that is held, or in a dry run would be."""


def _addresses(_context: click.Context, _option: click.Parameter, given: str) -> tuple[str, ...]:
    parts = [part.strip() for part in given.split(",")] if given else []
    try:
        return tuple(columns.email(part) or _refuse(part) for part in parts)
    except columns.Unfit:
        _refuse(given)


def _refuse(given: str) -> NoReturn:
    raise click.BadParameter(f"{given!r}: expected e-mail addresses with commas between them")


@click.command("import")
@click.argument("path", type=click.Path(exists=True, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and compare, but change nothing.")
@click.option(
    "--publish-to",
    callback=_addresses,
    help="Hold it until `ebok imports publish`, and send samples to these addresses.",
)
@click.option(
    "--list",
    "list_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every fault and warning to this file, as CSV.",
)
def import_bundle(
    path: Path, dry_run: bool, publish_to: tuple[str, ...], list_path: Path | None
) -> None:
    """Bring the mirror of billing up to date with PATH: a folder, a ZIP, or one file.

    See docs/imports.md. Exit codes: 0 done; 3 done, but some rows were set aside; 4 held, or in a
    dry run would be; 1 refused, nothing was changed; 2 wrong use.
    """
    if dry_run and publish_to:
        raise click.UsageError("--dry-run changes nothing, so there is nothing to publish")
    options = operations.ImportOptions(dry_run, "command", publish_to)
    with _settings() as settings, _bar() as progress:
        report = operations.import_bundle(path, settings, progress=progress, options=options)
        _list(report, list_path)
        click.echo(str(report))
    sys.exit(_exit_code(report))


def _exit_code(report: Report) -> int:
    if report.is_refused:
        return 1
    if report.is_held:
        return HELD
    return PARTIAL if report.is_partial else 0


def _list(report: Report, path: Path | None) -> None:
    """Write all faults to `path` if one is given, and say in the report where they are."""
    table = report.as_csv()
    if table and path:
        _write(path, table)
        report.list_note = _("The whole list is in %(file)s.", file=path)
    elif report.has_unlisted:
        report.list_note = _("`ebok import --list FILE` writes the whole list as CSV.")


def _write(path: Path, table: str) -> None:
    path.touch(0o600)
    # Without a byte order mark Excel reads the file as CP1250.
    path.write_text(table, "utf-8-sig", newline="")


@click.command()
def inbox() -> None:
    """Import complete bundles from the inbox, and store them with their reports in intake/.

    The mail worker does this by itself.
    """
    logs.configure()
    # SIGTERM raises SystemExit, so that the interrupted try is not counted.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with _settings() as settings:
            Inbox(settings).import_all()
    finally:
        signal.signal(signal.SIGTERM, before)


@click.group()
def imports() -> None:
    """Imports that changed something or are held."""


@imports.command("list")
def list_imports() -> None:
    """List the imports, newest first."""
    with _settings(), connection():
        for each in history.all_imports():
            click.echo(row(*history.summary(each)))


@imports.command()
@click.argument("import_id", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--list",
    "list_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write what was set aside to this file, as CSV.",
)
def show(import_id: int, list_path: Path | None) -> None:
    """Show an import's counts by table, and what it set aside."""
    with _settings() as settings:
        click.echo("\n".join(history.describe(import_id, settings)))
        with connection():
            table = history.set_aside_as_csv(import_id)
        if table and list_path:
            _write(list_path, table)
            click.echo(_("The whole list is in %(file)s.", file=list_path))


@imports.command()
def undo() -> None:
    """Undo the newest import, with its unsent mails; repeat to undo the one before."""
    with _settings() as settings:
        click.echo(str(operations_undo.undo(settings)))


@imports.command()
@click.argument("import_id", type=click.IntRange(1, 2**31 - 1), required=False)
@click.option("--keep-back", "back", metavar="KEY", multiple=True, help="Keep this row back.")
@click.option(
    "--keep-former", "former", metavar="KEY", multiple=True, help="Let what it was before stay."
)
@click.option("--accept", metavar="KEY", multiple=True, help="Take this row as it is.")
@click.option("--accept-all", is_flag=True, help="Take every other held row as it is.")
def publish(
    import_id: int | None,
    back: tuple[str, ...],
    former: tuple[str, ...],
    accept: tuple[str, ...],
    accept_all: bool,
) -> None:
    """Publish a held import: the newest, or the given one.

    KEY is a held row's key as listed by `ebok imports show`. Rows without a decision get the safe
    one: changed accounts keep their value, rows that cannot be right are kept back with what refers
    to them. Exit codes: 0 done; 3 done, but some rows were set aside; 1 refused.
    """
    decisions = Decisions(back, former, accept, ACCEPT if accept_all else "")
    with _settings() as settings, _bar() as progress:
        report = publishing.publish(settings, import_id, decisions, progress)
        click.echo(str(report))
    sys.exit(_exit_code(report))


@imports.command()
@click.argument("import_id", type=click.IntRange(1, 2**31 - 1))
def discard(import_id: int) -> None:
    """Discard a held import, with its bundle."""
    with _settings() as settings:
        found = publishing.discard(settings, import_id)
        click.echo(_("Import %(id)s has been discarded. Nothing was changed.", id=found.id))


@contextmanager
def _settings() -> Generator[Settings]:
    """Connect to the database and yield the settings; turn faults into messages of the command."""
    settings, began_at = load(), now()
    connect(settings.database)
    try:
        with in_report_language(settings):
            yield settings
    except history.NotPossible as refusal:
        raise click.ClickException(str(refusal)) from None
    except OUTAGES as fault:
        # No server, a full disk, a lock: the transaction is rolled back.
        with in_report_language(settings):
            raise click.ClickException(
                f"{in_words(fault, settings)}\n{alerts.changed_since(began_at)}"
            ) from None
    except StillWritten:
        with in_report_language(settings):
            raise click.ClickException(
                _("It is still being written. Nothing was changed: try again when it is complete.")
            ) from None


@contextmanager
def _bar() -> Generator[Progress | None]:
    """A progress bar if stderr is a terminal, else None."""
    if not sys.stderr.isatty():
        yield None
        return
    # Imported here: otherwise every command, `ebok serve` too, would load it.
    from tqdm import tqdm

    with tqdm(unit="B", unit_scale=True, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
