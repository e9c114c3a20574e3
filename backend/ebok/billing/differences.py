"""Finds the staged rows that differ from the mirror, writes them, and restores them in an undo.

All comparing is done before the write transaction, which blocks other writers.
"""

from ebok.billing.models import Replaced
from ebok.billing.staging import Stage, create_sql, differ, execute, is_empty, sql_type
from ebok.database import is_postgres
from ebok.invoices.models import JPK_FA


class Difference:
    """The rows of one file that differ from the mirror. Locks nothing before `apply`.

    While the mirror's table is empty, every staged row is new and none is copied.
    """

    def __init__(self, stage: Stage):
        self.stage = stage
        self.rows = ""
        self.new = self.changed = 0
        self.changed_fields: list[str] = []

    @property
    def is_compared(self) -> bool:
        """Whether the mirror had rows to compare with."""
        return self.rows == self.stage.differing

    def compare(self) -> None:
        """Copy the rows that differ to a table, and count them."""
        stage, target = self.stage, self.stage.target
        execute(f"DROP TABLE IF EXISTS {stage.differing}")
        source = complete_invoices(stage) if "buyer_name" in stage.fields else stage.staged
        if is_empty(target):
            self.rows = f"(SELECT src.*, true AS is_new FROM {source} AS src)"
            [(self.new,)] = execute(f"SELECT count(*) FROM {stage.staged}")
            return
        self.rows = stage.differing
        is_new = f'{target}."{stage.keys[0]}" IS NULL'
        execute(
            f"""
            {create_sql(stage.differing)} AS
            SELECT src.*, {is_new} AS is_new,
            CASE WHEN NOT ({is_new}) THEN {as_json(stage)} END AS replaced
            FROM {source} AS src
            LEFT JOIN {target} ON {stage.same_key(target, "src")}
            WHERE {is_new} OR {differ("src", target, stage.fields)}
            """
        )
        counted = f"SELECT count(*), count(CASE WHEN is_new THEN 1 END) FROM {stage.differing}"
        [(total, self.new)] = execute(counted)
        self.changed = total - self.new
        if total and is_postgres():
            # Without statistics Postgres expects few rows, and would scan the mirror for each.
            execute(f"ANALYZE {stage.differing}")
        self.changed_fields = self._find_changed_fields() if self.changed else []

    def _find_changed_fields(self) -> list[str]:
        """The columns in which any row differs from the mirror's, often just one.

        Only these are set: SQLite rewrites the index of every column named in an UPDATE, even for
        an equal value.
        """
        stage, target = self.stage, self.stage.target
        others = [field for field in stage.fields if field not in stage.keys]
        cases = (f"max(CASE WHEN {differ('src', target, [f])} THEN 1 END)" for f in others)
        [found] = execute(
            f"""
            SELECT {", ".join(cases)} FROM {self.rows} AS src
            JOIN {target} ON {stage.same_key(target, "src")}
            """
        )
        return [field for field, is_changed in zip(others, found, strict=True) if is_changed]

    def count(self, where: str) -> tuple[int, int]:
        """Numbers of new and of changed rows that meet an SQL condition."""
        [(total, new)] = execute(
            f"""
            SELECT count(*), count(CASE WHEN is_new THEN 1 END) FROM {self.rows} AS src
            WHERE {where}
            """
        )
        return new, total - new

    @property
    def row_table(self) -> str:
        """The table that holds the rows."""
        return self.rows if self.is_compared else self.stage.staged

    def drop(self, where: str) -> None:
        """Delete the rows that meet an SQL condition."""
        execute(f"DELETE FROM {self.row_table} WHERE {where}")

    def recount(self) -> None:
        """Count again after rows were dropped."""
        [(total,)] = execute(f"SELECT count(*) FROM {self.row_table}")
        self.new = total if not self.is_compared else self.count("is_new")[0]
        self.changed = total - self.new

    def apply(self, import_id: int) -> None:
        """Write the rows, and save those they replace. Runs in the caller's transaction."""
        if self.changed:
            self._save_replaced(import_id)
        if self.new or self.changed:
            self._upsert(import_id)

    def _save_replaced(self, import_id: int) -> None:
        stage = self.stage
        execute(
            f"""
            INSERT INTO {Replaced._meta.table_name} (import_id, table_name, key, row)
            SELECT {import_id:d}, '{stage.target}', {stage.key_text("src")}, src.replaced
            FROM {self.rows} AS src WHERE NOT src.is_new
            """
        )

    def _upsert(self, import_id: int) -> None:
        stage = self.stage
        names = ", ".join(f'"{field}"' for field in stage.fields)
        updates = ", ".join(f'"{field}" = excluded."{field}"' for field in self.changed_fields)
        added = ", ".join(["import_id", *stage.others])
        values = ", ".join([f"{import_id:d}", *stage.others.values()])
        otherwise = f"ON CONFLICT ({stage.key_list}) DO UPDATE SET {updates}" if updates else ""
        execute(
            f"""
            INSERT INTO {stage.target} ({names}, {added})
            SELECT {names}, {values} FROM {self.rows} AS src WHERE true {otherwise}
            """
        )


def save_replaced(stage: Stage, import_id: int, which: str) -> None:
    """Save the mirror's rows that meet an SQL condition, before this import deletes them."""
    execute(
        f"""
        INSERT INTO {Replaced._meta.table_name} (import_id, table_name, key, row)
        SELECT {import_id:d}, '{stage.target}', {stage.key_text(stage.target)}, {as_json(stage)}
        FROM {stage.target} WHERE {which}
        """
    )


def restore(stage: Stage, import_id: int) -> int:
    """Restore the rows that this import changed or deleted; returns their number."""
    old = from_json(stage)
    names = ", ".join(f'"{name}"' for name in old)
    others = ", ".join(f'"{n}" = excluded."{n}"' for n in old if n not in stage.keys)
    kept = f"import_id = {import_id:d} AND table_name = '{stage.target}'"
    table = Replaced._meta.table_name
    execute(
        f"""
        INSERT INTO {stage.target} ({names}) SELECT {", ".join(old.values())}
        FROM (SELECT row FROM {table} WHERE {kept}) AS kept WHERE true
        ON CONFLICT ({stage.key_list}) DO UPDATE SET {others}
        """
    )
    [(count,)] = execute(f"SELECT count(*) FROM {table} WHERE {kept}")
    return count


def remove(stage: Stage, import_id: int) -> int:
    """Delete the rows that this import added; returns their number."""
    brought = f"FROM {stage.target} WHERE import_id = {import_id:d}"
    [(count,)] = execute(f"SELECT count(*) {brought}")
    if count:
        execute(f"DELETE {brought}")
    return count


def as_json(stage: Stage) -> str:
    """SQL of the mirror's row as a JSON object."""
    if is_postgres():
        return f"row_to_json({stage.target})::text"
    pairs = ", ".join(f"'{name}', {stage.target}.\"{name}\"" for name in stage.types)
    return f"json_object({pairs})"


def from_json(stage: Stage) -> dict[str, str]:
    """SQL of each column's value in the JSON object `kept.row`.

    Rows saved before an upgrade lack the columns it added: those get defaults.
    """
    value = "json_extract(kept.row, '$.{}')"
    if is_postgres():
        value = "CAST(CAST(kept.row AS json) ->> '{}' AS {})"
    values = {name: value.format(name, sql_type(field)) for name, field in stage.types.items()}
    return {
        name: f"coalesce({values[name]}, '')" if field.default == "" else values[name]
        for name, field in stage.types.items()
    }


def complete_invoices(stage: Stage) -> str:
    """SQL of the staged invoices; those without a buyer's name get their customer's.

    Beside FA(3) files, columns that no file has keep the mirror's value. A file's outstanding sum
    is used for new invoices only: reading it again must not reset what was paid.
    """
    own = {"buyer_name": "coalesce(nullif(i.buyer_name, ''), s.name, c.name)"}
    tables = f"{stage.staged} AS i"
    if stage.is_mixed:
        own |= MIXED
        tables += f"""
            LEFT JOIN {stage.target} AS t
            ON t.number = i.number AND t.customer_code = i.customer_code
            LEFT JOIN staged_fa3 AS x ON x.number = i.number"""
    columns = (f'{own[f]} AS "{f}"' if f in own else f'i."{f}"' for f in stage.fields)
    return f"""
        (SELECT i.line, {", ".join(columns)} FROM {tables}
         LEFT JOIN staged_customer AS s ON s.code = i.customer_code
         LEFT JOIN customer AS c ON c.code = i.customer_code)
        """


_FILE_FIRST = "coalesce(nullif(i.{0}, ''), nullif(x.{0}, ''), t.{0}, '')"
_AFTER_A_FILE = f"CASE WHEN x.number IS NULL THEN i.{{0}} ELSE {_FILE_FIRST} END"
MIXED = {
    "outstanding_grosze": f"""coalesce(i.outstanding_grosze,
        CASE WHEN t.history_from <> '{JPK_FA}' THEN t.outstanding_grosze END,
        x.outstanding_grosze)""",
    "history_from": """CASE WHEN i.line > 0 OR t.history_from = '' THEN ''
        ELSE x.history_from END""",
    "point_code": "coalesce(i.point_code, t.point_code, '')",
    "ksef_number": _AFTER_A_FILE.format("ksef_number"),
    "corrects": _AFTER_A_FILE.format("corrects"),
    "ksef_kind": "coalesce(x.ksef_kind, t.ksef_kind, '')",
    "corrects_also": "coalesce(nullif(x.corrects_also, ''), t.corrects_also, '')",
    "correction_reason": _FILE_FIRST.format("correction_reason"),
    "due_terms": "coalesce(x.due_terms, t.due_terms, '')",
    "recipient_name": "coalesce(x.recipient_name, t.recipient_name, '')",
    "buyer_nip": "coalesce(x.buyer_nip, t.buyer_nip, '')",
    "payable_grosze": "coalesce(x.payable_grosze, t.payable_grosze)",
    # NULL if it is the customer's own account, which is shown anyway, even after a change.
    "bank_account": """coalesce(i.bank_account, nullif(nullif(x.bank_account, ''),
        coalesce(s.bank_account, c.bank_account)), t.bank_account, '')""",
}
"""SQL of each column that several sources have: invoices.csv (i), the mirror (t), the FA(3) file
(x)."""
