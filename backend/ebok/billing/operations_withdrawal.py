"""Rows that leave the mirror, so that no customer sees them, and are kept as JSON in a trace.

Four reasons: an invoice's new version has not this line; the file says `deleted`; a file that says
it is complete has not this row; the row refers to one that leaves. Which they are is found out
before the write transaction, in a table of keys for each table of the mirror; `write` moves them.
"""

from collections.abc import Iterable, Mapping

from peewee import ForeignKeyField

from ebok.accounts.models import Account
from ebok.billing import operations_set_aside as set_aside
from ebok.billing.delta import Doubtful
from ebok.billing.differences import Difference
from ebok.billing.errors import LISTED, Fault
from ebok.billing.models import ImportFile
from ebok.billing.staging import DELETED, Stage, create, execute, former, gone, sql_type
from ebok.billing.texts_report import Report, Section
from ebok.languages import say as _

FEW = 20
"""Rows that may be missing from a complete file, however few e-BOK has."""
DOCUMENT = "document"


def begin(stages: Iterable[Stage]) -> None:
    """Make the tables of keys."""
    for stage in {stage.target: stage for stage in stages}.values():
        keys = ", ".join(f'"{key}" {sql_type(stage.types[key])}' for key in stage.keys)
        execute(f"{create(gone(stage.target))} ({keys}, reason text)")


def find(stage: Stage, name: str, missing_percent: int | None, report: Report) -> int:
    """Find what leaves this stage's table; `name` is the file's, `missing_percent` how much may be
    missing from it where it says that it is complete. How many of its rows said `deleted`."""
    deleted = stage.count(f"{DELETED} = '1'") if stage.tells_deleted else 0
    if deleted:
        _take_deleted(stage)
    if missing_percent is not None:
        _find_missing(stage, name, missing_percent, report)
    if stage.target == "customer":
        _keep_owners_of_accounts(stage, name, report)
    _find_those_with(stage)
    return deleted


def _take_deleted(stage: Stage) -> None:
    told = f"SELECT 1 FROM {stage.staged} AS told WHERE told.{DELETED} = '1'"
    _add(stage, "deleted", f"EXISTS ({told} AND {stage.same_key('told', stage.target)})")
    execute(f"DELETE FROM {stage.staged} WHERE {DELETED} = '1'")


def _find_missing(stage: Stage, name: str, percent: int, report: Report) -> None:
    """What is set aside is not missing: the file has it."""
    kept = f'"{stage.keys[0]}" NOT IN ({set_aside.keys_of(stage.target)})'
    if stage.skipped is None:
        _add(stage, "missing", f"{_untold(stage)} AND {kept}")
    else:
        _find_missing_of_former(stage, kept)
    [(total,)] = execute(f"SELECT count(*) FROM {stage.target}")
    [(count,)] = execute(f"SELECT count(*) FROM {gone(stage.target)} WHERE reason = 'missing'")
    if count > FEW and count * 100 > percent * total:
        expected = _(
            "said to be complete, but %(count)s of the %(total)s rows in e-BOK are "
            "missing from it: more than %(percent)s per cent",
            count=count,
            total=total,
            percent=percent,
        )
        report.refuse(Fault(name, expected=expected))


def _find_missing_of_former(stage: Stage, kept: str) -> None:
    """The same where rows were passed over as unchanged: only what the former version of the file
    told can be missing. Raises Doubtful unless that, and what is told now, is all there is."""
    own = stage.target
    told = f"SELECT 1 FROM {former(own)} AS f WHERE {stage.same_key('f', own)}"
    _add(stage, "missing", f"EXISTS ({told}) AND {_untold(stage)} AND {kept}")
    [(total,)] = execute(f"SELECT count(*) FROM {own} WHERE {kept}")
    [(read,)] = execute(f"SELECT count(*) FROM {own} WHERE {kept} AND NOT {_untold(stage)}")
    [(leave,)] = execute(f"SELECT count(*) FROM {gone(own)}")
    if total != stage.skipped + read + leave:
        raise Doubtful


def _keep_owners_of_accounts(stage: Stage, name: str, report: Report) -> None:
    """An account must not lose its customer: whoever has one is not sent away by an export."""
    owners = f"SELECT customer_code FROM {Account._meta.table_name}"
    which = f"FROM {gone(stage.target)} WHERE code IN ({owners})"
    for (code,) in execute(f"SELECT code {which} ORDER BY code"):
        expected = _("this customer has an account here and therefore stays")
        report.warn(Fault(name, 0, "customer_code", code, expected))
    execute(f"DELETE {which}")


def _find_those_with(stage: Stage) -> None:
    for column, target, key in references(stage):
        if execute(f"SELECT 1 FROM {gone(target)} LIMIT 1"):
            parents = f'SELECT "{key}" FROM {gone(target)}'
            _add(stage, "with", f'"{column}" IN ({parents}) AND {_untold(stage)}')


def references(stage: Stage) -> list[tuple[str, str, str]]:
    """What a row of the mirror refers to: its column, the other table, and that one's key."""
    if stage.target == DOCUMENT:
        return [("invoice_number", "invoice", "number")]
    keys = [f for f in stage.types.values() if isinstance(f, ForeignKeyField)]
    return [(f.column_name, f.rel_model._meta.table_name, f.rel_field.column_name) for f in keys]


def _untold(stage: Stage) -> str:
    told = f"SELECT 1 FROM {stage.staged} AS told WHERE {stage.same_key('told', stage.target)}"
    return f"NOT EXISTS ({told})"


def _add(stage: Stage, reason: str, where: str) -> None:
    """These rows of the mirror leave, unless they do already."""
    table, keys = gone(stage.target), ", ".join(f'"{key}"' for key in stage.keys)
    known = f"SELECT 1 FROM {table} AS known WHERE {stage.same_key('known', stage.target)}"
    execute(
        f"""
        INSERT INTO {table} ({keys}, reason) SELECT {keys}, '{reason}' FROM {stage.target}
        WHERE {where} AND NOT EXISTS ({known})
        """
    )


def find_replaced(parts: list[Stage], newer: str) -> None:
    """Find the lines that an invoice's new version has no longer; `parts` are all the stages of one
    table. An invoice is told anew where the bundle's CSV file has a line of it, or `newer`, SQL of
    numbers, selects it."""
    first, target = parts[0], parts[0].target
    own = f'{target}."invoice_number"'
    told = [f"{own} IN (SELECT told.invoice_number FROM {first.staged} AS told)"]
    told += [f"{own} IN ({newer})"] if newer else []
    untold = " AND ".join(map(_untold, parts))
    _add(first, "replaced", f"({' OR '.join(told)}) AND {untold}")


def keep(numbers: str, tables: list[Stage]) -> None:
    """Invoices (SQL of numbers) whose new version is kept back have all their former lines, also
    where a complete file has them no longer."""
    for stage in tables:
        if "invoice_number" in stage.keys:
            execute(f"DELETE FROM {gone(stage.target)} WHERE invoice_number IN ({numbers})")


def stay(tables: list[Stage], differences: Mapping[str, Difference]) -> None:
    """Hold here what a row of the mirror refers to that neither leaves nor is written anew: its
    new row was set aside or kept back. What would have left with it stays, too."""
    if not any(execute(f"SELECT 1 FROM {gone(stage.target)} LIMIT 1") for stage in tables):
        return
    for stage in reversed(tables):
        if stage.target != DOCUMENT:
            _hold_parents(stage, differences.get(stage.layout.name))
    for stage in tables:
        _release(stage)


def _hold_parents(stage: Stage, told: Difference | None) -> None:
    own = stage.target
    leaves = f"SELECT 1 FROM {gone(own)} AS gone WHERE {stage.same_key('gone', own)}"
    for column, target, key in references(stage):
        stays = f"NOT EXISTS ({leaves})"
        if told and told.is_compared:
            moved = f"SELECT 1 FROM {told.rows} AS told WHERE {stage.same_key('told', own)}"
            stays += f' AND NOT EXISTS ({moved} AND told."{column}" <> {own}."{column}")'
        held = f'SELECT {own}."{column}" FROM {own} WHERE {stays}'
        held += f' AND {own}."{column}" IN (SELECT "{key}" FROM {gone(target)})'
        execute(f'DELETE FROM {gone(target)} WHERE "{key}" IN ({held})')


def _release(stage: Stage) -> None:
    """Rows that would have left with others, none of which leaves any more."""
    own, table = stage.target, gone(stage.target)
    parents = [
        f"""EXISTS (SELECT 1 FROM {own} JOIN {gone(target)} AS parent
            ON parent."{key}" = {own}."{column}" WHERE {stage.same_key(own, table)})"""
        for column, target, key in references(stage)
    ]
    if parents:
        execute(f"DELETE FROM {table} WHERE reason = 'with' AND NOT ({' OR '.join(parents)})")


def keep_newer(import_id: int, numbers: str, tables: list[Stage]) -> None:
    """An older bundle takes nothing away that imports after it told of: `numbers` is the SQL of
    their invoices. What a complete file of it has not may have come since."""
    for stage in tables:
        table, target = gone(stage.target), stage.target
        later = f"SELECT 1 FROM {target} WHERE {stage.same_key(target, table)}"
        later += f" AND {target}.import_id > {import_id:d}"
        told = f"SELECT key FROM billing_import_replaced WHERE import_id > {import_id:d}"
        told += f" AND table_name = '{target}'"
        which = f"EXISTS ({later}) OR {stage.key_text(table)} IN ({told})"
        if "invoice_number" in stage.keys:
            which += f" OR invoice_number IN ({numbers})"
        if ImportFile.is_told_since(import_id, stage.layout.name):
            which += " OR reason = 'missing'"
        execute(f"DELETE FROM {table} WHERE {which}")


def settle(parts: list[Stage]) -> None:
    """What another file of the bundle tells, an XML, does not leave; lines are looked for anew."""
    table = gone(parts[0].target)
    execute(f"DELETE FROM {table} WHERE reason = 'replaced'")
    for stage in parts:
        told = f"SELECT 1 FROM {stage.staged} AS told WHERE {stage.same_key('told', table)}"
        execute(f"DELETE FROM {table} WHERE EXISTS ({told})")


def tell(tables: list[Stage], report: Report) -> None:
    """Say in the report what leaves, by file and the first rows one by one."""
    files = {file.name.lower(): file for file in report.files}
    report.withdrawn = [_section(stage) for stage in tables]
    for stage, found in zip(tables, report.withdrawn, strict=True):
        if stage.layout.name in files:
            files[stage.layout.name].withdrawn = found.count


def _section(stage: Stage) -> Section:
    title = _("Withdrawn: %(file)s", file=stage.layout.name)
    [(count,)] = execute(f"SELECT count(*) FROM {gone(stage.target)}")
    return Section(title, _first(stage) if count else [], count)


def _first(stage: Stage) -> list[str]:
    reasons = {
        "deleted": _("the file says that it is deleted"),
        "missing": _("it is not in the file, which is complete"),
        "replaced": _("the new version of its invoice no longer has it"),
        "with": _("what it belongs to has been withdrawn"),
    }
    key = stage.key_text("gone")
    found = execute(
        f"SELECT {key}, reason FROM {gone(stage.target)} AS gone ORDER BY 1 LIMIT {LISTED:d}"
    )
    return [f"{text}: {reasons[reason]}" for text, reason in found]
