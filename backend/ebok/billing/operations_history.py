"""The imports that changed something: noted, listed, and taken back, the newest first."""

from datetime import UTC, datetime, timedelta

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
from ebok.database import as_text, connection, database, is_postgres, now, transaction
from ebok.jobs import retention
from ebok.languages import say as _
from ebok.settings import Settings

AT_ONCE = 100


class NotUndone(Exception):
    """Why an import cannot be taken back, or published; a sentence for the operator."""


def state() -> tuple:
    """What changes when any import is applied or undone."""
    applied = Import.select(Import.id).where(Import.state == APPLIED).order_by(Import.id.desc())
    undone = Import.select(fn.COUNT(Import.undone_at))
    return applied.limit(1).scalar(), undone.scalar()


def lock() -> None:
    """Let no other import be applied or undone until the end of the caller's transaction."""
    # On SQLite the transaction itself is this lock.
    if is_postgres():
        table = Import._meta.table_name
        database.execute_sql(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def note(
    differences: list[Difference],
    found: Report,
    started_at: datetime,
    fresh: dict[str, datetime],
    settings: Settings,
    **columns,
) -> Import:
    """A row for an import; `fresh` says of each of its files when it was written.

    What the imports before the last `undo_imports` replaced is forgotten.
    """
    moment = now()
    row = Import.create(
        started_at=started_at,
        applied_at=moment,
        as_of_at=max(fresh.values()),
        new_count=sum(each.new for each in differences),
        changed_count=sum(each.changed for each in differences),
        aside_count=found.aside_row_count + len(found.aside_with),
        withdrawn_count=found.withdrawn_count,
        **columns,
    )
    _note_files(row, fresh)
    _note_aside(row, found)
    Replaced.forget(settings.undo_imports, settings.undo_days, moment)
    return row


def _note_aside(row: Import, report: Report) -> None:
    for some in chunked([*report.aside, *report.aside_with], AT_ONCE):
        SetAside.insert_many([{"import_": row, **_kept(fault)} for fault in some]).execute()


def _kept(fault: Fault) -> dict:
    """A fault in columns of the database; a name or value of a file may be anything."""
    texts = {name: getattr(fault, name) for name in ("file", "column", "value", "expected")}
    kept = {name: text and printable(text)[:LONGEST_TEXT] for name, text in texts.items()}
    return kept | {"line": fault.line}


def set_aside_as_csv(import_id: int) -> str:
    """What an import left out, for a spreadsheet; empty when nothing was."""
    found = SetAside.select().where(SetAside.import_ == import_id).order_by(SetAside.id)
    faults = [Fault(row.file, row.line, row.column, row.value, row.expected) for row in found]
    return as_csv([(_("set aside"), faults)])


@retention
def forget_set_aside(moment: datetime, settings: Settings) -> int:
    """Values of real people, after `inbox_keep_days`, as the reports that show them."""
    oldest = moment - timedelta(days=settings.inbox_keep_days)
    old = Import.select(Import.id).where(Import.applied_at < oldest)
    return SetAside.delete().where(SetAside.import_.in_(old)).execute()


@retention
def forget_reports(moment: datetime, settings: Settings) -> int:
    """The reports of imports, after `inbox_keep_days` as those in files; not of what waits."""
    oldest = moment - timedelta(days=settings.inbox_keep_days)
    is_old = (Import.applied_at < oldest) & (Import.state != HELD) & (Import.report != "")
    return Import.update(report="").where(is_old).execute()


def _note_files(row: Import, fresh: dict[str, datetime]) -> None:
    files = [{"import_": row, "name": name, "as_of_at": at} for name, at in fresh.items()]
    columns = [ImportFile.import_, ImportFile.name]
    insert = ImportFile.insert_many(files)
    insert.on_conflict(conflict_target=columns, preserve=[ImportFile.as_of_at]).execute()


def freshen(fresh: dict[str, datetime]) -> bool:
    """Nothing differs, but a file is newer: so is the mirror. Whether that had to be noted."""
    last, known = Import.find_last(), ImportFile.newest()
    newer = {n: at for n, at in fresh.items() if n not in known or known[n] < at}
    if not last or not newer:
        return False
    with transaction():
        _note_files(last, newer)
        older = (Import.id == last.id) & (Import.as_of_at < max(newer.values()))
        return bool(Import.update(as_of_at=max(newer.values())).where(older).execute())


def as_of(written_at: float) -> datetime:
    """When files written then tell how things stood; a clock that is ahead counts as now."""
    if not written_at:
        return now()
    return min(datetime.fromtimestamp(written_at, UTC).replace(tzinfo=None), now())


def all_imports() -> list[Import]:
    """Every import that changed something, or would, the newest first."""
    return list(Import.select().order_by(Import.id.desc()))


def summary(found: Import) -> list[str]:
    """One import in a line of a list, its columns."""
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
    """One import, a line for each fact and for each table that it touched."""
    with connection():
        found = Import.get_or_none(Import.id == import_id)
        if not found:
            raise NotUndone(_("there is no import %(id)s", id=import_id))
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
    """What became of an import, and when."""
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
    new = stage.layout.table.select().where(stage.layout.table.import_id == import_id).count()
    of_table = (Replaced.import_ == import_id) & (Replaced.table == stage.target)
    changed = Replaced.select().where(of_table).count()
    return f"  {stage.layout.name}: {_counts(new, changed)}" if new or changed else ""


def _counts(new: int, changed: int) -> str:
    return _("%(new)s new, %(changed)s changed", new=new, changed=changed)


def stages(settings: Settings) -> list[Stage]:
    """Every table of the mirror that an import writes, what is referred to first."""
    return [Stage(layout) for layout in (*layouts(settings), DOCUMENT, VAT_SUMS, READINGS)]
