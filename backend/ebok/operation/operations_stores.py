"""Checks of the database: reachable, current, writable, undamaged, with the right schema."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from playhouse.cysqlite_ext import CySqliteDatabase

from ebok.database import (
    connection,
    database,
    is_postgres,
    migrate,
    rows_changed,
    schema,
    transaction,
)
from ebok.database.outages import host_of, in_words, name_of
from ebok.doctor import DATABASE, Finding, checkup, fail, fine, warn
from ebok.languages import say as _
from ebok.settings import Settings

IMPATIENCE_MS = 500
"""How long to wait for a lock, such as an import's, before answering."""
SHOWN = 3


@checkup(DATABASE, quick=True, database=False)
def look_at_the_database(settings: Settings) -> Iterator[Finding]:
    """Check whether the database is reachable, current and writable."""
    try:
        standing = migrate.find_standing()
        if not standing.is_current:
            yield fail(*standing.explain())
            return
        with connection():
            _try_to_write()
    except Exception as fault:
        yield _trouble(fault, settings)
        return
    yield fine(_("reachable, up to date, open for writing"))


def _try_to_write() -> None:
    """Take a write lock and change nothing."""
    with _impatient(), transaction():
        if is_postgres():
            database.execute_sql(f"SET LOCAL lock_timeout = {IMPATIENCE_MS}")
        rows_changed("UPDATE beat SET seen_at = seen_at WHERE name = {0}", "")


@contextmanager
def _impatient() -> Generator[None]:
    """Wait no longer than IMPATIENCE_MS for SQLite's lock within the block."""
    if is_postgres():
        yield
        return
    ((before,),) = database.execute_sql("PRAGMA busy_timeout").fetchall()
    database.execute_sql(f"PRAGMA busy_timeout = {IMPATIENCE_MS}")
    try:
        yield
    finally:
        database.execute_sql(f"PRAGMA busy_timeout = {before}")


def _trouble(fault: Exception, settings: Settings) -> Finding:
    """The finding for this exception; a busy database is only a warning."""
    words, name = in_words(fault, settings), name_of(fault)
    what = f"{words[0].upper()}{words[1:]}."
    if name == "locked":
        todo = _(
            "If this continues, check what holds the lock: an import, a backup, "
            "another program of yours."
        )
        return warn(what, todo)
    return fail(what, _todo(name, settings))


def _todo(name: str, settings: Settings) -> str:
    if name == "damaged":
        return _("Stop e-BOK, keep a copy of the file, and restore the last backup.")
    if name == "disk is full":
        return _("Free some space, or enlarge the disk.")
    if name in ("read-only", "not allowed", "disk cannot be written"):
        return _("Let the user that runs e-BOK write to it: the file, its folder, the disk.")
    where = host_of(settings.database)
    return _(
        "Check whether it is running, and whether `database_url` is right: %(where)s.", where=where
    )


@checkup("pages")
def look_at_the_pages(settings: Settings) -> Iterator[Finding]:
    """Check whether every page of the database can be read."""
    try:
        found = _read_postgres() if is_postgres() else _read_sqlite()
    except Exception as fault:
        yield _trouble(fault, settings)
        return
    if found:
        what = _("The database is damaged: %(words)s.", words="; ".join(found[:SHOWN]))
        yield fail(what, _todo("damaged", settings))
    else:
        yield fine(_("every page of the database can be read"))


def _read_sqlite() -> list[str]:
    """SQLite's report of damage, which names tables, indexes and pages, and no values."""
    told = [row[0] for row in database.execute_sql("PRAGMA quick_check(10)").fetchall()]
    return [] if told == ["ok"] else [line.replace("\n", " ") for line in told]


def _read_postgres() -> list[str]:
    """Read every page of every table; raises at the first damaged one."""
    with database.atomic():
        database.execute_sql("SET LOCAL enable_indexonlyscan = off")
        database.execute_sql("SET LOCAL enable_indexscan = off")
        for table in database.get_tables():
            database.execute_sql(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
    return []


@checkup("schema")
def look_at_the_schema(_settings: Settings) -> Iterator[Finding]:
    """Compare tables, columns and indexes with those of a new database."""
    db = database.obj
    wanted, found = _as_it_should_be(db), _pieces(db)
    lacking, strange = sorted(wanted - found), sorted(found - wanted)
    if not lacking and not strange:
        yield fine(_("made as it should be"))
        return
    told = [_("lacks: %(what)s", what=each[:200]) for each in lacking[:SHOWN]]
    told += [_("has: %(what)s", what=each[:200]) for each in strange[:SHOWN]]
    what = _(
        "The structure of the database is not what this e-BOK needs: it %(told)s.",
        told="; ".join(told),
    )
    yield fail(what, _("Undo the changes made by hand, or restore the last backup."))


def _pieces(db: Any) -> set[str]:
    return {piece for each in schema.statements(db) for piece in schema.pieces(each)}


def _as_it_should_be(db: Any) -> set[str]:
    """The schema of a new database: made in memory, or in a transaction that is rolled back.

    The same server makes it, because each server formats its statements differently.
    """
    _names, wanted = migrate.whole(db)
    if not is_postgres():
        scratch = CySqliteDatabase(":memory:", rank_functions=False)
        schema.create(scratch, wanted)
        return _pieces(scratch)
    with db.atomic() as undone:
        db.execute_sql("CREATE SCHEMA ebok_doctor")
        db.execute_sql("SET LOCAL search_path = ebok_doctor")
        schema.create(db, wanted)
        made = _pieces(db)
        undone.rollback()
    return made
