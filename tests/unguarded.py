"""The audit log without its triggers, as an administrator of the database could make it."""

from collections.abc import Iterator
from contextlib import contextmanager

from ebok.audit import AuditRow
from ebok.database import database, is_postgres

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"


@contextmanager
def unguarded() -> Iterator[None]:
    """Let rows be changed; in the end they are as they were, and guarded again."""
    guards = _take_off()
    kept = list(AuditRow.select().dicts())
    yield
    AuditRow.delete().execute()
    for row in kept:
        AuditRow.insert(row).execute()
    for sql in guards:
        database.execute_sql(sql)


def _take_off() -> list[str]:
    if is_postgres():
        database.execute_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        return ["ALTER TABLE audit ENABLE TRIGGER USER"]
    triggers = database.execute_sql(TRIGGERS).fetchall()
    for name, _sql in triggers:
        database.execute_sql(f"DROP TRIGGER {name}")
    return [sql for _name, sql in triggers]
