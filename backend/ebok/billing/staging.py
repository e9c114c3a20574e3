"""A file's rows beside the table they are meant for, and the few that differ from it.

Rows are staged in a temporary table that only this connection sees: parsing and comparing a whole
town's invoices holds no lock, and the one write transaction touches only what is new or changed.
"""

from collections.abc import Iterator

from peewee import BigIntegerField, DateField

from ebok.billing.layouts import Layout
from ebok.database import database, is_postgres

SQL_TYPES = {BigIntegerField: "bigint", DateField: "date"}


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

    def create(self) -> None:
        """Make the empty table, whatever an earlier import has left on this connection."""
        self.drop()
        columns = ", ".join(f'"{name}" {kind}' for name, kind in self.columns.items())
        _execute(f"CREATE TEMP TABLE {self.staged} (line bigint PRIMARY KEY, {columns})")

    def drop(self) -> None:
        """Leave nothing behind on a connection that goes back to the pool."""
        _execute(f"DROP TABLE IF EXISTS {self.staged}")
        _execute(f"DROP TABLE IF EXISTS {self.differing}")

    def fill(self, rows: Iterator[tuple]) -> None:
        """Stage the rows as they come, without ever holding all of them."""
        with database.atomic():
            if is_postgres():
                cursor = database.connection().cursor()
                with cursor, cursor.copy(f"COPY {self.staged} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * (len(self.fields) + 1))
                insert = f"INSERT INTO {self.staged} VALUES ({marks})"
                database.connection().executemany(insert, rows)
        _execute(f'CREATE INDEX {self.staged}_key ON {self.staged} ("{self.key}")')
        if is_postgres():
            _execute(f"ANALYZE {self.staged}")

    def count_twins(self) -> int:
        """How many rows have a key that an earlier row has, whatever else they say."""
        [(count,)] = _execute(f'SELECT count(*) - count(DISTINCT "{self.key}") FROM {self.staged}')
        return count

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
            DELETE FROM {self.staged} WHERE line NOT IN
            (SELECT min(line) FROM {self.staged} GROUP BY "{self.key}")
            """
        )

    def compare(self) -> tuple[int, int]:
        """Set aside the rows that the table does not say yet: how many new, how many changed."""
        of_table = f'{self.target}."{self.key}"'
        _execute(
            f"""
            CREATE TEMP TABLE {self.differing} AS
            SELECT staged.*, {of_table} IS NULL AS is_new FROM {self.staged} AS staged
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
        _execute(
            f"""
            INSERT INTO {self.target} ({names})
            SELECT {names} FROM {self.differing} WHERE true ORDER BY "{self.key}"
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


def name_buyers() -> None:
    """Give staged invoices without a buyer's name the name of their customer."""
    _execute(
        """
        UPDATE staged_invoice SET buyer_name = coalesce(
            (SELECT name FROM staged_customer AS s WHERE s.code = staged_invoice.customer_code),
            (SELECT name FROM customer AS c WHERE c.code = staged_invoice.customer_code))
        WHERE buyer_name = ''
        """
    )


def _differ(left: str, right: str, fields: list[str]) -> str:
    # Not `<>`: a date that is NULL on one side only must count as a difference.
    return " OR ".join(f'{left}."{f}" IS DISTINCT FROM {right}."{f}"' for f in fields)


def _execute(sql: str) -> list[tuple]:
    cursor = database.execute_sql(sql)
    return cursor.fetchall() if cursor.description else []
