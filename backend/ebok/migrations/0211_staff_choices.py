"""Shortcuts can be switched off; the first second factor is set up by an invitation alone."""

from peewee import BooleanField


def up(migrator, _db) -> None:
    """The member's own choice, and whether a session may set up the first second factor."""
    migrator.migrate(
        migrator.add_column("staff_member", "single_keys", BooleanField(default=True)),
        migrator.add_column("staff_session", "may_set_up", BooleanField(default=False)),
    )
