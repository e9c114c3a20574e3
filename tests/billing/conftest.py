"""An office with an empty database, once on SQLite and once on Postgres, and its command."""

import os

import psycopg
import pytest
from click.testing import CliRunner

from ebok import database
from ebok.billing.commands import import_bundle
from ebok.customers.models import Customer
from ebok.invoices.models import Invoice

POSTGRES = os.environ.get("EBOK_TEST_POSTGRES_URL", "")


class Office:
    """Runs `ebok import` and looks at what it left behind."""

    def __init__(self, environment: dict[str, str | None]):
        self.environment = environment

    def run(self, *arguments, expect: int = 0) -> str:
        command = [str(argument) for argument in arguments]
        result = CliRunner().invoke(import_bundle, command, env=self.environment)
        assert result.exit_code == expect, (result.output, result.exception)
        return result.output

    def customers(self) -> list[dict]:
        with database.connection():
            return list(Customer.select().order_by(Customer.code).dicts())

    def invoices(self) -> list[dict]:
        with database.connection():
            return list(Invoice.select().order_by(Invoice.number).dicts())

    def forbid_writing(self) -> None:
        """From now on the database refuses to write any row of the mirror, an equal one too."""
        with database.connection():
            if database.is_postgres():
                database.database.execute_sql(
                    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql "
                    "AS $$ BEGIN RAISE EXCEPTION 'a row was written'; END $$"
                )
            for table in ("customer", "invoice"):
                for event in ("INSERT", "UPDATE", "DELETE"):
                    database.database.execute_sql(self._trigger(table, event))

    def _trigger(self, table: str, event: str) -> str:
        start = f"CREATE TRIGGER no_{event}_{table} BEFORE {event} ON {table} FOR EACH ROW "
        if database.is_postgres():
            return f"{start} EXECUTE FUNCTION refuse()"
        return f"{start} BEGIN SELECT RAISE(ABORT, 'a row was written'); END"


@pytest.fixture(params=["sqlite", "postgres"])
def office(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    url = f"sqlite:///{folder}/ebok.sqlite3"
    if request.param == "postgres":
        if not POSTGRES:
            pytest.skip("EBOK_TEST_POSTGRES_URL is not set")
        url = request.getfixturevalue("postgres_url")
    handle = database.connect(url)
    with database.connection():
        handle.create_tables([Customer, Invoice])
    environment = {"EBOK_DATABASE_URL": url, "EBOK_DATA_DIR": str(folder)}
    # Not a setting of the office: it would refuse to start with it.
    environment["EBOK_TEST_POSTGRES_URL"] = None
    yield Office(environment)
    with database.connection():
        database.database.drop_tables([Invoice, Customer])
    database.database.close_all()


@pytest.fixture(scope="session")
def postgres_url():
    """A database of this test process's own."""
    name = f"ebok_billing_{os.getpid()}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
