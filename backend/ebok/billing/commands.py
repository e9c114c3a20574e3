"""`ebok import`: billing data from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from peewee import PeeweeException
from tqdm import tqdm

from ebok.billing import operations
from ebok.database import connect, connection
from ebok.invoices.models import Invoice
from ebok.settings import load


@click.command("import")
@click.argument("path", type=click.Path(exists=True, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and compare, but change nothing.")
def import_bundle(path: Path, dry_run: bool) -> None:
    """Bring customers and invoices up to date with PATH: a folder, a ZIP, or one CSV file.

    Formats: docs/billing-format.md. Ends with 0 when done, 1 when refused (then nothing was
    changed), 2 when called wrongly.
    """
    settings = load()
    connect(settings.database)
    try:
        _require_tables()
        with _bar() as progress:
            report = operations.import_bundle(path, settings, dry_run, progress)
    except PeeweeException as fault:
        # No server, a full disk, a lock: the transaction is undone, and it is said plainly.
        raise click.ClickException(
            f"the database refused: {fault}\nNothing was changed. `ebok doctor` tells more."
        ) from None
    click.echo(str(report))
    sys.exit(1 if report.is_refused else 0)


def _require_tables() -> None:
    with connection():
        if not Invoice.table_exists():
            raise click.ClickException("the database is empty: run `ebok init` first")


@contextmanager
def _bar() -> Iterator[operations.Progress | None]:
    """A progress bar where there is a terminal to draw it on; a log file gets none."""
    if not sys.stderr.isatty():
        yield None
        return
    with tqdm(unit="B", unit_scale=True, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
