"""Stages unchanged rows that are needed because something they belong to changes.

An unchanged line equals the mirror's row, so it is normally not staged. But rows of something
withdrawn or set aside, and all lines of an invoice with a changed line, must be staged for later
steps to be right.
"""

from ebok.billing import operations_set_aside as set_aside, operations_withdrawal as withdrawal
from ebok.billing.changed_rows import ChangedFile
from ebok.billing.delta import FullReadNeeded
from ebok.billing.staging import (
    Stage,
    create_sql,
    execute,
    fill,
    former_table,
    gone_table,
    is_empty,
    sql_type,
)
from ebok.database import is_postgres
from ebok.notifications import operations as notifications

MAX_VALUES = 100_000
"""Most values to look for; with more, everything is read."""
CUSTOMER, INVOICE = "customer", "invoice"
OF_AN_INVOICE = "invoice_line", "instalment"
NUMBER, CODE = "invoice_number", "customer_code"


def stage_needed(file: ChangedFile, stage: Stage, is_complete: bool) -> None:
    """Stage the rows needed besides those that differ. Raises FullReadNeeded."""
    _stage_removed_keys(file, stage)
    _require_certain(file, stage, is_complete)
    for field, values in _needed(stage):
        _stage_skipped(file, stage, field, values)
    stage.skipped = file.summary.skipped


def _stage_removed_keys(file: ChangedFile, stage: Stage) -> None:
    """Stage the keys of lines that the previous version had and this one lacks."""
    keys = ", ".join(f'"{key}" {sql_type(stage.types[key])}' for key in stage.keys)
    table = former_table(stage.target)
    execute(f"{create_sql(table)} ({keys})")
    fill(table, len(stage.keys), file.removed_keys())
    if is_postgres():
        execute(f"ANALYZE {table}")
    else:
        execute(f"CREATE INDEX staging.{table}_key ON {table} ({stage.key_list})")


def _require_certain(file: ChangedFile, stage: Stage, is_complete: bool) -> None:
    """Raise FullReadNeeded if a skipped line may have the key of a read one, or depend on a wrong
    one."""
    known = f"SELECT 1 FROM {former_table(stage.target)} AS f WHERE {stage.same_key('f', 't')}"
    twins = f"""
        SELECT 1 FROM {stage.staged} AS s JOIN {stage.target} AS t
        ON {stage.same_key("t", "s")} WHERE NOT EXISTS ({known}) LIMIT 1"""
    if execute(twins):
        raise FullReadNeeded
    table, key = stage.target, stage.keys[0]
    if file.wrong_keys and (is_complete or table in OF_AN_INVOICE):
        set_aside.add(table, file.wrong_keys)
        which = f'"{key}" IN ({set_aside.keys_of(table)})'
        if execute(f"SELECT 1 FROM {table} WHERE {which} LIMIT 1"):
            raise FullReadNeeded


def require_invoices_of(lines: Stage, invoices: Stage) -> None:
    """Raise FullReadNeeded if a line that is set aside belongs to a skipped invoice."""
    which = f"""
        SELECT 1 FROM {INVOICE} AS t WHERE number IN ({set_aside.keys_of(lines.target)})
        AND NOT EXISTS (SELECT 1 FROM {invoices.staged} AS s WHERE s.number = t.number)"""
    if invoices.skipped is not None and execute(f"{which} LIMIT 1"):
        raise FullReadNeeded


def _needed(stage: Stage) -> list[tuple[str, str]]:
    """(column, SQL of values): rows with one of these values in the column are needed."""
    refers = [*set_aside.references(stage.layout), *withdrawal.references(stage)]
    needed = [
        (field, f'{set_aside.keys_of(target)} UNION SELECT "{key}" FROM {gone_table(target)}')
        for field, target, key in refers
    ]
    if stage.target == INVOICE:
        needed.append((CODE, RENAMED))
        needed.append(("number", notifications.given_up()))
    if stage.target in OF_AN_INVOICE:
        own = f"SELECT {NUMBER} FROM {stage.staged} UNION SELECT {NUMBER} FROM"
        own += f" {former_table(stage.target)}"
        touched = f"SELECT {NUMBER} FROM {stage.target} WHERE {NUMBER} IN ({own})"
        needed.append((NUMBER, f"{touched} UNION {OTHER_INVOICES}"))
    return list(dict.fromkeys(needed))


RENAMED = """
    SELECT s.code FROM staged_customer AS s JOIN customer AS c ON c.code = s.code
    WHERE c.name <> s.name"""
"""An invoice without a buyer's name has that of its customer."""
OTHER_INVOICES = """
    SELECT i.number FROM staged_invoice AS i JOIN invoice AS t ON t.number = i.number
    WHERE t.customer_code <> i.customer_code OR t.net_grosze <> i.net_grosze"""
"""Invoices that move, or whose lines must add up again."""


def _stage_skipped(file: ChangedFile, stage: Stage, field: str, values: str) -> None:
    found = {
        value for (value,) in execute(f"SELECT * FROM ({values}) AS w LIMIT {MAX_VALUES + 1:d}")
    }
    if len(found) > MAX_VALUES:
        raise FullReadNeeded
    if found and field in file.fields and not is_empty(stage.target):
        stage.fill(file.skipped_rows(field, found))
