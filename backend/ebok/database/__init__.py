"""The database: connection pool, base class of tables, transactions, time.

SQLite uses `cysqlite`, whose bundled library does not have the WAL-reset bug of Debian 12's;
Postgres uses psycopg 3. All other code uses Peewee and does not ask which of the two it is.
"""

import time
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from threading import local
from typing import TYPE_CHECKING, Any, Self

import cysqlite
from peewee import (
    AutoField,
    BaseQuery,
    BooleanField,
    Database,
    DatabaseProxy,
    DateField,
    DateTimeField,
    DoesNotExist as PeeweeDoesNotExist,
    Field,
    Model,
    PeeweeException,
    PostgresqlDatabase,
)
from playhouse.cysqlite_ext import PooledCySqliteDatabase
from playhouse.pool import PooledPostgresqlDatabase

database = DatabaseProxy()
_after = local()

Row = tuple[Any, ...]
"""A row as the driver returns it; the caller knows its columns."""
Reader = Callable[[Any], Any]
"""Converts a driver's value to Python."""

SAFE_SQLITE = (3, 51, 3)
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far the clocks of two processes may differ."""
SECONDS_WITHOUT_DOUBT = 1
PRAGMAS = {
    "journal_mode": "wal",
    # NORMAL may lose an acknowledged commit when the power fails.
    "synchronous": "full",
    "foreign_keys": 1,
    # KiB per connection; small, because the operating system caches the file for all of them.
    "cache_size": -4_000,
    # Milliseconds. Not the pool's `timeout`, which is for a free connection.
    "busy_timeout": 10_000,
}
# SQLite's driver returns these as text and numbers.
READ = (DateTimeField, DateField, BooleanField)


class StatementInFaults(Database):
    """A pool whose exceptions carry their SQL statement (without values) for the log."""

    def execute_sql(self, sql: str, params: Sequence[object] | None = None) -> Any:
        """Run a statement; an exception gets it as `statement`."""
        try:
            return super().execute_sql(sql, params)
        except PeeweeException as fault:
            fault.add_note(sql)
            raise


class PostgresPool(StatementInFaults, PooledPostgresqlDatabase):
    """Peewee's pool, which checks a connection only if it was idle for a while.

    A check is a round trip, and costs as much as the one query of most requests.
    """

    def _can_reuse(self, conn: Any) -> bool:
        conn.rested_tick = time.monotonic()
        return super()._can_reuse(conn)

    def _is_closed(self, conn: Any) -> bool:
        if conn.closed or time.monotonic() - conn.rested_tick > SECONDS_WITHOUT_DOUBT:
            return super()._is_closed(conn)
        return False


class SqlitePool(StatementInFaults, PooledCySqliteDatabase):
    """Peewee's pool, which does not roll back again what SQLite rolled back on a full disk."""

    def rollback(self) -> None:
        """Roll back the transaction if there still is one."""
        if self.connection().in_transaction:
            super().rollback()


class Table(Model):
    """Base class of every table.

    Annotations without a value, here and beside foreign keys, declare to the type checker what
    Peewee adds; as strings, because Peewee's fields take no type parameter at run time.
    """

    id: "AutoField[int]"
    DoesNotExist: type[PeeweeDoesNotExist]

    class Meta:
        database = database
        legacy_table_names = False

    if TYPE_CHECKING:
        # Peewee's stubs leave these arguments untyped.
        @classmethod
        def get_or_none(cls, *query: Any, **filters: Any) -> Self | None: ...
        @classmethod
        def create(cls, **query: Any) -> Self: ...

    def change(self, **columns: object) -> None:
        """Update only these columns of this row: other processes may change the rest."""
        self.update(**columns).where(self._meta.primary_key == self.get_id()).execute()
        for name, value in columns.items():
            setattr(self, name, value)

    @classmethod
    @cache
    def columns(cls, alias: str) -> str:
        """Comma-separated column list of this table under `alias`, in the order of `from_row`."""
        return ", ".join(f'{alias}."{field.column_name}"' for field in cls._meta.sorted_fields)

    @classmethod
    def from_row(cls, row: Sequence[Any], names: tuple[str, ...] = ()) -> Self:
        """An instance from a row of the columns `names`, or of all in the order of `columns`."""
        made, (fields, readers) = cls(__no_default__=True), cls._reading(names)
        made.__data__ = dict(zip(fields, row, strict=True))
        for name, read in readers:
            made.__data__[name] = read(made.__data__[name])
        return made

    @classmethod
    @cache
    def _reading(cls, names: tuple[str, ...]) -> tuple[list[str], list[tuple[str, Reader]]]:
        """Field names, and converters of the values that the driver returns in another form."""
        fields = [cls._meta.fields[name] for name in names] or cls._meta.sorted_fields
        readers = [(f.name, reader(f)) for f in fields if isinstance(f, READ)]
        return [f.name for f in fields], readers


def reader(field: Field) -> Reader:
    """The converter from the driver's value to this field's."""
    parse = date.fromisoformat if isinstance(field, DateField) else datetime.fromisoformat

    def read(value: Any) -> Any:
        # Four times as fast on SQLite's text as Peewee, which tries several formats.
        is_whole = type(value) is str and (len(value) == 10) == isinstance(field, DateField)
        return parse(value) if is_whole else field.python_value(value)

    return read if isinstance(field, DateField | DateTimeField) else field.python_value


def first_row(sql: str, *values: object) -> Row | None:
    """The first row of an SQL query or None; each `{0}` is a placeholder.

    For the few hot reads: Peewee builds a query anew each time, which takes five to ten times as
    long as the database takes to answer it.
    """
    return _execute(sql, values).fetchone()


def all_rows(sql: str, *values: object) -> list[Row]:
    """Every row of an SQL query; see `first_row`."""
    return _execute(sql, values).fetchall()


def rows_changed(sql: str, *values: object) -> int:
    """Run an SQL statement, and return the number of changed rows; see `first_row`."""
    return database.rows_affected(_execute(sql, values))


def raw_rows(query: BaseQuery) -> list[Row]:
    """Every row of a Peewee query as the driver returns it, which is much faster; see `READ`."""
    return database.execute(query).fetchall()


def tuples(query: Any) -> Iterable[Row]:
    """The rows of a Peewee query as tuples; its type stubs know only instances."""
    return query.tuples()


def placeholders(values: Collection[object]) -> str:
    """A `{0}` for each value, for `IN (…)`; Peewee takes 1 ms for a list of 200."""
    return ", ".join(["{0}"] * len(values))


def _execute(sql: str, values: tuple[object, ...]) -> Any:
    return database.execute_sql(_with_placeholders(sql, database.param), values)


@lru_cache(1000)
def _with_placeholders(sql: str, placeholder: str) -> str:
    return sql.format(placeholder)


def is_safe_sqlite(url: str) -> bool:
    """Whether two processes may write to this database: an older SQLite corrupts it."""
    return not url.startswith("sqlite:") or cysqlite.sqlite_version_info >= SAFE_SQLITE


def connect(url: str, connections: int = 20) -> Database:
    """Connect all tables to the database of this URL, and return the pool."""
    handle = _sqlite(url, connections) if url.startswith("sqlite:") else _postgres(url, connections)
    database.initialize(handle)
    return handle


def _sqlite(url: str, connections: int) -> SqlitePool:
    path = url.removeprefix("sqlite:///")
    return SqlitePool(
        path, pragmas=PRAGMAS, timeout=10, max_connections=connections, rank_functions=False
    )


def _postgres(url: str, connections: int) -> PostgresPool:
    return PostgresPool(url, prefer_psycopg3=True, max_connections=connections, stale_timeout=300)


def is_postgres() -> bool:
    """Whether the database is Postgres."""
    return isinstance(database.obj, PostgresqlDatabase)


@contextmanager
def transaction() -> Generator[None]:
    """A transaction: all of the block or nothing.

    On SQLite it takes the write lock at once: a transaction that reads first and writes later fails
    with 'database is locked' if another one wrote in between, whatever the timeout.
    """
    is_outermost = not database.in_transaction()
    try:
        with database.atomic() if is_postgres() else database.atomic("IMMEDIATE"):
            yield
    finally:
        todo = _after.__dict__.pop("todo", {}) if is_outermost else {}
    for do, arguments in todo:
        do(*arguments)


def after_commit(do: Callable[..., object], *arguments: object) -> None:
    """Call `do` once after the surrounding transaction commits; at once outside of one."""
    if database.in_transaction():
        _after.__dict__.setdefault("todo", {})[do, arguments] = True
    else:
        do(*arguments)


@contextmanager
def snapshot() -> Generator[None]:
    """A read transaction: all reads in the block see the same state."""
    with database.atomic():
        if is_postgres():
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def connection() -> Generator[None]:
    """Use a connection from the pool for the block, or the one that is open."""
    opened = database.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            database.close()


def now() -> datetime:
    """The current time in UTC without a zone, as in every `…_at` column."""
    return datetime.now(UTC).replace(tzinfo=None)


def is_ahead(at: Any, moment: datetime) -> Any:
    """Whether an instant, or a column, was written by a clock ahead of ours."""
    return at > moment + CLOCKS_DIFFER
