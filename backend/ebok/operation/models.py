"""The heartbeat of the mail workers."""

from datetime import datetime

from peewee import CharField, DateTimeField

from ebok.database import Table, now, rows_changed


class Beat(Table):
    """Time at which a background process was last seen: one row for all mail workers."""

    name = CharField(primary_key=True)
    seen_at = DateTimeField()

    @classmethod
    def note(cls, name: str) -> None:
        """Record that the process is alive now."""
        rows_changed(NOTE, name, str(now()))

    @classmethod
    def seen(cls, name: str) -> datetime | None:
        """Time at which the process was last seen; None if never."""
        return cls.select(cls.seen_at).where(cls.name == name).scalar()


NOTE = """
INSERT INTO beat (name, seen_at) VALUES ({0}, {0})
ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
"""
