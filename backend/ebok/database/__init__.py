"""The database: a pooled handle made from a URL, the base of all tables, transactions, time.

SQLite goes through `cysqlite`, whose bundled library is free of the WAL-reset bug that Debian 12's
own has; Postgres through psycopg 3. Everything else in the house speaks Peewee and never asks which
of the two it is.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from threading import local
from typing import Any, Self

import cysqlite
from flask import g, request
from peewee import (
    AutoField,
    BaseQuery,
    BooleanField,
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
"""What a driver gives for a row: who asks knows what is in it."""

SAFE_SQLITE = (3, 51, 3)
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far two processes may be apart about the time."""
SECONDS_WITHOUT_DOUBT = 1
PRAGMAS = {
    "journal_mode": "wal",
    # NORMAL may lose an acknowledged commit when the power fails.
    "synchronous": "full",
    "foreign_keys": 1,
    # KiB for each connection: the system keeps the file's pages in its own memory, for all of them.
    "cache_size": -4_000,
}
# SQLite has no times and no truth values of its own: its driver gives texts and numbers.
READ = (DateTimeField, DateField, BooleanField)


class Told:
    """A pool whose faults know the statement they came of, which holds no values: for the log."""

    def execute_sql(self, sql: str, params=None):
        """Run it."""
        try:
            return super().execute_sql(sql, params)
        except PeeweeException as fault:
            fault.statement = sql
            raise


class PostgresPool(Told, PooledPostgresqlDatabase):
    """Peewee's pool, which asks a connection whether it lives only when that is in doubt.

    To ask is a round trip, and costs as much as the one query of most requests.
    """

    def _can_reuse(self, conn) -> bool:
        conn.rested_at = time.monotonic()
        return super()._can_reuse(conn)

    def _is_closed(self, conn) -> bool:
        if conn.closed or time.monotonic() - conn.rested_at > SECONDS_WITHOUT_DOUBT:
            return super()._is_closed(conn)
        return False


class SqlitePool(Told, PooledCySqliteDatabase):
    """Peewee's pool. SQLite undoes a transaction by itself when the disk is full: to undo it once
    more would fail, and hide what was wrong."""

    def rollback(self) -> None:
        """Undo the transaction, if there still is one."""
        if self.connection().in_transaction:
            super().rollback()


class Table(Model):
    """The base of every table.

    An annotation without a value, here and beside a foreign key, tells the type checker of what
    Peewee adds by itself, as a string because its fields take no parameter when the program runs.
    """

    id: "AutoField[int]"
    DoesNotExist: type[PeeweeDoesNotExist]

    class Meta:
        database = database
        legacy_table_names = False

    def change(self, **columns) -> None:
        """Write these columns of this row, and only these: other processes may write the rest."""
        self.update(**columns).where(self._pk_expr()).execute()
        for name, value in columns.items():
            setattr(self, name, value)

    @classmethod
    @cache
    def columns(cls, alias: str) -> str:
        """Every column, for a SELECT in SQL whose rows `of_row` shall read."""
        return ", ".join(f'{alias}."{field.column_name}"' for field in cls._meta.sorted_fields)

    @classmethod
    def of_row(cls, row: Sequence, names: tuple[str, ...] = ()) -> Self:
        """The instance that these values make, of `names` or else in the order of `columns`."""
        made, (names, readers) = cls(__no_default__=True), cls._reading(names)
        made.__data__ = dict(zip(names, row, strict=True))
        for name, read in readers:
            made.__data__[name] = read(made.__data__[name])
        return made

    @classmethod
    @cache
    def _reading(cls, names: tuple[str, ...]) -> tuple[list[str], list[tuple[str, Callable]]]:
        """The columns' names here, and what makes the driver's value ours, where it is not."""
        fields = [cls._meta.fields[name] for name in names] or cls._meta.sorted_fields
        readers = [(f.name, reader(f)) for f in fields if isinstance(f, READ)]
        return [f.name for f in fields], readers


def reader(field: Field) -> Callable[[Any], Any]:
    """What makes the driver's value of this field ours."""

    def read(value: Any) -> Any:
        # A day of SQLite's is read five times as fast as by Peewee, which tries formats.
        is_day = type(value) is str and len(value) == 10
        return date.fromisoformat(value) if is_day else field.python_value(value)

    return read if isinstance(field, DateField) else field.python_value


def first_row(sql: str, *values: object) -> Row | None:
    """The first row of a query written in SQL, with a `{0}` where each value belongs.

    For the few reads that every click waits for: Peewee builds a query anew each time.
    """
    return _execute(sql, values).fetchone()


def all_rows(sql: str, *values: object) -> list[Row]:
    """Every row of a query written in SQL; see `first_row`."""
    return _execute(sql, values).fetchall()


def rows_changed(sql: str, *values: object) -> int:
    """How many rows a change written in SQL has found; see `first_row`."""
    return database.rows_affected(_execute(sql, values))


def raw_rows(query: BaseQuery) -> list[Row]:
    """Every row that a Peewee query gives, as the driver has it: to read them takes Peewee longer
    than the database to find them. Times, days and truths are as `READ` says."""
    return database.execute(query).fetchall()


def tuples(query: Any) -> Iterable[Row]:
    """The rows of a Peewee query as tuples; its type stubs know only instances."""
    return query.tuples()


def placeholders(values: Collection) -> str:
    """As many `{0}` as there are values: what stands between the brackets of `IN (…)`.

    A list of two hundred takes Peewee a millisecond.
    """
    return ", ".join(["{0}"] * len(values))


def _execute(sql: str, values: tuple):
    return database.execute_sql(_with_placeholders(sql, database.param), values)


@lru_cache(1000)
def _with_placeholders(sql: str, mark: str) -> str:
    return sql.format(mark)


def is_safe_sqlite(url: str) -> bool:
    """Whether two processes may write a database of this URL: an older SQLite corrupts it."""
    return not url.startswith("sqlite:") or cysqlite.sqlite_version_info >= SAFE_SQLITE


def connect(url: str, connections: int = 20):
    """Point the house's tables at the database of this URL, and return its handle."""
    handle = _sqlite(url, connections) if url.startswith("sqlite:") else _postgres(url, connections)
    database.initialize(handle)
    return handle


def _sqlite(url: str, connections: int) -> SqlitePool:
    path = url.removeprefix("sqlite:///")
    return SqlitePool(
        path, pragmas=PRAGMAS, timeout=10, max_connections=connections, rank_functions=False
    )


def _postgres(url: str, connections: int) -> PooledPostgresqlDatabase:
    return PostgresPool(url, prefer_psycopg3=True, max_connections=connections, stale_timeout=300)


def is_postgres() -> bool:
    """Whether the handle speaks to Postgres."""
    return isinstance(database.obj, PostgresqlDatabase)


@contextmanager
def transaction():
    """One step of the business: all of it or nothing.

    On SQLite the write lock is taken at once: a transaction that reads first and writes later
    fails with 'database is locked' when another one wrote in between, whatever the timeout.
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
    """Do this once when the transaction around it is committed; now, where there is none."""
    if database.in_transaction():
        _after.__dict__.setdefault("todo", {})[do, arguments] = True
    else:
        do(*arguments)


@contextmanager
def snapshot():
    """Several reads that see one and the same moment, whatever is written meanwhile."""
    with database.atomic():
        if is_postgres():
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def connection():
    """A connection from the pool for the length of a block; an open one is used as it is."""
    opened = database.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            database.close()


def register(app) -> None:
    """Lend every request of `app` a connection, if it does not run inside one already."""

    @app.before_request
    def lend() -> None:
        view = app.view_functions.get(request.endpoint)
        if getattr(view, "needs_database", True):
            g.connection_lent = database.connect(reuse_if_open=True)

    @app.teardown_request
    def take_back(_fault) -> None:
        if g.pop("connection_lent", False) and not database.is_closed():
            database.close()


def now() -> datetime:
    """This instant in UTC, without a zone: every `…_at` column is in UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def is_ahead(at: Any, moment: datetime) -> Any:
    """Whether an instant (or a column of them) was written by a clock that was ahead of ours."""
    return at > moment + CLOCKS_DIFFER


def as_text(moment: datetime | None) -> str | None:
    """An instant as the API writes it: ISO 8601 with Z."""
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None


def day_as_text(day: date | None) -> str | None:
    """A day as the API writes it."""
    return day.isoformat() if day else None
