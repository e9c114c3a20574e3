"""A file's rows beside the table they are meant for, before any of them is written there.

Rows are staged in tables that only this connection sees: parsing and comparing a whole town's
invoices holds no lock, and the one write transaction touches only what is new or changed.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import (
    BigIntegerField,
    BooleanField,
    DateField,
    Field,
    IntegerField,
    __exception_wrapper__,
)

from ebok.billing.layout import Layout
from ebok.database import PRAGMAS, database, is_postgres

SQL_TYPES = {
    BigIntegerField: "bigint",
    IntegerField: "integer",
    DateField: "date",
    BooleanField: "boolean",
}
SHARE, SMALLEST_CACHE, LARGEST_CACHE = 5_000, 16_000, 64_000
"""A cache of kilobytes: a fifth of what comes in, from 16 to 64 MB, twice."""
POSTGRES = {"work_mem": "64MB", "jit": "off"}
"""A town's keys do not fit into the usual 4 MB; and to compile what runs once saves nothing."""
TABLES = "staged_{0}", "differing_{0}"
DELETED = "deleted"
"""The column that says of a row that it is no more; no table of the mirror has it."""


@contextmanager
def staging(stages: list["Stage"]) -> Iterator[None]:
    """A place for these stages' tables, gone at the end of the block."""
    with _attached_file() if not is_postgres() else _dropping():
        for stage in stages:
            stage.create()
        yield


@contextmanager
def _attached_file() -> Iterator[None]:
    """A file of our own beside the database, on SQLite.

    Not temporary tables: the library of `cysqlite` is built to keep them in memory whatever
    `temp_store` says, and a town's invoices would not fit. For the same reason nothing here may
    sort many rows: it sorts in memory.
    """
    handle, path = tempfile.mkstemp(dir=Path(database.obj.database).parent, prefix=".staging-")
    os.close(handle)
    try:
        database.execute_sql("ATTACH DATABASE ? AS staging", (path,))
    finally:
        # The open file stays usable, and whatever kills us, no copy of the customers is left.
        os.unlink(path)
    try:
        for pragma in ("journal_mode=off", "synchronous=off"):
            execute(f"PRAGMA staging.{pragma}")
        _set_caches(-SMALLEST_CACHE)
        yield
        execute("DETACH DATABASE staging")
        # The connection goes back to the pool.
        execute(f"PRAGMA main.cache_size={PRAGMAS['cache_size']:d}")
    except BaseException:
        # A file that could not be written whole is damaged, and whatever is asked of a connection
        # to which it belongs fails: this one does not go back.
        database.manual_close()
        raise


def make_room(size: int) -> None:
    """Let SQLite remember more of its pages while `size` bytes of files come in.

    Keys come in no order, and a page that is forgotten is written and read again for the next one.
    """
    if not is_postgres():
        _set_caches(-min(max(size // SHARE, SMALLEST_CACHE), LARGEST_CACHE))


def _set_caches(size: int) -> None:
    for place in ("main", "staging"):
        execute(f"PRAGMA {place}.cache_size={size:d}")


@contextmanager
def _dropping() -> Iterator[None]:
    """Temporary tables on Postgres; a connection that goes back to the pool must not keep them."""
    try:
        for name, value in POSTGRES.items():
            execute(f"SET {name} = '{value}'")
        yield
    finally:
        execute("DISCARD TEMP")
        for name in POSTGRES:
            execute(f"RESET {name}")


class Stage:
    """One layout's staged rows. Every name in its SQL is one of ours, never a file's."""

    def __init__(self, layout: Layout, name: str = ""):
        self.layout = layout
        self.target = layout.table._meta.table_name
        # Two stages may be meant for one table: then one has a name of its own.
        self.staged, self.differing = (table.format(name or self.target) for table in TABLES)
        self.is_mixed = self.tells_deleted = False
        # How many rows of the file were not read, for the mirror has them; None: it was, wholly.
        self.skipped: int | None = None
        self.keys = [column.field for column in layout.key_columns]
        self.key_list = ", ".join(f'"{key}"' for key in self.keys)
        self.types = layout.table._meta.columns
        self.tell([column.field for column in layout.columns])

    def tell(self, fields: list[str]) -> None:
        """Only these columns are told: what e-BOK knows of the others stays.

        One that the table has not tells what is to become of its row, and is staged only.
        """
        self.filled, self.tells_deleted = fields, DELETED in fields
        self.fields = fields = [field for field in fields if field in self.types]
        # What no file tells, and a new row must have.
        others = set(self.types) - {*fields, "import_id"}
        self.others = {name: _default(self.types[name]) for name in sorted(others)}

    @property
    def _deleted(self) -> list[str]:
        return [DELETED] if self.tells_deleted else []

    def create(self) -> None:
        """Make the empty table; SQLite wants an index on its key, Postgres joins by hashes."""
        fields = (*(column.field for column in self.layout.columns), *self.layout.beyond)
        columns = ", ".join(f'"{name}" {sql_type(self.types.get(name))}' for name in fields)
        # SQLite keeps "integer" keys, not "bigint" ones, in the table itself.
        line = "line bigint" if is_postgres() else "line integer PRIMARY KEY"
        execute(f"{create(self.staged)} ({line}, {columns})")
        if not is_postgres():
            execute(f"CREATE INDEX staging.{self.staged}_key ON {self.staged} ({self.key_list})")

    def mix(self) -> None:
        """FA(3) files tell rows of this table, too, beside a file or without one."""
        told = [c.field for c in self.layout.columns if c.field != DELETED]
        self.is_mixed = True
        self.tell([*told, *self.layout.beyond])

    def fill(self, rows: Iterable[tuple]) -> None:
        """Stage the rows as they come, without ever holding all of them."""
        columns = ", ".join(["line", *(f'"{field}"' for field in self.filled)])
        fill(f"{self.staged} ({columns})", len(self.filled) + 1, rows)
        if is_postgres():
            execute(f"ANALYZE {self.staged}")

    def count_twins(self) -> int:
        """How many rows have a key that an earlier row has, whatever else they say."""
        [(count,)] = execute(
            f"""
            SELECT coalesce(sum(times - 1), 0) FROM
            (SELECT count(*) AS times FROM {self.staged}
             GROUP BY {self.key_list} HAVING count(*) > 1) AS twins
            """
        )
        return int(count)

    def contradictions(self, limit: int) -> list[tuple[int, str, int, int]]:
        """(line, key, the key's first line, how many there are) of rows that say something else
        than the first row of their key; the first `limit` of them."""
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
        """Keep the first of the rows that have one key."""
        execute(
            f"""
            DELETE FROM {self.staged} WHERE EXISTS
            (SELECT 1 FROM {self.staged} AS earlier
             WHERE {self.same_key("earlier", self.staged)}
             AND earlier.line < {self.staged}.line)
            """
        )

    def strangers(self, limit: int) -> list[tuple[int, str, int, int]]:
        """(line, value, how many rows, how many values) of rows that refer to what neither the
        database nor the bundle knows; the first `limit` of them."""
        refers = self.layout.reference
        target = refers.table._meta.table_name
        known = f'SELECT 1 FROM {{}} AS known WHERE known."{refers.key}" = staged."{refers.field}"'
        return execute(
            f"""
            WITH stranger AS
            (SELECT line, "{refers.field}" AS value FROM {self.staged} AS staged
             WHERE NOT EXISTS ({known.format(TABLES[0].format(target))})
             AND (NOT EXISTS ({known.format(target)}) OR EXISTS ({known.format(gone(target))})))
            SELECT line, value, count(*) OVER (), (SELECT count(DISTINCT value) FROM stranger)
            FROM stranger ORDER BY line LIMIT {limit:d}
            """
        )

    def unstage(self, lines: list[int]) -> set[str]:
        """Take these lines out again; the first columns of their keys."""
        keys = set()
        for line in lines:
            which = f"FROM {self.staged} WHERE line = {line:d}"
            keys.update(key for (key,) in execute(f'SELECT "{self.keys[0]}" {which}'))
            execute(f"DELETE {which}")
        return keys

    def count(self, where: str) -> int:
        """How many staged rows there are for which this holds."""
        [(count,)] = execute(f"SELECT count(*) FROM {self.staged} WHERE {where}")
        return count

    def lines_deleted(self) -> list[int]:
        """The lines of the rows that are no more."""
        return [n for (n,) in execute(f"SELECT line FROM {self.staged} WHERE {DELETED} = '1'")]

    def same_key(self, left: str, right: str) -> str:
        """The SQL that says that two rows have one key."""
        return " AND ".join(f'{left}."{key}" = {right}."{key}"' for key in self.keys)

    def key_text(self, row: str) -> str:
        """The SQL of a row's key as one text; only its first column can have a space in it."""
        return " || ' ' || ".join(f'CAST({row}."{key}" AS text)' for key in self.keys)


def gone(target: str) -> str:
    """The table of the keys of a table's rows that leave it: see `withdrawal`."""
    return f"gone_{target}"


def former(target: str) -> str:
    """The table of the keys that the former version of a file told, and this one does not."""
    return f"former_{target}"


def fill(into: str, width: int, rows: Iterable[tuple]) -> None:
    """Put rows of this width into a table of ours."""
    # The drivers' own errors become Peewee's, as everywhere else.
    with __exception_wrapper__, database.atomic():
        if is_postgres():
            cursor = database.connection().cursor()
            with cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            insert = f"INSERT INTO {into} VALUES ({', '.join('?' * width)})"
            database.connection().executemany(insert, rows)


def sql_type(field: Field | None) -> str:
    """What a column of this field is in SQL."""
    return SQL_TYPES.get(type(field), "text")


def _default(field: Field) -> str:
    """The SQL of a column's default; a callable one is `new_public_id`: 128 random bits a row."""
    if callable(field.default):
        random = "replace(gen_random_uuid()::text, '-', '')"
        return random if is_postgres() else "lower(hex(randomblob(16)))"
    literals = {None: "NULL", False: "false", "": "''"}
    return str(field.default) if type(field.default) is int else literals[field.default]


def create(table: str) -> str:
    """How a table of ours, in the place that goes away, is made."""
    return f"CREATE TEMP TABLE {table}" if is_postgres() else f"CREATE TABLE staging.{table}"


def differ(left: str, right: str, fields: list[str]) -> str:
    """The SQL that says that two rows differ in one of these columns."""
    # Not `<>`: a date that is NULL on one side only must count as a difference.
    return " OR ".join(f'{left}."{f}" IS DISTINCT FROM {right}."{f}"' for f in fields)


def is_empty(table: str) -> bool:
    """Whether a table has no rows."""
    return not execute(f"SELECT 1 FROM {table} LIMIT 1")


def execute(sql: str, *values) -> list[tuple]:
    """Run a statement, with a `{0}` where each value belongs; what it finds."""
    if values:
        sql = sql.replace("{0}", database.param)
    cursor = database.execute_sql(sql, values)
    return cursor.fetchall() if cursor.description else []
