"""Unchanged rows that are needed all the same, because something that they belong to changes.

An unchanged line says what the mirror says, so its row need not be staged. Whatever asks which rows
the bundle tells is answered rightly only when these are: rows of what leaves or is left out, and
all lines of an invoice of which one differs. They are read after all, with their places.
"""

from ebok.billing import operations_set_aside as set_aside, operations_withdrawal as withdrawal
from ebok.billing.changed_rows import ChangedFile
from ebok.billing.delta import Doubtful
from ebok.billing.staging import Stage, create, execute, fill, former, gone, is_empty, sql_type
from ebok.database import is_postgres
from ebok.notifications import operations as notifications

MOST = 100_000
"""Values that are looked for at most."""
CUSTOMER, INVOICE = "customer", "invoice"
OF_AN_INVOICE = "invoice_line", "instalment"
NUMBER, CODE = "invoice_number", "customer_code"


def complete(file: ChangedFile, stage: Stage, is_complete: bool) -> None:
    """Stage what is needed besides what differs; raises Doubtful."""
    _note_gone(file, stage)
    _require_sure(file, stage, is_complete)
    for field, values in _wanted(stage):
        _pull(file, stage, field, values)
    stage.skipped = file.summary.skipped


def _note_gone(file: ChangedFile, stage: Stage) -> None:
    """The keys that the former version of the file had, of lines that this one has not."""
    keys = ", ".join(f'"{key}" {sql_type(stage.types[key])}' for key in stage.keys)
    table = former(stage.target)
    execute(f"{create(table)} ({keys})")
    fill(table, len(stage.keys), file.gone_keys())
    if is_postgres():
        execute(f"ANALYZE {table}")
    else:
        execute(f"CREATE INDEX staging.{table}_key ON {table} ({stage.key_list})")


def _require_sure(file: ChangedFile, stage: Stage, is_complete: bool) -> None:
    """Raises Doubtful where an unread line may have the key of one that was read, or a wrong one
    takes along what was not read."""
    known = f"SELECT 1 FROM {former(stage.target)} AS f WHERE {stage.same_key('f', 't')}"
    twins = f"""
        SELECT 1 FROM {stage.staged} AS s JOIN {stage.target} AS t
        ON {stage.same_key("t", "s")} WHERE NOT EXISTS ({known}) LIMIT 1"""
    if execute(twins):
        raise Doubtful
    table, key = stage.target, stage.keys[0]
    if file.wrong_keys and (is_complete or table in OF_AN_INVOICE):
        set_aside.note(table, file.wrong_keys)
        which = f'"{key}" IN ({set_aside.keys_of(table)})'
        if execute(f"SELECT 1 FROM {table} WHERE {which} LIMIT 1"):
            raise Doubtful


def require_invoices_of(lines: Stage, invoices: Stage) -> None:
    """Raises Doubtful where a line that is left out takes an invoice along that was not read."""
    which = f"""
        SELECT 1 FROM {INVOICE} AS t WHERE number IN ({set_aside.keys_of(lines.target)})
        AND NOT EXISTS (SELECT 1 FROM {invoices.staged} AS s WHERE s.number = t.number)"""
    if invoices.skipped is not None and execute(f"{which} LIMIT 1"):
        raise Doubtful


def _wanted(stage: Stage) -> list[tuple[str, str]]:
    """By which column, and by which of its values (SQL), rows are needed."""
    refers = [*set_aside.references(stage.layout), *withdrawal.references(stage)]
    wanted = [
        (field, f'{set_aside.keys_of(target)} UNION SELECT "{key}" FROM {gone(target)}')
        for field, target, key in refers
    ]
    if stage.target == INVOICE:
        wanted.append((CODE, RENAMED))
        wanted.append(("number", notifications.given_up()))
    if stage.target in OF_AN_INVOICE:
        own = f"SELECT {NUMBER} FROM {stage.staged} UNION SELECT {NUMBER} FROM"
        own += f" {former(stage.target)}"
        touched = f"SELECT {NUMBER} FROM {stage.target} WHERE {NUMBER} IN ({own})"
        wanted.append((NUMBER, f"{touched} UNION {OTHER_INVOICES}"))
    return list(dict.fromkeys(wanted))


RENAMED = """
    SELECT s.code FROM staged_customer AS s JOIN customer AS c ON c.code = s.code
    WHERE c.name <> s.name"""
"""An invoice without a buyer's name has that of its customer."""
OTHER_INVOICES = """
    SELECT i.number FROM staged_invoice AS i JOIN invoice AS t ON t.number = i.number
    WHERE t.customer_code <> i.customer_code OR t.net_grosze <> i.net_grosze"""
"""Invoices that move, or to which lines must add up again."""


def _pull(file: ChangedFile, stage: Stage, field: str, values: str) -> None:
    found = {value for (value,) in execute(f"SELECT * FROM ({values}) AS w LIMIT {MOST + 1:d}")}
    if len(found) > MOST:
        raise Doubtful
    if found and field in file.fields and not is_empty(stage.target):
        stage.fill(file.rows_of(field, found))
