"""An office with an empty database, once on SQLite and once on Postgres, and its command."""

import pytest
from click.testing import CliRunner

from billing.bundles import KNOWN, customer, write
from billing.memory import peak  # noqa: F401
from ebok import database
from ebok.billing import commands
from ebok.billing.models import Import, Replaced
from ebok.customers.models import Customer
from ebok.documents.models import Document
from ebok.invoices.models import Invoice, InvoiceLine
from ebok.meters.models import Meter, PointOfUse, Reading
from ebok.payments.models import Payment

MIRROR = (Customer, Invoice, InvoiceLine, Payment, PointOfUse, Meter, Reading, Document)


class Office:
    """Runs `ebok import` and reads its results."""

    def __init__(self, environment: dict[str, str | None]):
        self.environment = environment

    def run(self, *arguments, expect: int = 0) -> str:
        """`ebok import …`"""
        return self._invoke(commands.import_bundle, arguments, expect)

    def imports(self, *arguments, expect: int = 0) -> str:
        """`ebok imports …`"""
        return self._invoke(commands.imports, arguments, expect)

    def take_inbox(self, expect: int = 0) -> str:
        """`ebok inbox`"""
        return self._invoke(commands.inbox, (), expect)

    def try_undo(self) -> str:
        """`ebok imports undo`, which may be refused."""
        return CliRunner().invoke(commands.imports, ["undo"], env=self.environment).output

    def try_publish(self) -> str:
        """`ebok imports publish`, when nothing may wait."""
        return CliRunner().invoke(commands.imports, ["publish"], env=self.environment).output

    def run_anything(self, path, also: tuple[int, ...] = ()) -> str:
        """Run `ebok import`; a refusal is allowed, a crash is not."""
        result = CliRunner().invoke(commands.import_bundle, [str(path)], env=self.environment)
        assert result.exit_code in (0, 1, 3, *also), result.exception
        assert isinstance(result.exception, SystemExit | None), result.exception
        assert "the database refused" not in result.output, result.output
        return result.output

    def _invoke(self, what, arguments, expect: int) -> str:
        command = [str(argument) for argument in arguments]
        result = CliRunner().invoke(what, command, env=self.environment)
        told = f"{result.output}\n{result.exception!r}"
        assert isinstance(result.exception, SystemExit | None), told
        assert result.exit_code == expect, told
        return result.output

    def customers(self) -> list[dict]:
        with database.connection():
            return list(Customer.select().order_by(Customer.code).dicts())

    def invoices(self) -> list[dict]:
        with database.connection():
            return list(Invoice.select().order_by(Invoice.number).dicts())

    def mirror(self) -> dict[str, list[tuple]]:
        """Every row of the mirror, table by table."""
        with database.connection():
            return {
                table.__name__: sorted(map(repr, table.select().dicts().execute()))
                for table in MIRROR
            }

    def rows(self, table) -> list[dict]:
        """All rows of one table."""
        with database.connection():
            return list(table.select().dicts())

    def last(self) -> Import | None:
        """The newest import that was not undone."""
        with database.connection():
            return Import.find_last()

    def forbid_writing(self) -> None:
        """From now on the database refuses to write any row of the mirror, an equal one too."""
        with database.connection():
            if database.is_postgres():
                database.database.execute_sql(
                    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql "
                    "AS $$ BEGIN RAISE EXCEPTION 'a row was written'; END $$"
                )
            tables = (*MIRROR, Import, Replaced)
            for table in (table._meta.table_name for table in tables):
                for event in ("INSERT", "UPDATE", "DELETE"):
                    database.database.execute_sql(self._trigger(table, event))

    def _trigger(self, table: str, event: str) -> str:
        start = f"CREATE TRIGGER no_{event}_{table} BEFORE {event} ON {table} FOR EACH ROW "
        if database.is_postgres():
            return f"{start} EXECUTE FUNCTION refuse()"
        return f"{start} BEGIN SELECT RAISE(ABORT, 'a row was written'); END"


@pytest.fixture
def office(database_url, tmp_path_factory):
    database.connect(database_url)
    yield Office(
        {
            "EBOK_REPORT_LANGUAGE": "en",
            "EBOK_DATABASE_URL": database_url,
            "EBOK_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        }
    )
    database.database.close_all()


@pytest.fixture
def town(office, tmp_path_factory):
    """An office that knows one company."""
    office.run(write(tmp_path_factory.mktemp("town"), [customer(**KNOWN)]))
    return office
