"""A file's rows beside the table they are meant for, and the few that differ from it.

Rows are staged in tables that only this connection sees: parsing and comparing a whole town's
invoices holds no lock, and the one write transaction touches only what is new or changed.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import BigIntegerField, DateField, Field, __exception_wrapper__

from ebok.billing.layouts import Layout
from ebok.database import database, is_postgres

SQL_TYPES = {BigIntegerField: "bigint", DateField: "date"}


@contextmanager
def staging(stages: list["Stage"]) -> Iterator[None]:
    """A place for these stages' tables, gone at the end of the block."""
    with _attached_file() if not is_postgres() else _dropping(stages):
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
        for pragma in ("journal_mode=off", "synchronous=off", "cache_size=-16000"):
            _execute(f"PRAGMA staging.{pragma}")
        yield
    finally:
        _execute("DETACH DATABASE staging")


@contextmanager
def _dropping(stages: list["Stage"]) -> Iterator[None]:
    """Temporary tables on Postgres; a connection that goes back to the pool must not keep them."""
    try:
        yield
    finally:
        for stage in stages:
            stage.drop()


class Stage:
    """One layout's staged rows. Every name in its SQL is one of ours, never a file's."""

    def __init__(self, layout: Layout):
        self.target = layout.table._meta.table_name
        self.staged = f"staged_{self.target}"
        self.differing = f"differing_{self.target}"
        self.key = layout.key.field
        self.fields = [column.field for column in layout.columns]
        types = layout.table._meta.columns
        self.columns = {f: SQL_TYPES.get(type(types[f]), "text") for f in self.fields}
        # What no file tells, and a new row must have.
        self.others = {n: _default(f) for n, f in types.items() if n not in self.fields}

    def create(self) -> None:
        """Make the empty table; SQLite wants an index on its key, Postgres joins by hashes."""
        columns = ", ".join(f'"{name}" {kind}' for name, kind in self.columns.items())
        # SQLite keeps "integer" keys, not "bigint" ones, in the table itself.
        line = "line bigint" if is_postgres() else "line integer PRIMARY KEY"
        _execute(f"{_create(self.staged)} ({line}, {columns})")
        if not is_postgres():
            _execute(f'CREATE INDEX staging.{self.staged}_key ON {self.staged} ("{self.key}")')

    def drop(self) -> None:
        """Remove the tables."""
        _execute(f"DROP TABLE IF EXISTS {self.staged}")
        _execute(f"DROP TABLE IF EXISTS {self.differing}")

    def fill(self, rows: Iterator[tuple]) -> None:
        """Stage the rows as they come, without ever holding all of them."""
        # The drivers' own errors become Peewee's, as everywhere else.
        with __exception_wrapper__, database.atomic():
            if is_postgres():
                cursor = database.connection().cursor()
                with cursor, cursor.copy(f"COPY {self.staged} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * (len(self.fields) + 1))
                insert = f"INSERT INTO {self.staged} VALUES ({marks})"
                database.connection().executemany(insert, rows)
        if is_postgres():
            _execute(f"ANALYZE {self.staged}")

    def count_twins(self) -> int:
        """How many rows have a key that an earlier row has, whatever else they say."""
        [(count,)] = _execute(
            f"""
            SELECT coalesce(sum(times - 1), 0) FROM
            (SELECT count(*) AS times FROM {self.staged}
             GROUP BY "{self.key}" HAVING count(*) > 1) AS twins
            """
        )
        return int(count)

    def contradictions(self, limit: int) -> list[tuple[int, str, int, int]]:
        """(line, key, the key's first line, how many there are) of rows that say something else
        than the first row of their key; the first `limit` of them."""
        return _execute(
            f"""
            SELECT later.line, later."{self.key}", twice.line, count(*) OVER ()
            FROM (SELECT "{self.key}" AS key, min(line) AS line FROM {self.staged}
                  GROUP BY "{self.key}" HAVING count(*) > 1) AS twice
            JOIN {self.staged} AS earlier ON earlier.line = twice.line
            JOIN {self.staged} AS later ON later."{self.key}" = twice.key
            WHERE {_differ("later", "earlier", self.fields)}
            ORDER BY later.line LIMIT {limit:d}
            """
        )

    def drop_repeated(self) -> None:
        """Keep the first of the rows that have one key."""
        _execute(
            f"""
            DELETE FROM {self.staged} WHERE EXISTS
            (SELECT 1 FROM {self.staged} AS earlier
             WHERE earlier."{self.key}" = {self.staged}."{self.key}"
             AND earlier.line < {self.staged}.line)
            """
        )

    def compare(self) -> tuple[int, int]:
        """Set aside the rows that the table does not say yet: how many new, how many changed."""
        rows = _with_buyers(self.fields) if "buyer_name" in self.fields else self.staged
        of_table = f'{self.target}."{self.key}"'
        _execute(
            f"""
            {_create(self.differing)} AS
            SELECT staged.*, {of_table} IS NULL AS is_new FROM {rows} AS staged
            LEFT JOIN {self.target} ON {of_table} = staged."{self.key}"
            WHERE {of_table} IS NULL OR {_differ("staged", self.target, self.fields)}
            """
        )
        [(total, new)] = _execute(
            f"SELECT count(*), count(CASE WHEN is_new THEN 1 END) FROM {self.differing}"
        )
        return new, total - new

    def apply(self) -> None:
        """Write the rows set aside; the caller holds the transaction.

        Another import may have written since they were compared, so what is equal by now is left.
        """
        names = ", ".join(f'"{field}"' for field in self.fields)
        others = [field for field in self.fields if field != self.key]
        updates = ", ".join(f'"{field}" = excluded."{field}"' for field in others)
        # Two imports at once must lock rows in one order; on SQLite there is one writer anyway.
        order = f'ORDER BY "{self.key}"' if is_postgres() else ""
        _execute(
            f"""
            INSERT INTO {self.target} ({names}, {", ".join(self.others)})
            SELECT {names}, {", ".join(self.others.values())}
            FROM {self.differing} WHERE true {order}
            ON CONFLICT ("{self.key}") DO UPDATE SET {updates}
            WHERE {_differ(self.target, "excluded", others)}
            """
        )


def strangers(limit: int) -> list[tuple[int, str, int]]:
    """(line, customer code, how many there are) of staged invoices whose customer neither the
    database nor the bundle knows; the first `limit` of them."""
    return _execute(
        f"""
        SELECT line, customer_code, count(*) OVER () FROM staged_invoice AS staged
        WHERE NOT EXISTS (SELECT 1 FROM customer WHERE code = staged.customer_code)
        AND NOT EXISTS (SELECT 1 FROM staged_customer AS s WHERE s.code = staged.customer_code)
        ORDER BY line LIMIT {limit:d}
        """
    )


def _with_buyers(fields: list[str]) -> str:
    """The staged invoices; those without a buyer's name have the name of their customer."""
    name = "coalesce(nullif(i.buyer_name, ''), s.name, c.name) AS buyer_name"
    columns = ", ".join(name if field == "buyer_name" else f'i."{field}"' for field in fields)
    return f"""
        (SELECT i.line, {columns} FROM staged_invoice AS i
         LEFT JOIN staged_customer AS s ON s.code = i.customer_code
         LEFT JOIN customer AS c ON c.code = i.customer_code)
        """


def _default(field: Field) -> str:
    """The SQL of a column's default; a callable one is `new_public_id`: 128 random bits a row."""
    if callable(field.default):
        random = "replace(gen_random_uuid()::text, '-', '')"
        return random if is_postgres() else "lower(hex(randomblob(16)))"
    literals = {None: "NULL", False: "false", "": "''"}
    return str(field.default) if type(field.default) is int else literals[field.default]


def _create(table: str) -> str:
    return f"CREATE TEMP TABLE {table}" if is_postgres() else f"CREATE TABLE staging.{table}"


def _differ(left: str, right: str, fields: list[str]) -> str:
    # Not `<>`: a date that is NULL on one side only must count as a difference.
    return " OR ".join(f'{left}."{f}" IS DISTINCT FROM {right}."{f}"' for f in fields)


def _execute(sql: str) -> list[tuple]:
    cursor = database.execute_sql(sql)
    return cursor.fetchall() if cursor.description else []
