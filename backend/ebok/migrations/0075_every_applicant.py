"""Who has a long name, a foreign tax number, or typed what cannot be read, can register, too."""

from peewee import *

LONG_NAMES = (("customer", "name"), ("review", "buyer"))


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("account", "tax_number", CharField(default="")),
        migrator.add_column("registration", "forms_refused", IntegerField(default=0)),
        migrator.add_column("review", "unread", TextField(default="")),
    )
    if isinstance(db, PostgresqlDatabase):
        # SQLite counts no characters.
        for table, column in LONG_NAMES:
            db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR(512)")
