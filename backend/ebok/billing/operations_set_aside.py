"""Rows that are wrong, and what refers to them: left out, while the rest of the bundle goes on.

A wrong row is never staged. Its key is noted here, and every staged row that refers to that key
leaves its stage again: a customer's invoices, an invoice's lines, payments, PDF and XML. A wrong
line takes its invoice along, which would be shown without that line otherwise.
"""

from collections.abc import Iterable

from ebok.billing.errors import Fault
from ebok.billing.layout import Layout
from ebok.billing.staging import Stage, create, execute, fill
from ebok.billing.texts_report import Report
from ebok.languages import say as _

KEYS = "aside_key"
ALSO = {"payment": (("invoice_number", "invoice", "number"),)}
"""What refers to a row beside the reference that must be known, by table."""


def begin() -> None:
    """Make the table of keys."""
    execute(f"{create(KEYS)} (target text, key text)")


def keys_of(target: str) -> str:
    """The SQL that selects the keys of this table's rows that are left out."""
    return f"SELECT key FROM {KEYS} WHERE target = '{target}'"


def note(target: str, keys: Iterable[str]) -> None:
    """These rows of this table are left out."""
    fill(KEYS, 2, ((target, key) for key in keys if key))


def is_empty() -> bool:
    """Whether nothing is left out."""
    return not execute(f"SELECT 1 FROM {KEYS} LIMIT 1")


def take_along(stage: Stage, name: str, report: Report) -> None:
    """Unstage the rows that refer to what is left out; `name` is their file's."""
    for field, target, _key in references(stage.layout):
        _unstage(stage, name, field, target, report)


def take_invoices_of_lines(lines: Stage, invoices: Stage, report: Report) -> None:
    """Unstage the invoices of which a line is left out."""
    keys = execute(f"SELECT key FROM {KEYS} WHERE target = '{lines.target}'")
    note(invoices.target, {key for (key,) in keys})
    _unstage(invoices, invoices.layout.name, invoices.keys[0], invoices.target, report)


def references(layout: Layout) -> list[tuple[str, str, str]]:
    """What a row goes along with: its column, the other table, and that one's key."""
    refers = layout.reference
    own = [(refers.field, refers.table._meta.table_name, refers.key)] if refers else []
    return [*own, *ALSO.get(layout.table._meta.table_name, ())]


def _unstage(stage: Stage, name: str, field: str, target: str, report: Report) -> None:
    which = f'"{field}" IN ({keys_of(target)})'
    found = execute(
        f'SELECT line, "{field}", "{stage.keys[0]}" FROM {stage.staged} WHERE {which} ORDER BY line'
    )
    columns = {column.field: column.name for column in stage.layout.columns}
    for line, value, _key in found:
        report.set_aside_with(Fault(name, max(line, 0), columns[field], value, along()))
    if found:
        execute(f"DELETE FROM {stage.staged} WHERE {which}")
        note(stage.target, {key for *_rest, key in found})


def along() -> str:
    """What is said of whatever refers to a row that is left out."""
    return _("this refers to something set aside, so it is set aside, too")
