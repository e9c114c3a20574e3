"""The sign of life of the mail workers."""

from datetime import datetime

from peewee import CharField, DateTimeField

from ebok.database import Table, now, rows_changed


class Beat(Table):
    """When a part of the office that works unseen was last seen: one row for all mail workers."""

    name = CharField(primary_key=True)
    seen_at = DateTimeField()

    @classmethod
    def note(cls, name: str) -> None:
        """It lives."""
        rows_changed(NOTE, name, str(now()))

    @classmethod
    def seen(cls, name: str) -> datetime | None:
        """When it was last seen; None: never."""
        return cls.select(cls.seen_at).where(cls.name == name).scalar()


NOTE = """
INSERT INTO beat (name, seen_at) VALUES ({0}, {0})
ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
"""
