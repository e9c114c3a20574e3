"""Sets aside wrong rows and what refers to them, while the rest of the bundle is imported.

A wrong row is never staged. Its key is noted here, and rows that refer to it are unstaged: a
customer's invoices, an invoice's lines, payments, PDF and XML. A wrong line also unstages its
invoice, which would otherwise be shown without that line.
"""

from collections.abc import Iterable

from ebok.billing.errors import Fault
from ebok.billing.layout import Layout
from ebok.billing.staging import Stage, create_sql, execute, fill
from ebok.billing.texts_report import Report
from ebok.languages import say as _

KEYS = "aside_key"
OTHER_REFERENCES = {"payment": (("invoice_number", "invoice", "number"),)}
"""References besides that of the layout, by table."""


def create_table() -> None:
    """Create the table of keys."""
    execute(f"{create_sql(KEYS)} (target text, key text)")


def keys_of(target: str) -> str:
    """SQL of the keys of a table's rows that are set aside."""
    return f"SELECT key FROM {KEYS} WHERE target = '{target}'"


def add(target: str, keys: Iterable[str]) -> None:
    """Set aside the rows with these keys."""
    fill(KEYS, 2, ((target, key) for key in keys if key))


def is_empty() -> bool:
    """Whether nothing is set aside."""
    return not execute(f"SELECT 1 FROM {KEYS} LIMIT 1")


def set_dependents_aside(stage: Stage, name: str, report: Report) -> None:
    """Unstage the rows that refer to rows set aside; `name` is their file's."""
    for field, target, _key in references(stage.layout):
        _unstage(stage, name, field, target, report)


def set_invoices_of_lines_aside(lines: Stage, invoices: Stage, report: Report) -> None:
    """Unstage the invoices of lines that are set aside."""
    keys = execute(f"SELECT key FROM {KEYS} WHERE target = '{lines.target}'")
    add(invoices.target, {key for (key,) in keys})
    _unstage(invoices, invoices.layout.name, invoices.keys[0], invoices.target, report)


def references(layout: Layout) -> list[tuple[str, str, str]]:
    """What a row refers to: its column, the other table, and that table's key."""
    refers = layout.reference
    own = [(refers.field, refers.table._meta.table_name, refers.key)] if refers else []
    return [*own, *OTHER_REFERENCES.get(layout.table._meta.table_name, ())]


def _unstage(stage: Stage, name: str, field: str, target: str, report: Report) -> None:
    which = f'"{field}" IN ({keys_of(target)})'
    found = execute(
        f'SELECT line, "{field}", "{stage.keys[0]}" FROM {stage.staged} WHERE {which} ORDER BY line'
    )
    columns = {column.field: column.name for column in stage.layout.columns}
    for line, value, _key in found:
        report.set_aside_with(
            Fault(name, max(line, 0), columns[field], value, reason_for_dependents())
        )
    if found:
        execute(f"DELETE FROM {stage.staged} WHERE {which}")
        add(stage.target, {key for *_rest, key in found})


def reason_for_dependents() -> str:
    """What the report says of a row that refers to one set aside."""
    return _("this refers to something set aside, so it is set aside, too")
