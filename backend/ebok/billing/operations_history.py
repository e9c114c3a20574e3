"""The history of imports: recorded and listed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import chunked, fn

from ebok.billing.columns_text import LONGEST_TEXT
from ebok.billing.differences import Difference
from ebok.billing.documents import DOCUMENT
from ebok.billing.errors import Fault, as_csv, printable
from ebok.billing.fa3_rows import READINGS, VAT_SUMS
from ebok.billing.layouts import layouts
from ebok.billing.models import (
    APPLIED,
    HELD,
    PUBLISHED,
    SUPERSEDED,
    Import,
    ImportFile,
    Replaced,
    SetAside,
)
from ebok.billing.staging import Stage
from ebok.billing.texts_report import Report
from ebok.database import connection, database, is_postgres, now, transaction
from ebok.database.iso import as_text
from ebok.languages import say as _
from ebok.settings import Settings

INSERTED_AT_ONCE = 100


class NotPossible(Exception):
    """Why an import cannot be undone, published or shown; a sentence for the operator."""


def state() -> tuple[Any, ...]:
    """A value that changes whenever an import is applied or undone."""
    applied = Import.select(Import.id).where(Import.state == APPLIED).order_by(Import.id.desc())
    undone = Import.select(fn.COUNT(Import.undone_at))
    return applied.limit(1).scalar(), undone.scalar()


def lock() -> None:
    """Block other imports and undos until the end of the caller's transaction."""
    # On SQLite every write transaction is exclusive.
    if is_postgres():
        table = Import._meta.table_name
        database.execute_sql(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def record(
    differences: list[Difference],
    report: Report,
    started_at: datetime,
    file_times: Mapping[str, datetime],
    settings: Settings,
    **columns: Any,
) -> Import:
    """Create the row of an import; `file_times` says when each of its files was written.

    Deletes the replaced rows of imports before the last `undo_imports`.
    """
    moment = now()
    row = Import.create(
        started_at=started_at,
        applied_at=moment,
        as_of_at=max(file_times.values()),
        new_count=sum(each.new for each in differences),
        changed_count=sum(each.changed for each in differences),
        aside_count=report.aside_row_count + len(report.aside_with),
        withdrawn_count=report.withdrawn_count,
        **columns,
    )
    _record_files(row, file_times)
    _record_set_aside(row, report)
    Replaced.forget(settings.undo_imports, settings.undo_days, moment)
    return row


def _record_set_aside(row: Import, report: Report) -> None:
    for some in chunked([*report.aside, *report.aside_with], INSERTED_AT_ONCE):
        SetAside.insert_many(
            [{"import_": row, **_fault_columns(fault)} for fault in some]
        ).execute()


def _fault_columns(fault: Fault) -> dict[str, Any]:
    """A fault as columns of the database, cut and without control characters."""
    texts = {name: getattr(fault, name) for name in ("file", "column", "value", "expected")}
    kept = {name: text and printable(text)[:LONGEST_TEXT] for name, text in texts.items()}
    return kept | {"line": fault.line}


def set_aside_as_csv(import_id: int) -> str:
    """What an import set aside, as CSV for a spreadsheet; "" if nothing."""
    found = SetAside.select().where(SetAside.import_ == import_id).order_by(SetAside.id)
    faults = [Fault(row.file, row.line, row.column, row.value, row.expected) for row in found]
    return as_csv([(_("set aside"), faults)])


def forget_set_aside(moment: datetime, settings: Settings) -> int:
    """Delete what was set aside after `inbox_keep_days`: it contains personal data."""
    oldest = moment - timedelta(days=settings.inbox_keep_days)
    old = Import.select(Import.id).where(Import.applied_at < oldest)
    return SetAside.delete().where(SetAside.import_.in_(old)).execute()


def forget_reports(moment: datetime, settings: Settings) -> int:
    """Clear reports after `inbox_keep_days`, as those in files; not of held imports."""
    oldest = moment - timedelta(days=settings.inbox_keep_days)
    is_old = (Import.applied_at < oldest) & (Import.state != HELD) & (Import.report != "")
    return Import.update(report="").where(is_old).execute()


def _record_files(row: Import, file_times: Mapping[str, datetime]) -> None:
    files = [{"import_": row, "name": name, "as_of_at": at} for name, at in file_times.items()]
    columns = [ImportFile.import_, ImportFile.name]
    insert = ImportFile.insert_many(files)
    insert.on_conflict(conflict_target=columns, preserve=[ImportFile.as_of_at]).execute()


def update_freshness(file_times: Mapping[str, datetime]) -> bool:
    """Record newer files without changes: the mirror is as fresh. True if that raised
    `as_of_at`."""
    last, known = Import.find_last(), ImportFile.newest()
    newer = {n: at for n, at in file_times.items() if n not in known or known[n] < at}
    if not last or not newer:
        return False
    with transaction():
        _record_files(last, newer)
        older = (Import.id == last.id) & (Import.as_of_at < max(newer.values()))
        return bool(Import.update(as_of_at=max(newer.values())).where(older).execute())


def as_of(written_at: float) -> datetime:
    """The instant for which a file written then is valid; a time in the future counts as now."""
    if not written_at:
        return now()
    return min(datetime.fromtimestamp(written_at, UTC).replace(tzinfo=None), now())


def all_imports() -> list[Import]:
    """All recorded imports, newest first."""
    return list(Import.select().order_by(Import.id.desc()))


def summary(found: Import) -> list[str]:
    """Columns of an import in the list."""
    return [
        str(found.id),
        state_of(found),
        _as_of(found),
        _("%(count)s new", count=found.new_count),
        _("%(count)s changed", count=found.changed_count),
        found.origin,
        found.source,
    ]


def describe(import_id: int, settings: Settings) -> list[str]:
    """Lines about an import: its facts, and counts for each table. Raises NotPossible."""
    with connection():
        found = Import.get_or_none(Import.id == import_id)
        if not found:
            raise NotPossible(_("there is no import %(id)s", id=import_id))
        lines = [
            _(
                "import %(id)s from %(source)s (%(origin)s)",
                id=found.id,
                source=found.source,
                origin=found.origin,
            ),
            f"{state_of(found)}, {_as_of(found)}",
            _counts(found.new_count, found.changed_count),
        ]
        lines += [line for stage in stages(settings) if (line := _count(stage, import_id))]
        return lines + (["", found.report] if found.report else [])


def state_of(found: Import) -> str:
    """The state of an import, and since when, in words."""
    at = as_text(found.undone_at or found.applied_at)
    if found.undone_at:
        return _("undone %(at)s", at=at)
    if found.state == APPLIED:
        return _("applied %(at)s", at=at)
    if found.state == HELD:
        return _("held %(at)s", at=at)
    if found.state == PUBLISHED:
        return _("published as import %(id)s", id=found.published_as or "–")
    return _("superseded") if found.state == SUPERSEDED else _("discarded")


def _as_of(found: Import) -> str:
    return _("as of %(as_of)s", as_of=as_text(found.as_of_at))


def _count(stage: Stage, import_id: int) -> str:
    table = stage.layout.table
    new = table.select().where(table._meta.columns["import_id"] == import_id).count()
    of_table = (Replaced.import_ == import_id) & (Replaced.table == stage.target)
    changed = Replaced.select().where(of_table).count()
    return f"  {stage.layout.name}: {_counts(new, changed)}" if new or changed else ""


def _counts(new: int, changed: int) -> str:
    return _("%(new)s new, %(changed)s changed", new=new, changed=changed)


def stages(settings: Settings) -> list[Stage]:
    """A stage for each table of the mirror, referenced tables first."""
    return [Stage(layout) for layout in (*layouts(settings), DOCUMENT, VAT_SUMS, READINGS)]
