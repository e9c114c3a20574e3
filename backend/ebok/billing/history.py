"""The imports that changed something: noted, listed, and the last one taken back."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ebok.accounts.models import Account
from ebok.billing.context import office
from ebok.billing.differences import Difference, remove, restore
from ebok.billing.documents import DOCUMENT
from ebok.billing.fakturas import VAT_SUMS
from ebok.billing.layouts import layouts
from ebok.billing.staging import Stage
from ebok.customers.models import Customer
from ebok.database import as_text, connection, database, is_postgres, now, transaction
from ebok.imports.models import Import, Replaced
from ebok.notifications import operations as notifications
from ebok.sentences import say as _
from ebok.settings import Settings

SHOWN = 5


class NotUndone(Exception):
    """Why an import cannot be taken back, or published; a sentence for the operator."""


@dataclass(frozen=True)
class Undone:
    """What taking an import back has done."""

    import_id: int
    removed: int
    restored: int
    withdrawn: int

    def __str__(self) -> str:
        return _(
            "Import %(id)s undone: %(removed)s rows removed, %(restored)s as they were, "
            "%(withdrawn)s mails not sent.",
            id=self.import_id,
            removed=self.removed,
            restored=self.restored,
            withdrawn=self.withdrawn,
        )


def state() -> tuple:
    """What changes when any import is applied or undone."""
    last = Import.select(Import.id, Import.undone_at).order_by(Import.id.desc())
    return next(iter(last.limit(1).tuples()), ())


def lock() -> None:
    """Let no other import be applied or undone until the end of the caller's transaction."""
    # On SQLite the transaction itself is this lock.
    if is_postgres():
        table = Import._meta.table_name
        database.execute_sql(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def note(
    differences: list[Difference],
    started_at: datetime,
    as_of_at: datetime,
    origin: str,
    source: str,
) -> Import:
    """A row for the import that is applied now; what older ones replaced is forgotten."""
    Replaced.delete().execute()
    return Import.create(
        started_at=started_at,
        applied_at=now(),
        as_of_at=as_of_at,
        source=source,
        origin=origin,
        new_count=sum(each.new for each in differences),
        changed_count=sum(each.changed for each in differences),
    )


def freshen(as_of_at: datetime) -> bool:
    """Nothing differs, but the files are newer: so is the mirror. Whether that had to be noted."""
    last = Import.find_last()
    if not last or last.as_of_at >= as_of_at:
        return False
    with transaction():
        older = (Import.id == last.id) & (Import.as_of_at < as_of_at)
        return bool(Import.update(as_of_at=as_of_at).where(older).execute())


def as_of(written_at: float) -> datetime:
    """When files written then tell how things stood; a clock that is ahead counts as now."""
    if not written_at:
        return now()
    return min(datetime.fromtimestamp(written_at, UTC).replace(tzinfo=None), now())


def all_imports() -> list[Import]:
    """Every import that changed something, the newest first."""
    return list(Import.select().order_by(Import.id.desc()))


def summary(found: Import) -> list[str]:
    """One import in a line of a list, its columns."""
    undone = [_("undone %(at)s", at=as_text(found.undone_at))] if found.undone_at else []
    return [
        str(found.id),
        as_text(found.applied_at),
        _("as of %(as_of)s", as_of=as_text(found.as_of_at)),
        _("%(count)s new", count=found.new_count),
        _("%(count)s changed", count=found.changed_count),
        found.origin,
        found.source,
        *undone,
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
            _(
                "applied %(applied)s, as of %(as_of)s",
                applied=as_text(found.applied_at),
                as_of=as_text(found.as_of_at),
            ),
            _counts(found.new_count, found.changed_count),
        ]
        lines += [_("undone %(at)s", at=as_text(found.undone_at))] if found.undone_at else []
        return lines + [line for stage in stages(settings) if (line := _count(stage, import_id))]


def _count(stage: Stage, import_id: int) -> str:
    new = stage.layout.table.select().where(stage.layout.table.import_id == import_id).count()
    of_table = (Replaced.import_ == import_id) & (Replaced.table == stage.target)
    changed = Replaced.select().where(of_table).count()
    return f"  {stage.layout.name}: {_counts(new, changed)}" if new or changed else ""


def _counts(new: int, changed: int) -> str:
    return _("%(new)s new, %(changed)s changed", new=new, changed=changed)


def stages(settings: Settings) -> list[Stage]:
    """Every table of the mirror that an import writes, what is referred to first."""
    return [Stage(layout) for layout in (*layouts(settings), DOCUMENT, VAT_SUMS)]


def undo(settings: Settings) -> Undone:
    """Take the last import back, with its mails that have not left; raises NotUndone.

    Only the very last one: what earlier ones replaced is not kept.
    """
    with connection(), office(settings), transaction():
        lock()
        last = _last_to_undo()
        _require_no_accounts(last)
        withdrawn = notifications.withdraw(last.id)
        tables = stages(settings)
        # First the old values, which may stop referring to what goes next.
        restored = sum(restore(stage, last.id) for stage in tables)
        removed = sum(remove(stage, last.id) for stage in reversed(tables))
        Replaced.delete().execute()
        last.change(undone_at=now())
    return Undone(last.id, removed, restored, withdrawn)


def publish(settings: Settings, import_id: int | None = None) -> tuple[int, int]:
    """Release the notifications of an import that are held, without an id the last one's.

    Returns its id, and how many; raises NotUndone.
    """
    with connection(), office(settings), transaction():
        lock()
        found = Import.get_or_none(Import.id == import_id) if import_id else _last_to_undo()
        if not found or found.undone_at:
            raise NotUndone(_("there is no import %(id)s, or it was undone", id=import_id))
        return found.id, notifications.publish(found.id)


def _last_to_undo() -> Import:
    last = Import.select().order_by(Import.id.desc()).first()
    if not last:
        raise NotUndone(_("there was no import yet"))
    if last.undone_at:
        raise NotUndone(
            _("import %(id)s, the last one, was undone already; no other one can be", id=last.id)
        )
    return last


def _require_no_accounts(last: Import) -> None:
    """An account must not lose its customer: whoever registered since then is not sent away."""
    codes = (
        Account.select(Account.customer)
        .join(Customer)
        .where(Customer.import_id == last.id)
        .distinct()
    )
    found = [code for (code,) in codes.limit(SHOWN + 1).tuples()]
    if found:
        more = ", …" if len(found) > SHOWN else ""
        raise NotUndone(
            _(
                "import %(id)s brought customers who have opened accounts since: %(codes)s. "
                "Import the right data over it instead.",
                id=last.id,
                codes=f"{', '.join(found[:SHOWN])}{more}",
            )
        )
