"""Finds rows to be withdrawn from the mirror, so that customers no longer see them.

Reasons: an invoice's new version lacks the line; the file says `deleted`; a complete file lacks the
row; the row refers to one that is withdrawn. Their keys are collected before the write transaction,
in a table for each table of the mirror; `withdrawn_rows.move_out` moves the rows.
"""

from collections.abc import Iterable, Mapping

from peewee import ForeignKeyField

from ebok.accounts.models import Account
from ebok.billing import operations_set_aside as set_aside
from ebok.billing.delta import FullReadNeeded
from ebok.billing.differences import Difference
from ebok.billing.errors import MAX_LISTED, Fault
from ebok.billing.models import ImportFile
from ebok.billing.staging import (
    DELETED,
    Stage,
    create_sql,
    execute,
    former_table,
    gone_table,
    sql_type,
)
from ebok.billing.texts_report import Report, Section
from ebok.languages import say as _

TOLERATED_MISSING = 20
"""Rows that may be missing from a complete file, however few e-BOK has."""
DOCUMENT = "document"


def create_tables(stages: Iterable[Stage]) -> None:
    """Create the tables of keys."""
    for stage in {stage.target: stage for stage in stages}.values():
        keys = ", ".join(f'"{key}" {sql_type(stage.types[key])}' for key in stage.keys)
        execute(f"{create_sql(gone_table(stage.target))} ({keys}, reason text)")


def find_withdrawn(stage: Stage, name: str, missing_percent: int | None, report: Report) -> int:
    """Find what is withdrawn from this stage's table; returns the number of `deleted` rows of the
    file.

    `name` is the file's, `missing_percent` the share that may be missing if the file is complete,
    else None.
    """
    deleted = stage.count(f"{DELETED} = '1'") if stage.has_deleted else 0
    if deleted:
        _take_deleted(stage)
    if missing_percent is not None:
        _find_missing(stage, name, missing_percent, report)
    if stage.target == "customer":
        _keep_owners_of_accounts(stage, name, report)
    _find_dependents(stage)
    return deleted


def _take_deleted(stage: Stage) -> None:
    staged = f"SELECT 1 FROM {stage.staged} AS src WHERE src.{DELETED} = '1'"
    _add(stage, "deleted", f"EXISTS ({staged} AND {stage.same_key('src', stage.target)})")
    execute(f"DELETE FROM {stage.staged} WHERE {DELETED} = '1'")


def _find_missing(stage: Stage, name: str, percent: int, report: Report) -> None:
    """Find rows that a complete file lacks; rows set aside are not missing."""
    kept = f'"{stage.keys[0]}" NOT IN ({set_aside.keys_of(stage.target)})'
    if stage.skipped is None:
        _add(stage, "missing", f"{_not_staged(stage)} AND {kept}")
    else:
        _find_missing_of_former(stage, kept)
    [(total,)] = execute(f"SELECT count(*) FROM {stage.target}")
    [(count,)] = execute(
        f"SELECT count(*) FROM {gone_table(stage.target)} WHERE reason = 'missing'"
    )
    if count > TOLERATED_MISSING and count * 100 > percent * total:
        expected = _(
            "said to be complete, but %(count)s of the %(total)s rows in e-BOK are "
            "missing from it: more than %(percent)s per cent",
            count=count,
            total=total,
            percent=percent,
        )
        report.refuse(Fault(name, expected=expected))


def _find_missing_of_former(stage: Stage, kept: str) -> None:
    """The same for a file with skipped lines: only rows of its previous version can be missing.

    Raises FullReadNeeded unless skipped, staged and withdrawn rows together are all rows of the
    mirror.
    """
    own = stage.target
    in_former = f"SELECT 1 FROM {former_table(own)} AS f WHERE {stage.same_key('f', own)}"
    _add(stage, "missing", f"EXISTS ({in_former}) AND {_not_staged(stage)} AND {kept}")
    [(total,)] = execute(f"SELECT count(*) FROM {own} WHERE {kept}")
    [(read,)] = execute(f"SELECT count(*) FROM {own} WHERE {kept} AND NOT {_not_staged(stage)}")
    [(leave,)] = execute(f"SELECT count(*) FROM {gone_table(own)}")
    if total != stage.skipped + read + leave:
        raise FullReadNeeded


def _keep_owners_of_accounts(stage: Stage, name: str, report: Report) -> None:
    """Keep customers who have an account, and warn."""
    owners = f"SELECT customer_code FROM {Account._meta.table_name}"
    which = f"FROM {gone_table(stage.target)} WHERE code IN ({owners})"
    for (code,) in execute(f"SELECT code {which} ORDER BY code"):
        expected = _("this customer has an account here and therefore stays")
        report.warn(Fault(name, 0, "customer_code", code, expected))
    execute(f"DELETE {which}")


def _find_dependents(stage: Stage) -> None:
    for column, target, key in references(stage):
        if execute(f"SELECT 1 FROM {gone_table(target)} LIMIT 1"):
            parents = f'SELECT "{key}" FROM {gone_table(target)}'
            _add(stage, "with", f'"{column}" IN ({parents}) AND {_not_staged(stage)}')


def references(stage: Stage) -> list[tuple[str, str, str]]:
    """What a row of the mirror refers to: its column, the other table, and that table's key."""
    if stage.target == DOCUMENT:
        return [("invoice_number", "invoice", "number")]
    keys = [f for f in stage.types.values() if isinstance(f, ForeignKeyField)]
    return [(f.column_name, f.rel_model._meta.table_name, f.rel_field.column_name) for f in keys]


def _not_staged(stage: Stage) -> str:
    staged = f"SELECT 1 FROM {stage.staged} AS src WHERE {stage.same_key('src', stage.target)}"
    return f"NOT EXISTS ({staged})"


def _add(stage: Stage, reason: str, where: str) -> None:
    """Add the rows that meet an SQL condition, unless they are there already."""
    table, keys = gone_table(stage.target), ", ".join(f'"{key}"' for key in stage.keys)
    known = f"SELECT 1 FROM {table} AS known WHERE {stage.same_key('known', stage.target)}"
    execute(
        f"""
        INSERT INTO {table} ({keys}, reason) SELECT {keys}, '{reason}' FROM {stage.target}
        WHERE {where} AND NOT EXISTS ({known})
        """
    )


def find_replaced(parts: list[Stage], newer: str) -> None:
    """Find the lines that an invoice's new version lacks; `parts` are all stages of one table.

    An invoice has a new version if the CSV file has a line of it, or `newer`, SQL of numbers,
    selects it.
    """
    first, target = parts[0], parts[0].target
    own = f'{target}."invoice_number"'
    anew = [f"{own} IN (SELECT src.invoice_number FROM {first.staged} AS src)"]
    anew += [f"{own} IN ({newer})"] if newer else []
    not_staged = " AND ".join(map(_not_staged, parts))
    _add(first, "replaced", f"({' OR '.join(anew)}) AND {not_staged}")


def keep_lines_of(numbers: str, tables: list[Stage]) -> None:
    """Keep all lines of these invoices (SQL of numbers): their new version is kept back."""
    for stage in tables:
        if "invoice_number" in stage.keys:
            execute(f"DELETE FROM {gone_table(stage.target)} WHERE invoice_number IN ({numbers})")


def keep_referenced(tables: list[Stage], differences: Mapping[str, Difference]) -> None:
    """Keep rows that remaining rows refer to, and what would have been withdrawn with them."""
    if not any(execute(f"SELECT 1 FROM {gone_table(stage.target)} LIMIT 1") for stage in tables):
        return
    for stage in reversed(tables):
        if stage.target != DOCUMENT:
            _keep_parents(stage, differences.get(stage.layout.name))
    for stage in tables:
        _release(stage)


def _keep_parents(stage: Stage, difference: Difference | None) -> None:
    own = stage.target
    leaves = f"SELECT 1 FROM {gone_table(own)} AS gone WHERE {stage.same_key('gone', own)}"
    for column, target, key in references(stage):
        stays = f"NOT EXISTS ({leaves})"
        if difference and difference.is_compared:
            moved = f"SELECT 1 FROM {difference.rows} AS src WHERE {stage.same_key('src', own)}"
            stays += f' AND NOT EXISTS ({moved} AND src."{column}" <> {own}."{column}")'
        held = f'SELECT {own}."{column}" FROM {own} WHERE {stays}'
        held += f' AND {own}."{column}" IN (SELECT "{key}" FROM {gone_table(target)})'
        execute(f'DELETE FROM {gone_table(target)} WHERE "{key}" IN ({held})')


def _release(stage: Stage) -> None:
    """Keep rows whose parents are all kept."""
    own, table = stage.target, gone_table(stage.target)
    parents = [
        f"""EXISTS (SELECT 1 FROM {own} JOIN {gone_table(target)} AS parent
            ON parent."{key}" = {own}."{column}" WHERE {stage.same_key(own, table)})"""
        for column, target, key in references(stage)
    ]
    if parents:
        execute(f"DELETE FROM {table} WHERE reason = 'with' AND NOT ({' OR '.join(parents)})")


def skip_newer(import_id: int, numbers: str, tables: list[Stage]) -> None:
    """Keep rows that later imports have changed; `numbers` is the SQL of their invoices.

    A row missing from this older bundle may have been added since.
    """
    for stage in tables:
        table, target = gone_table(stage.target), stage.target
        later = f"SELECT 1 FROM {target} WHERE {stage.same_key(target, table)}"
        later += f" AND {target}.import_id > {import_id:d}"
        replaced = f"SELECT key FROM billing_import_replaced WHERE import_id > {import_id:d}"
        replaced += f" AND table_name = '{target}'"
        which = f"EXISTS ({later}) OR {stage.key_text(table)} IN ({replaced})"
        if "invoice_number" in stage.keys:
            which += f" OR invoice_number IN ({numbers})"
        if ImportFile.is_in_later_import(import_id, stage.layout.name):
            which += " OR reason = 'missing'"
        execute(f"DELETE FROM {table} WHERE {which}")


def reset(parts: list[Stage]) -> None:
    """Clear "replaced" rows, to be found again, and rows that another file of the bundle has."""
    table = gone_table(parts[0].target)
    execute(f"DELETE FROM {table} WHERE reason = 'replaced'")
    for stage in parts:
        staged = f"SELECT 1 FROM {stage.staged} AS src WHERE {stage.same_key('src', table)}"
        execute(f"DELETE FROM {table} WHERE EXISTS ({staged})")


def add_to(tables: list[Stage], report: Report) -> None:
    """Add what is withdrawn to the report: counts by file, and the first rows."""
    files = {file.name.lower(): file for file in report.files}
    report.withdrawn = [_section(stage) for stage in tables]
    for stage, found in zip(tables, report.withdrawn, strict=True):
        if stage.layout.name in files:
            files[stage.layout.name].withdrawn = found.count


def _section(stage: Stage) -> Section:
    title = _("Withdrawn: %(file)s", file=stage.layout.name)
    [(count,)] = execute(f"SELECT count(*) FROM {gone_table(stage.target)}")
    return Section(title, _first(stage) if count else [], count)


def _first(stage: Stage) -> list[str]:
    reasons = {
        "deleted": _("the file says that it is deleted"),
        "missing": _("it is not in the file, which is complete"),
        "replaced": _("the new version of its invoice no longer has it"),
        "with": _("what it belongs to has been withdrawn"),
    }
    key = stage.key_text("gone")
    rows = f"FROM {gone_table(stage.target)} AS gone ORDER BY 1 LIMIT {MAX_LISTED:d}"
    found = execute(f"SELECT {key}, reason {rows}")
    return [f"{text}: {reasons[reason]}" for text, reason in found]
