"""Writes the whole schema into its two files, of what the migrations make, and the list of them.

    make schema

Both databases are made step by step, as the first installations were, and asked how they are made.
"""

import tempfile
from pathlib import Path

from playhouse.migrations import Runner

from ebok import database
from ebok.database import migrate, schema
from postgres import Postgres

LIST = Path(__file__).parent / "rules" / "migrations.txt"


def step_by_step(url: str, target: str = "") -> None:
    """Point the tables at this database, and bring it up to `target` as landed code did."""
    database.connect(url)
    with database.connection():
        Runner(database.database.obj, str(migrate.SCRIPTS)).up(target or None)


def write(url: str) -> None:
    """Write the whole schema of the kind of database that this URL names."""
    step_by_step(url)
    with database.connection():
        db = database.database.obj
        filled = [t for t in db.get_tables() if t != schema.HISTORY and _has_rows(db, t)]
        assert not filled, f"the whole schema would come without the rows of {filled}"
        head = ["-- Written by `make schema`. Holds the work of these migrations:"]
        head += [f"-- {name}" for name in migrate.scripts()]
        text = "\n\n".join(["\n".join(head), *schema.statements(db)])
        migrate.whole_path(schema.is_postgres(db)).write_text(f"{text}\n", "utf-8")
    database.database.close_all()


def _has_rows(db, table: str) -> bool:
    return bool(db.execute_sql(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone())


def write_list() -> None:
    """Append missing migrations to the list; existing entries never change."""
    told = LIST.read_text("utf-8") if LIST.exists() else ""
    for name, path in migrate.scripts().items():
        if name not in told:
            told += f"{migrate.checksum(path)}  {name}\n"
    lines = sorted(told.splitlines(), key=lambda line: line.split()[1])
    LIST.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    write_list()
    with tempfile.TemporaryDirectory() as home, Postgres() as server:
        write(f"sqlite:///{home}/whole.sqlite3")
        write(server.create("whole"))
