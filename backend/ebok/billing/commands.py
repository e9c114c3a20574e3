"""`ebok import`: billing data from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from peewee import OperationalError, ProgrammingError
from tqdm import tqdm

from ebok.billing.operations import Progress, import_bundle
from ebok.database import connect
from ebok.settings import WrongSettings, load

REFUSED, MISUSED = 1, 2


@click.command("import")
@click.argument("path", type=click.Path(exists=True, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and compare, but change nothing.")
def import_command(path: Path, dry_run: bool) -> None:
    """Bring customers and invoices up to date with PATH: a folder, a ZIP, or one CSV file.

    Formats: docs/billing-format.md. Ends with 0 when done, 1 when refused (nothing was changed),
    2 when called wrongly.
    """
    try:
        settings = load()
    except WrongSettings as wrong:
        click.echo("\n".join(wrong.faults), err=True)
        sys.exit(MISUSED)
    connect(settings.database)
    try:
        with _bar() as progress:
            report = import_bundle(path, settings, dry_run, progress)
    except (OperationalError, ProgrammingError) as fault:
        # No table yet, no server, a full disk: the transaction is undone, and said plainly.
        advice = "Has `ebok init` been run?"
        click.echo(f"The database refused: {fault}. Nothing was changed. {advice}", err=True)
        sys.exit(REFUSED)
    click.echo(str(report))
    sys.exit(REFUSED if report.is_refused else 0)


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """A progress bar where there is a terminal to draw it on; a log file gets none."""
    if not sys.stderr.isatty():
        yield None
        return
    with tqdm(unit="B", unit_scale=True, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
