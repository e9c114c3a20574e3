"""Writes batches of changes as files for billing.

First the batch is fixed, then the file is written, then it is noted as written. After a crash the
next export writes the same batch with the same number and changes, until one is noted as written;
billing recognises a repetition by its batch number.
"""

import csv
import fcntl
import io
import json
import os
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from ebok.database import now, transaction
from ebok.database.iso import as_text
from ebok.exports.models import Batch, Outgoing
from ebok.exports.operations import FEEDS
from ebok.values.csv_text import harmless

HEAD = ("batch", "change_id", "customer_code", "happened_at", "effective_at")
FORMATS = ("csv", "json")
PHONE = re.compile(r"\+\d+", re.ASCII)


@contextmanager
def one_at_a_time(data_dir: Path) -> Generator[None]:
    """Hold a lock for the block: a second export would take the batch of the first for an
    interrupted one."""
    with (data_dir / "export.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def next_batch(feed: str) -> Batch | None:
    """The batch of an interrupted export, else a new one; None without changes."""
    with transaction():
        return Batch.find_unwritten(feed) or _new_batch(feed, now())


def _new_batch(feed: str, moment: datetime) -> Batch | None:
    free = (Outgoing.feed == feed) & Outgoing.batch.is_null() & Outgoing.exported_at.is_null()
    due = free & (Outgoing.effective_at <= moment)
    if not Outgoing.select(Outgoing.id).where(due).exists():
        return None
    batch = Batch.create(feed=feed, begun_at=moment)
    Outgoing.update(batch=batch).where(due).execute()
    return batch


def note_written(batch: Batch) -> None:
    """Record that the file was written completely."""
    with transaction():
        moment = now()
        batch.change(written_at=moment)
        first = (Outgoing.batch == batch) & Outgoing.exported_at.is_null()
        Outgoing.update(exported_at=moment).where(first).execute()


def changes_of(batch: Batch | None) -> Iterable[Outgoing]:
    """The changes of a batch, in the order in which they happened."""
    return Outgoing.select().where(Outgoing.batch == batch).order_by(Outgoing.id).iterator()


def changes_since(feed: str, moment: datetime) -> Iterable[Outgoing]:
    """Changes first exported at that moment or later."""
    again = (Outgoing.feed == feed) & (Outgoing.exported_at >= moment)
    return Outgoing.select().where(again).order_by(Outgoing.id).iterator()


def write(feed: str, changes: Iterable[Outgoing], form: str, stream: BinaryIO) -> int:
    """Write the changes as "csv" or "json"; returns how many."""
    rows = map(_row, changes)
    return _write_csv(feed, rows, stream) if form == "csv" else _write_json(feed, rows, stream)


def _row(change: Outgoing) -> dict[str, Any]:
    return {
        "batch": change.batch_id,
        "change_id": change.id,
        "customer_code": change.customer_code,
        "happened_at": as_text(change.happened_at),
        "effective_at": as_text(change.effective_at),
        **json.loads(change.facts),
    }


def _write_csv(feed: str, rows: Iterable[dict[str, Any]], stream: BinaryIO) -> int:
    # With a byte order mark, so that Excel reads UTF-8.
    text, count = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True), 0
    writer = csv.writer(text, delimiter=";")
    columns = (*HEAD, *FEEDS[feed])
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row[column]) for column in columns])
        count += 1
    text.detach()
    return count


def cell(value: object) -> str:
    """A value of a CSV file: booleans as yes and no, and nothing a spreadsheet takes for a
    formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    # Phone numbers begin with + and are not escaped.
    return text if PHONE.fullmatch(text) else harmless(text)


def _write_json(feed: str, rows: Iterable[dict[str, Any]], stream: BinaryIO) -> int:
    count = 0
    stream.write(f'{{"feed": "{feed}", "changes": ['.encode())
    for count, row in enumerate(rows, 1):
        comma = "," if count > 1 else ""
        stream.write(f"{comma}\n{json.dumps(row, ensure_ascii=False)}".encode())
    stream.write(b"\n]}\n")
    return count


@contextmanager
def whole_file(path: Path) -> Generator[BinaryIO]:
    """A private file that appears under its name only when complete and synced.

    Raises FileExistsError if billing has not fetched the previous one. An interrupted export leaves
    a hidden draft, which the next one replaces.
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
