"""Numbered forward migrations, safe when two processes start at once.

A database with tables gets the migrations that it lacks. One without tables gets the whole schema
from a file written by `make schema`, then newer migrations. A landed migration never changes: its
checksum is stored.
"""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playhouse.migrations import Runner

from ebok.database import connection, database, is_postgres, schema
from ebok.database.schema import HISTORY
from ebok.languages import say as _

SCRIPTS = Path(__file__).parents[1] / "migrations"
LOCK = 3_900_029_001
"""Number of an advisory lock that no other application on the same Postgres uses."""


class NotCurrent(Exception):
    """Database and code do not match; `standing` says how."""

    def __init__(self, standing: "Standing"):
        super().__init__(" ".join(standing.explain()))
        self.standing = standing


@dataclass(frozen=True)
class Standing:
    """How a database's migrations compare with the code's.

    `lacking` were not applied; `newer` were applied by a newer e-BOK; `changed` have another text
    than when applied.
    """

    lacking: list[str] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        """Whether database and code match."""
        return not (self.lacking or self.newer or self.changed)

    def explain(self) -> tuple[str, str]:
        """What is wrong, and what to do."""
        if self.newer:
            return (
                _(
                    "The database is newer than this e-BOK: it has %(names)s.",
                    names=_row(self.newer),
                ),
                _("Install the version that last updated it, or a newer one."),
            )
        if self.changed:
            return (
                _("Migrations differ from those applied: %(names)s.", names=_row(self.changed)),
                _("Reinstall e-BOK as it was published."),
            )
        return (
            _("The database is out of date, and lacks %(names)s.", names=_row(self.lacking)),
            _("Stop e-BOK, make a backup, run `ebok init`, and start it."),
        )


def _row(names: list[str]) -> str:
    return ", ".join(names) if len(names) < 4 else f"{names[0]}, …, {names[-1]} ({len(names)})"


def migrate() -> list[str]:
    """Apply missing migrations; returns their names. Raises NotCurrent if that cannot help."""
    with connection(), one_at_a_time():
        standing = _standing(database.obj)
        if standing.newer or standing.changed:
            raise NotCurrent(standing)
        names = [] if database.get_tables() else _make_whole(database.obj)
        names += Runner(database.obj, str(SCRIPTS)).up()
        _note_checksums(database.obj)
        return names


def require_current() -> None:
    """Raise NotCurrent unless database and code match."""
    standing = find_standing()
    if not standing.is_current:
        raise NotCurrent(standing)


def find_standing() -> Standing:
    """Compare the database's migrations with the code's."""
    with connection():
        return _standing(database.obj)


@cache
def checksum(script: Path) -> str:
    """Checksum of a migration's text, regardless of line ends."""
    return hashlib.sha256(script.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def scripts() -> dict[str, Path]:
    """Every migration by name, in order."""
    return {path.stem: path for path in sorted(SCRIPTS.glob("[0-9]*.py"))}


def whole(db: Any) -> tuple[list[str], list[str]]:
    """The whole schema: the migrations it includes, and its statements."""
    path = whole_path(schema.is_postgres(db))
    head, *statements = path.read_text("utf-8").strip().split("\n\n")
    return [line.removeprefix("-- ") for line in head.splitlines()[1:]], statements


def whole_path(for_postgres: bool) -> Path:
    """Path of the file with the whole schema."""
    return SCRIPTS / ("whole.postgres.sql" if for_postgres else "whole.sqlite.sql")


def _standing(db: Any) -> Standing:
    applied, known = _applied(db), scripts()
    changed = [
        n for n, kept in applied.items() if kept and n in known and kept != checksum(known[n])
    ]
    return Standing(
        lacking=[name for name in known if name not in applied],
        newer=sorted(applied.keys() - known.keys()),
        changed=sorted(changed),
    )


def _applied(db: Any) -> dict[str, str]:
    """Names of applied migrations, with their checksums or ""."""
    if not db.table_exists(HISTORY):
        return {}
    rows = db.execute_sql(f"SELECT * FROM {HISTORY}")  # noqa: S608
    names = [column[0] for column in rows.description]
    records = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return {row["name"]: row.get("checksum", "") for row in records}


def _has_checksums(db: Any) -> bool:
    return "checksum" in {column.name for column in db.get_columns(HISTORY)}


def _make_whole(db: Any) -> list[str]:
    names, statements = whole(db)
    with db.atomic():
        schema.create(db, statements)
        history = Runner(db, str(SCRIPTS)).History
        history.create_table()
        history.insert_many([(name,) for name in names], fields=[history.name]).execute()
    return names


def _note_checksums(db: Any) -> None:
    """Store missing checksums: of migrations applied by older code."""
    if not _has_checksums(db):
        db.execute_sql(f"ALTER TABLE {HISTORY} ADD COLUMN checksum VARCHAR(64) NOT NULL DEFAULT ''")
    note = f"UPDATE {HISTORY} SET checksum = {db.param} WHERE name = {db.param}"
    for name, kept in _applied(db).items():
        if not kept:
            db.execute_sql(note, (checksum(scripts()[name]), name))


@contextmanager
def one_at_a_time():
    """Hold a lock for the block: Peewee's runner has none, and a second one would fail."""
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
