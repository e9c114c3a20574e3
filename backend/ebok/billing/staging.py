"""Stages rows of files beside their tables, before any is written there.

The staging tables are visible to this connection only: parsing and comparing a town's invoices
holds no lock, and the write transaction touches only new and changed rows.
"""

import os
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee
from peewee import BigIntegerField, BooleanField, DateField, Field, IntegerField

from ebok.billing.layout import Layout, Reference
from ebok.database import PRAGMAS, database, is_postgres

SQL_TYPES: dict[type, str] = {
    BigIntegerField: "bigint",
    IntegerField: "integer",
    DateField: "date",
    BooleanField: "boolean",
}
SHARE, SMALLEST_CACHE, LARGEST_CACHE = 5_000, 16_000, 64_000
"""SQLite's cache in kilobytes: a fifth of the files' size, 16 to 64 MB, for two databases."""
POSTGRES = {"work_mem": "64MB", "jit": "off"}
"""A town's keys do not fit into the default 4 MB; compiling queries that run once saves nothing."""
TABLES = "staged_{0}", "differing_{0}"
DELETED = "deleted"
"""Column that marks a row as deleted; no table of the mirror has it."""


@contextmanager
def staging(stages: list["Stage"]) -> Generator[None]:
    """Create the staging tables for the block, and drop them afterwards."""
    with _attached_file() if not is_postgres() else _temporary_tables():
        for stage in stages:
            stage.create()
        yield


@contextmanager
def _attached_file() -> Generator[None]:
    """Attach a private file as the schema `staging`, on SQLite.

    Not temporary tables: `cysqlite` is built to keep them in memory, whatever `temp_store` says,
    and a town's invoices do not fit. For the same reason nothing here may sort many rows.
    """
    handle, path = tempfile.mkstemp(dir=Path(database.obj.database).parent, prefix=".staging-")
    os.close(handle)
    try:
        database.execute_sql("ATTACH DATABASE ? AS staging", (path,))
    finally:
        # The open file stays usable, and no copy of personal data is left if the process dies.
        os.unlink(path)
    try:
        for pragma in ("journal_mode=off", "synchronous=off"):
            execute(f"PRAGMA staging.{pragma}")
        _set_caches(-SMALLEST_CACHE)
        yield
        execute("DETACH DATABASE staging")
        # The connection returns to the pool.
        execute(f"PRAGMA main.cache_size={PRAGMAS['cache_size']:d}")
    except BaseException:
        # A partly written file is damaged, and every query on its connection fails: close it
        # instead of returning it to the pool.
        database.manual_close()
        raise


def grow_cache(size: int) -> None:
    """Enlarge SQLite's page cache for an import of `size` bytes.

    Keys are in random order; a page dropped from the cache would be written and read again for the
    next one.
    """
    if not is_postgres():
        _set_caches(-min(max(size // SHARE, SMALLEST_CACHE), LARGEST_CACHE))


def _set_caches(size: int) -> None:
    for place in ("main", "staging"):
        execute(f"PRAGMA {place}.cache_size={size:d}")


@contextmanager
def _temporary_tables() -> Generator[None]:
    """Temporary tables on Postgres, dropped before the connection returns to the pool."""
    try:
        for name, value in POSTGRES.items():
            execute(f"SET {name} = '{value}'")
        yield
    finally:
        execute("DISCARD TEMP")
        for name in POSTGRES:
            execute(f"RESET {name}")


class Stage:
    """The staged rows of a layout. All names in its SQL are ours, never a file's."""

    def __init__(self, layout: Layout, name: str = ""):
        self.layout = layout
        self.target = layout.table._meta.table_name
        # If two stages fill one table, one of them has its own name.
        self.staged, self.differing = (table.format(name or self.target) for table in TABLES)
        self.is_mixed = self.has_deleted = False
        # Number of lines skipped as unchanged; None if the file was read completely.
        self.skipped: int | None = None
        self.keys = [column.field for column in layout.key_columns]
        self.key_list = ", ".join(f'"{key}"' for key in self.keys)
        self.types = layout.table._meta.columns
        self.set_fields([column.field for column in layout.columns])

    def set_fields(self, fields: list[str]) -> None:
        """Stage only these columns; the others keep the mirror's value.

        A column that the table lacks (`deleted`) is staged only.
        """
        self.filled, self.has_deleted = fields, DELETED in fields
        self.fields = fields = [field for field in fields if field in self.types]
        # Columns that no file has, with the values of a new row.
        others = set(self.types) - {*fields, "import_id"}
        self.others = {name: _default(self.types[name]) for name in sorted(others)}

    @property
    def _deleted(self) -> list[str]:
        return [DELETED] if self.has_deleted else []

    def create(self) -> None:
        """Create the empty table; SQLite needs an index on its key, Postgres uses hash joins."""
        fields = (*(column.field for column in self.layout.columns), *self.layout.fa3_fields)
        columns = ", ".join(f'"{name}" {sql_type(self.types.get(name))}' for name in fields)
        # SQLite keeps "integer" keys, not "bigint" ones, in the table itself.
        line = "line bigint" if is_postgres() else "line integer PRIMARY KEY"
        execute(f"{create_sql(self.staged)} ({line}, {columns})")
        if not is_postgres():
            execute(f"CREATE INDEX staging.{self.staged}_key ON {self.staged} ({self.key_list})")

    def allow_xml(self) -> None:
        """Stage rows of FA(3) files as well, with their additional columns."""
        csv_fields = [c.field for c in self.layout.columns if c.field != DELETED]
        self.is_mixed = True
        self.set_fields([*csv_fields, *self.layout.fa3_fields])

    def fill(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Stage the rows as they are read, without holding all of them."""
        columns = ", ".join(["line", *(f'"{field}"' for field in self.filled)])
        fill(f"{self.staged} ({columns})", len(self.filled) + 1, rows)
        if is_postgres():
            execute(f"ANALYZE {self.staged}")

    def count_duplicates(self) -> int:
        """How many rows have the key of an earlier row."""
        [(count,)] = execute(
            f"""
            SELECT coalesce(sum(times - 1), 0) FROM
            (SELECT count(*) AS times FROM {self.staged}
             GROUP BY {self.key_list} HAVING count(*) > 1) AS twins
            """
        )
        return int(count)

    def contradictions(self, limit: int) -> list[tuple[int, str, int, int]]:
        """(line, key, the key's first line, how many) of rows that differ from the first row of
        their key."""
        return execute(
            f"""
            SELECT later.line, {self.key_text("later")}, twice.line, count(*) OVER ()
            FROM (SELECT {self.key_list}, min(line) AS line FROM {self.staged}
                  GROUP BY {self.key_list} HAVING count(*) > 1) AS twice
            JOIN {self.staged} AS earlier ON earlier.line = twice.line
            JOIN {self.staged} AS later ON {self.same_key("later", "twice")}
            WHERE {differ("later", "earlier", [*self.fields, *self._deleted])}
            ORDER BY later.line LIMIT {limit:d}
            """
        )

    def drop_repeated(self) -> None:
        """Keep the first of the rows with one key."""
        execute(
            f"""
            DELETE FROM {self.staged} WHERE EXISTS
            (SELECT 1 FROM {self.staged} AS earlier
             WHERE {self.same_key("earlier", self.staged)}
             AND earlier.line < {self.staged}.line)
            """
        )

    def orphans(self, refers: Reference, limit: int) -> list[tuple[int, str, int, int]]:
        """(line, value, how many rows, how many values) of rows that refer to an unknown key."""
        target = refers.table._meta.table_name
        gone = gone_table(target)
        known = f'SELECT 1 FROM {{}} AS known WHERE known."{refers.key}" = staged."{refers.field}"'
        return execute(
            f"""
            WITH orphan AS
            (SELECT line, "{refers.field}" AS value FROM {self.staged} AS staged
             WHERE NOT EXISTS ({known.format(TABLES[0].format(target))})
             AND (NOT EXISTS ({known.format(target)}) OR EXISTS ({known.format(gone)})))
            SELECT line, value, count(*) OVER (), (SELECT count(DISTINCT value) FROM orphan)
            FROM orphan ORDER BY line LIMIT {limit:d}
            """
        )

    def unstage(self, lines: list[int]) -> set[str]:
        """Delete the rows of these lines; returns the first columns of their keys."""
        keys = set()
        for line in lines:
            which = f"FROM {self.staged} WHERE line = {line:d}"
            keys.update(key for (key,) in execute(f'SELECT "{self.keys[0]}" {which}'))
            execute(f"DELETE {which}")
        return keys

    def count(self, where: str) -> int:
        """How many staged rows meet an SQL condition."""
        [(count,)] = execute(f"SELECT count(*) FROM {self.staged} WHERE {where}")
        return count

    def lines_deleted(self) -> list[int]:
        """Lines of the rows marked as deleted."""
        return [n for (n,) in execute(f"SELECT line FROM {self.staged} WHERE {DELETED} = '1'")]

    def same_key(self, left: str, right: str) -> str:
        """SQL condition: two rows have one key."""
        return " AND ".join(f'{left}."{key}" = {right}."{key}"' for key in self.keys)

    def key_text(self, row: str) -> str:
        """SQL of a row's key as text; only its first column may contain a space."""
        return " || ' ' || ".join(f'CAST({row}."{key}" AS text)' for key in self.keys)


def gone_table(target: str) -> str:
    """Name of the table with the keys of withdrawn rows: see `withdrawal`."""
    return f"gone_{target}"


def former_table(target: str) -> str:
    """Name of the table with keys that a file's previous version had and this one lacks."""
    return f"former_{target}"


def fill(into: str, width: int, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of `width` values into a staging table."""
    # Turns the drivers' errors into Peewee's.
    with peewee.__exception_wrapper__, database.atomic():  # pyright: ignore[reportAttributeAccessIssue]
        if is_postgres():
            cursor = database.connection().cursor()
            with cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            insert = f"INSERT INTO {into} VALUES ({', '.join('?' * width)})"
            database.connection().executemany(insert, rows)


def sql_type(field: Field | None) -> str:
    """The SQL type of a field's column."""
    return SQL_TYPES.get(type(field), "text")


def _default(field: Field) -> str:
    """SQL of a column's default; a callable is `new_public_id`: 128 random bits for each row."""
    if callable(field.default):
        random = "replace(gen_random_uuid()::text, '-', '')"
        return random if is_postgres() else "lower(hex(randomblob(16)))"
    literals = {None: "NULL", False: "false", "": "''"}
    return str(field.default) if type(field.default) is int else literals[field.default]


def create_sql(table: str) -> str:
    """Beginning of a CREATE statement for a temporary (Postgres) or attached-database (SQLite)
    table."""
    return f"CREATE TEMP TABLE {table}" if is_postgres() else f"CREATE TABLE staging.{table}"


def differ(left: str, right: str, fields: list[str]) -> str:
    """SQL condition: two rows differ in one of these columns."""
    # Not `<>`: a date that is NULL on one side only must count as a difference.
    return " OR ".join(f'{left}."{f}" IS DISTINCT FROM {right}."{f}"' for f in fields)


def is_empty(table: str) -> bool:
    """Whether a table has no rows."""
    return not execute(f"SELECT 1 FROM {table} LIMIT 1")


def execute(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement, `{0}` standing for each value in turn, and return its rows."""
    if values:
        sql = sql.replace("{0}", database.param)
    cursor = database.execute_sql(sql, values)
    return cursor.fetchall() if cursor.description else []
