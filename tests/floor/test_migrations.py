"""A database made whole, and one that goes on from any landed step: both are the same."""

import hashlib
import os
import secrets
import shutil

import click
import pytest
from click.testing import CliRunner
from playhouse.schema_diff import diff_models

from ebok import database
from ebok.cli import MIGRATING, ebok
from ebok.database import migrate, schema  # noqa: F401 what the models say
from office import Office
from rules.test_docs import commands_of
from rules.test_house import all_tables
from schema import LIST, step_by_step
from smtp import MailServer

pytestmark = pytest.mark.dialect

STEPS = list(migrate.scripts())
IS_CI = bool(os.environ.get("BOTH"))
BEGUN = {"sqlite": STEPS, "postgres": STEPS if IS_CI else [*STEPS[:-1:4], STEPS[-1]]}
"""On Postgres each takes a second of a core, and CI begins at all of them."""


@pytest.fixture
def empty_url(kind, request, tmp_path):
    """A database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    name = f"empty_{secrets.token_hex(6)}"
    yield request.getfixturevalue("postgres").create(name)
    request.getfixturevalue("postgres").drop(name)


class Growing:
    """A database that goes on from step to step, of which each test has a copy."""

    def __init__(self, kind: str, request):
        self.kind, self.request = kind, request
        self.url, self.step, self.copy = "", STEPS[-1], ""

    def begun_at(self, step: str) -> str:
        """The URL of a copy that has come so far and no further."""
        if not self.url or step < self.step:
            self.url = self._new("grown")
        step_by_step(self.url, step)
        database.database.close_all()
        self.step, last = step, self.copy.rpartition("/")[2]
        if self.kind == "postgres" and last:
            self.request.getfixturevalue("postgres").drop(last)
        self.copy = self._new("copy", self.url)
        return self.copy

    def _new(self, name: str, template: str = "") -> str:
        if self.kind == "postgres":
            create = self.request.getfixturevalue("postgres").create
            named = [template.rpartition("/")[2]] if template else []
            return create(f"{name}_{secrets.token_hex(6)}", *named)
        path = self.request.getfixturevalue("tmp_path_factory").mktemp(name) / "ebok.sqlite3"
        if template:
            shutil.copy(template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def growing(kind, request) -> Growing:
    """One for each kind of database."""
    return Growing(kind, request)


@pytest.fixture(scope="session")
def made_whole(kind, request) -> list[str]:
    """The statements of a database that was made from the whole file."""
    if kind == "postgres":
        return told(request.getfixturevalue("postgres").url("migrated"))
    return told(f"sqlite:///{request.getfixturevalue('migrated_sqlite')}")


def told(url: str) -> list[str]:
    database.connect(url)
    with database.connection():
        found = schema.statements(database.database.obj)
    database.database.close_all()
    return found


def test_whole_file_holds_every_migration(kind):
    handle = database.connect("postgresql://nobody" if kind == "postgres" else "sqlite:///none")
    names, _statements = migrate.whole(handle)
    assert names == STEPS, "run `make schema`"


def test_landed_migration_never_changes():
    landed = [line.split() for line in LIST.read_text("utf-8").splitlines()]
    assert len(landed) >= 17
    for kept, name in landed:
        path = migrate.SCRIPTS / f"{name}.py"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == kept, f"{name} is not what landed"
    assert [name for _kept, name in landed] == STEPS, "run `make schema`"


@pytest.mark.shows("P119")
@pytest.mark.parametrize(
    ("kind", "step"),
    [(kind, step) for kind, steps in BEGUN.items() for step in steps],
    indirect=["kind"],
    scope="session",
)
def test_database_begun_at_any_landed_step_becomes_like_a_new_one(step, growing, made_whole):
    url = growing.begun_at(step)
    database.connect(url)
    with database.connection():
        applied = database.database.execute_sql("SELECT max(name) FROM schema_migration").fetchone()
        assert applied == (step,)
        db = database.database.obj
        before = fill(db)
        migrate.migrate()
        migrate.require_current()
        for table, rows in before.items():
            assert rows_of(db, table, rows[0]) == rows, table
        assert not diff_models(db, all_tables())
    database.database.close_all()
    assert told(url) == made_whole


def rows_of(db, table: str, columns) -> list[dict]:
    """All rows, with these columns only."""
    names = ", ".join(f'"{name}"' for name in columns)
    rows = db.execute_sql(f'SELECT {names} FROM "{table}" ORDER BY 1, 2').fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def fill(db) -> dict[str, list[dict]]:
    """Two rows for each table, as far as they can have rows at this step; what they are."""
    tables = [table for table in db.get_tables() if table != schema.HISTORY]
    needs = {t: {key.dest_table for key in db.get_foreign_keys(t)} - {t} for t in tables}
    names = {}
    while needs:
        free = sorted(table for table, wanted in needs.items() if not wanted & needs.keys())
        for table in free:
            columns = db.get_columns(table)
            for number in (1, 2):
                insert(db, table, columns, number)
            names[table] = [column.name for column in columns]
            del needs[table]
    # At last: a trigger may write a row of another table.
    return {table: rows_of(db, table, names[table]) for table in names}


def insert(db, table: str, columns: list, number: int) -> None:
    row = {
        column.name: value(column, number)
        for column in columns
        if not (column.name == "id" and column.data_type.lower().startswith("int"))
    }
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join([db.param] * len(row))
    db.execute_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(row.values()))


def value(column, number: int):
    """Something of this column's kind, another one for each row; keys fit those they refer to."""
    kind = column.data_type.lower()
    if kind.startswith(("int", "bigint", "smallint")):
        return number
    if kind.startswith("bool"):
        return number == 1
    if kind.startswith(("datetime", "timestamp")):
        return f"2026-11-0{number} 12:00:00"
    if kind.startswith("date"):
        return f"2026-11-0{number}"
    if kind.startswith(("bytea", "blob")):
        return f"x{number}".encode()
    if column.name in ("row", "facts", "text"):
        return '{"invoice_number": "v1", "kind": "pdf"}'
    return f"v{number}"


def leaves(group: click.Group):
    for command in commands_of(group):
        if command.name not in MIGRATING or group is not ebok:
            yield from leaves(command) if isinstance(command, click.Group) else [command]
            # `ebok bounces` does something by itself, too.
            if isinstance(command, click.Group) and command.invoke_without_command:
                yield command


@pytest.mark.shows("P120")
def test_every_command_refuses_a_newer_database(database_url, tmp_path, monkeypatch):
    """Old code would write what new code does not understand, and look as if all were well."""
    add_to_history(database_url, "0999_of_the_future")
    for name, value in environment(database_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    # The two that would serve for ever, should they not refuse, are tried below.
    commands = [each for each in leaves(ebok) if each.name not in ("serve", "worker")]
    assert len(commands) > 20
    for command in commands:
        words = [word for each in command.params for word in typed(each, tmp_path)]
        done = CliRunner().invoke(command, words)
        assert isinstance(done.exception, migrate.NotCurrent), (command.name, done.output)


def typed(parameter: click.Parameter, tmp_path) -> list[str]:
    """What is typed for it, if it must be given."""
    if not parameter.required:
        return []
    kinds = {click.Choice: lambda kind: str(kind.choices[0]), click.Path: lambda _: str(tmp_path)}
    given = kinds.get(type(parameter.type), lambda _: "1")(parameter.type)
    return [given] if isinstance(parameter, click.Argument) else [parameter.opts[0], given]


def environment(url: str, folder) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "EBOK_DATABASE_URL": url, "EBOK_DATA_DIR": str(folder)}


def add_to_history(url: str, name: str, kept: str = "") -> None:
    database.connect(url)
    with database.connection():
        values = f"('{name}', '2026-11-30 07:00:00', '{kept}')"
        columns = "(name, applied, checksum)"
        database.database.execute_sql(f"INSERT INTO schema_migration {columns} VALUES {values}")
    database.database.close_all()


@pytest.mark.shows("P120")
@pytest.mark.parametrize("words", [("init",), ("serve",), ("worker",), ("demo", "--no-serve")])
def test_newer_database_is_refused_in_words(words, database_url, tmp_path):
    add_to_history(database_url, "0999_of_the_future")
    with MailServer() as post:
        done = Office(database_url, tmp_path, post).run(*words, check=False)
    assert done.returncode == 1
    assert "newer than this e-BOK: it has 0999_of_the_future" in done.stderr
    assert "Install the version" in done.stderr
    assert "Traceback" not in done.stderr


def test_migration_that_was_changed_after_it_was_applied_is_refused(database_url, tmp_path):
    database.connect(database_url)
    with database.connection():
        changed = "UPDATE schema_migration SET checksum = 'other' WHERE name = '0005_waiting_mails'"
        database.database.execute_sql(changed)
    database.database.close_all()
    with MailServer() as post:
        office = Office(database_url, tmp_path, post)
        for words in (("init",), ("worker",), ("doctor",)):
            done = office.run(*words, check=False)
            assert done.returncode == 1
            assert "0005_waiting_mails" in done.stderr


def test_history_of_older_code_gets_its_checksums(empty_url):
    step_by_step(empty_url)
    with database.connection():
        assert migrate.migrate() == []
        rows = database.database.execute_sql("SELECT name, checksum FROM schema_migration")
        kept = dict(rows.fetchall())
    database.database.close_all()
    assert kept == {name: migrate.checksum(path) for name, path in migrate.scripts().items()}
