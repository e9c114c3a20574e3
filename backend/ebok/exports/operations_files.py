"""Batches of changes as files for billing: settled first, then written, then noted as written.

The order makes every death harmless. Before the batch is settled nothing has happened; after that
the next export writes the very same batch again, with the same number and the same changes, until
one is noted as written. Billing can therefore tell a repetition by its batch number alone.
"""

import csv
import fcntl
import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ebok.database import as_text, now, transaction
from ebok.exports.models import Batch, Outgoing
from ebok.exports.operations import FEEDS
from ebok.values.csv_text import harmless

HEAD = ("batch", "change_id", "customer_code", "happened_at", "effective_at")
FORMATS = ("csv", "json")
PHONE = re.compile(r"\+\d+", re.ASCII)


@contextmanager
def one_at_a_time(data_dir: Path) -> Iterator[None]:
    """Let one process export: a second would take the first one's batch for a dead one's."""
    with (data_dir / "export.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def settle(feed: str) -> Batch | None:
    """The batch to write: one that an export died over, else a new one; None without changes."""
    with transaction():
        return Batch.find_unwritten(feed) or _take(feed, now())


def _take(feed: str, moment: datetime) -> Batch | None:
    free = (Outgoing.feed == feed) & Outgoing.batch.is_null() & Outgoing.exported_at.is_null()
    due = free & (Outgoing.effective_at <= moment)
    if not Outgoing.select(Outgoing.id).where(due).exists():
        return None
    batch = Batch.create(feed=feed, begun_at=moment)
    Outgoing.update(batch=batch).where(due).execute()
    return batch


def note_written(batch: Batch) -> None:
    """The file is on the disk, or went out whole: its changes were told."""
    with transaction():
        moment = now()
        batch.change(written_at=moment)
        first = (Outgoing.batch == batch) & Outgoing.exported_at.is_null()
        Outgoing.update(exported_at=moment).where(first).execute()


def changes_of(batch: Batch | None) -> Iterable[Outgoing]:
    """The changes of a batch, in the order in which they happened."""
    return Outgoing.select().where(Outgoing.batch == batch).order_by(Outgoing.id).iterator()


def changes_since(feed: str, moment: datetime) -> Iterable[Outgoing]:
    """What was first exported at that moment or later, each change as it was told then."""
    again = (Outgoing.feed == feed) & (Outgoing.exported_at >= moment)
    return Outgoing.select().where(again).order_by(Outgoing.id).iterator()


def write(feed: str, changes: Iterable[Outgoing], form: str, stream: BinaryIO) -> int:
    """Write the changes as "csv" or "json"; returns how many there were."""
    rows = map(_row, changes)
    return _write_csv(feed, rows, stream) if form == "csv" else _write_json(feed, rows, stream)


def _row(change: Outgoing) -> dict:
    return {
        "batch": change.batch_id,
        "change_id": change.id,
        "customer_code": change.customer_code,
        "happened_at": as_text(change.happened_at),
        "effective_at": as_text(change.effective_at),
        **json.loads(change.facts),
    }


def _write_csv(feed: str, rows: Iterable[dict], stream: BinaryIO) -> int:
    # With the mark that tells a spreadsheet of a Polish Windows that this is UTF-8.
    text, count = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True), 0
    writer = csv.writer(text, delimiter=";")
    columns = (*HEAD, *FEEDS[feed])
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row[column]) for column in columns])
        count += 1
    text.detach()
    return count


def cell(value) -> str:
    """A value in a CSV file: yes and no in words, and nothing that is taken for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    # A phone number is a number, whatever a spreadsheet makes of it.
    return text if PHONE.fullmatch(text) else harmless(text)


def _write_json(feed: str, rows: Iterable[dict], stream: BinaryIO) -> int:
    count = 0
    stream.write(f'{{"feed": "{feed}", "changes": ['.encode())
    for count, row in enumerate(rows, 1):
        comma = "," if count > 1 else ""
        stream.write(f"{comma}\n{json.dumps(row, ensure_ascii=False)}".encode())
    stream.write(b"\n]}\n")
    return count


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is complete and on the disk.

    For its owner's eyes: it holds addresses. FileExistsError when billing has not fetched the one
    before; an interrupted one leaves nothing but a hidden draft, which the next replaces.
    """
    if path.exists():
        raise FileExistsError(path)
    draft = path.with_name(f".{path.name}.part")
    with open(draft, "wb", opener=_for_owner) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
