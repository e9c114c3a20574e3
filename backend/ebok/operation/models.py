"""The heartbeat of the mail workers."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

from peewee import CharField, DateTimeField

from ebok.database import PRAGMAS, Table, database, is_postgres, now, rows_changed


class Beat(Table):
    """Time at which a background process was last seen: one row for all mail workers."""

    name = CharField(primary_key=True)
    seen_at = DateTimeField()

    @classmethod
    def note(cls, name: str) -> None:
        """Record that the process is alive now."""
        with _unsynced():
            rows_changed(NOTE, name, str(now()))

    @classmethod
    def seen(cls, name: str) -> datetime | None:
        """Time at which the process was last seen; None if never."""
        return cls.select(cls.seen_at).where(cls.name == name).scalar()


@contextmanager
def _unsynced() -> Generator[None, None, None]:
    """On SQLite, do not wait for the disk: a power failure ends the process, too.

    Waiting would wake the idle process four times for each heartbeat.
    """
    if is_postgres():
        yield
        return
    database.execute_sql("PRAGMA synchronous = normal")
    try:
        yield
    finally:
        database.execute_sql(f"PRAGMA synchronous = {PRAGMAS['synchronous']}")


NOTE = """
INSERT INTO beat (name, seen_at) VALUES ({0}, {0})
ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
"""
