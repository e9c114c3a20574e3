"""The few staged rows that differ from the mirror: set aside, written, and taken back.

All that can be found out before the write transaction is: everybody else's writes wait for it.
"""

from ebok.billing.models import Replaced
from ebok.billing.staging import Stage, create, differ, execute, is_empty, sql_type
from ebok.database import is_postgres
from ebok.invoices.models import JPK_FA


class Difference:
    """What one file changes. Nothing is locked until `apply`, which the caller's transaction holds.

    While the mirror's table is empty every staged row is new, and none is set aside.
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
        """Set aside the rows that the table does not say yet, and count them."""
        stage, target = self.stage, self.stage.target
        execute(f"DROP TABLE IF EXISTS {stage.differing}")
        told = told_invoices(stage) if "buyer_name" in stage.fields else stage.staged
        if is_empty(target):
            self.rows = f"(SELECT told.*, true AS is_new FROM {told} AS told)"
            [(self.new,)] = execute(f"SELECT count(*) FROM {stage.staged}")
            return
        self.rows = stage.differing
        is_new = f'{target}."{stage.keys[0]}" IS NULL'
        execute(
            f"""
            {create(stage.differing)} AS
            SELECT told.*, {is_new} AS is_new,
            CASE WHEN NOT ({is_new}) THEN {as_json(stage)} END AS replaced
            FROM {told} AS told
            LEFT JOIN {target} ON {stage.same_key(target, "told")}
            WHERE {is_new} OR {differ("told", target, stage.fields)}
            """
        )
        counted = f"SELECT count(*), count(CASE WHEN is_new THEN 1 END) FROM {stage.differing}"
        [(total, self.new)] = execute(counted)
        self.changed = total - self.new
        if total and is_postgres():
            # Else it takes a thousand rows for one, and goes through the mirror for each.
            execute(f"ANALYZE {stage.differing}")
        self.changed_fields = self._find_changed_fields() if self.changed else []

    def _find_changed_fields(self) -> list[str]:
        """The columns in which any row differs from the mirror's, often one.

        Only these are set: SQLite writes an index anew for each column that is named, an equal
        value, too.
        """
        stage, target = self.stage, self.stage.target
        others = [field for field in stage.fields if field not in stage.keys]
        cases = (f"max(CASE WHEN {differ('told', target, [f])} THEN 1 END)" for f in others)
        [found] = execute(
            f"""
            SELECT {", ".join(cases)} FROM {self.rows} AS told
            JOIN {target} ON {stage.same_key(target, "told")}
            """
        )
        return [field for field, is_changed in zip(others, found, strict=True) if is_changed]

    def count(self, where: str) -> tuple[int, int]:
        """How many of the rows are new, and how many changed, of those for which this holds."""
        [(total, new)] = execute(
            f"""
            SELECT count(*), count(CASE WHEN is_new THEN 1 END) FROM {self.rows} AS told
            WHERE {where}
            """
        )
        return new, total - new

    @property
    def place(self) -> str:
        """The table of ours that holds the rows."""
        return self.rows if self.is_compared else self.stage.staged

    def drop(self, where: str) -> None:
        """Leave the rows out for which this holds."""
        execute(f"DELETE FROM {self.place} WHERE {where}")

    def recount(self) -> None:
        """Count anew, after rows were left out."""
        [(total,)] = execute(f"SELECT count(*) FROM {self.place}")
        self.new = total if not self.is_compared else self.count("is_new")[0]
        self.changed = total - self.new

    def apply(self, import_id: int) -> None:
        """Write what differs, and keep what it replaces."""
        if self.changed:
            self._keep_replaced(import_id)
        if self.new or self.changed:
            self._upsert(import_id)

    def _keep_replaced(self, import_id: int) -> None:
        stage = self.stage
        execute(
            f"""
            INSERT INTO {Replaced._meta.table_name} (import_id, table_name, key, row)
            SELECT {import_id:d}, '{stage.target}', {stage.key_text("told")}, told.replaced
            FROM {self.rows} AS told WHERE NOT told.is_new
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
            SELECT {names}, {values} FROM {self.rows} AS told WHERE true {otherwise}
            """
        )


def keep_replaced(stage: Stage, import_id: int, which: str) -> None:
    """Keep the mirror's rows for which this holds, as they are before this import deletes them."""
    execute(
        f"""
        INSERT INTO {Replaced._meta.table_name} (import_id, table_name, key, row)
        SELECT {import_id:d}, '{stage.target}', {stage.key_text(stage.target)}, {as_json(stage)}
        FROM {stage.target} WHERE {which}
        """
    )


def restore(stage: Stage, import_id: int) -> int:
    """Give back the rows that this import changed or deleted; how many there were."""
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
    """Delete the rows that this import brought; how many there were."""
    brought = f"FROM {stage.target} WHERE import_id = {import_id:d}"
    [(count,)] = execute(f"SELECT count(*) {brought}")
    if count:
        execute(f"DELETE {brought}")
    return count


def as_json(stage: Stage) -> str:
    """The SQL of the mirror's whole row as one JSON object."""
    if is_postgres():
        return f"row_to_json({stage.target})::text"
    pairs = ", ".join(f"'{name}', {stage.target}.\"{name}\"" for name in stage.types)
    return f"json_object({pairs})"


def from_json(stage: Stage) -> dict[str, str]:
    """The SQL of each column's value in the JSON object `kept.row`.

    A row that was kept before an upgrade lacks the columns that came with it: they get defaults.
    """
    value = "json_extract(kept.row, '$.{}')"
    if is_postgres():
        value = "CAST(CAST(kept.row AS json) ->> '{}' AS {})"
    told = {name: value.format(name, sql_type(field)) for name, field in stage.types.items()}
    return {
        name: f"coalesce({told[name]}, '')" if field.default == "" else told[name]
        for name, field in stage.types.items()
    }


def told_invoices(stage: Stage) -> str:
    """The staged invoices; those without a buyer's name have the name of their customer.

    Beside FA(3) files a column that nothing tells stays as it is, and what is left to pay is
    theirs for a new invoice alone: a repeat must not reset what was paid.
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
    # The customer's own account is shown anyway, also after it has changed.
    "bank_account": """coalesce(i.bank_account, nullif(nullif(x.bank_account, ''),
        coalesce(s.bank_account, c.bank_account)), t.bank_account, '')""",
}
"""Whose word counts: the row of invoices.csv (i), the mirror (t), the FA(3) file (x)."""
