"""`ebok export …`: writes changes for billing, each once."""

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from ebok import settings
from ebok.cli_context import in_application
from ebok.exports import operations_files as files
from ebok.exports.models import Batch
from ebok.exports.operations import FEEDS

OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("feed", type=click.Choice(sorted(FEEDS)))
@click.option("--format", "form", type=click.Choice(files.FORMATS), default="csv")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Repeat from this day on.")
@click.option("--again", is_flag=True, help="Repeat the last batch.")
@click.option("--output", type=OUTPUT, help="A new file; without one, standard output.")
@in_application
def export(feed: str, form: str, since: Any, again: bool, output: Path | None):
    """Write what changed for billing since the last export, each change once."""
    if since and again:
        raise click.UsageError("--since and --again exclude each other")
    with files.one_at_a_time(settings.current().data_dir):
        if since:
            count = _write(feed, files.changes_since(feed, _midnight(since)), form, output)
            outcome = "repeated"
        else:
            count, outcome = _export(feed, form, output, again)
    click.echo(f"{feed}: {count} changes, {outcome}", err=True)


def _export(feed: str, form: str, output: Path | None, again: bool) -> tuple[int, str]:
    batch = Batch.find_last(feed) if again else files.next_batch(feed)
    if batch is None:
        return _write(feed, (), form, output), "no batch"
    count = _write(feed, files.changes_of(batch), form, output)
    if batch.written_at:
        return count, f"batch {batch.id}, repeated"
    files.note_written(batch)
    return count, f"batch {batch.id}"


def _write(feed: str, changes: Any, form: str, output: Path | None) -> int:
    try:
        with _opened(output) as stream:
            return files.write(feed, changes, form, stream)
    except FileExistsError:
        raise click.ClickException(f"{output} is there already: has billing fetched it?") from None
    except OSError as fault:
        raise click.ClickException(f"cannot write: {fault.strerror}") from None


@contextmanager
def _opened(output: Path | None):
    if output:
        with files.whole_file(output) as stream:
            yield stream
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _midnight(day: datetime) -> datetime:
    """Midnight at the beginning of this day in the office's time zone, in UTC."""
    begins = day.replace(tzinfo=ZoneInfo(settings.current().timezone))
    return begins.astimezone(UTC).replace(tzinfo=None)
