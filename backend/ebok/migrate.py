"""Numbered migrations, forwards only, safe when two processes start at once."""

from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from ebok.database import connection, database, is_postgres

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 3_900_029_001
"""Any number that no other application in the same Postgres uses for an advisory lock."""


def migrate() -> list[str]:
    """Apply what is not applied yet; return the names. A database without tables gets them all."""
    with connection(), one_at_a_time():
        return Runner(database.obj, str(SCRIPTS)).up()


def pending() -> list[str]:
    """The migrations that this database still lacks."""
    with connection():
        runner = Runner(database.obj, str(SCRIPTS))
        return [m.name for m in runner.status() if not m.applied]


@contextmanager
def one_at_a_time():
    """Hold off whoever else migrates: the runner has no lock, and the second would die."""
    if is_postgres():
        database.execute_sql("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (LOCK,))
    else:
        # The write lock of SQLite itself; each migration is a savepoint in it.
        with database.atomic("IMMEDIATE"):
            yield
