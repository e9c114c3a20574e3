"""The imports that changed something: noted, listed, and the last one taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, has_app_context

from ebok.accounts.models import Account
from ebok.billing.differences import Difference, remove, restore
from ebok.billing.documents import DOCUMENT
from ebok.billing.fakturas import VAT_SUMS
from ebok.billing.layouts import layouts
from ebok.billing.staging import Stage
from ebok.customers.models import Customer
from ebok.database import as_text, connection, database, is_postgres, now, transaction
from ebok.imports.models import Import, Replaced
from ebok.notifications import operations as notifications
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
        return (
            f"Import {self.import_id} undone: {self.removed} rows removed, "
            f"{self.restored} as they were, {self.withdrawn} mails not sent."
        )


@contextmanager
def office(settings: Settings) -> Iterator[None]:
    """A context in which letters can be posted; a command has none of its own."""
    if has_app_context():
        yield
        return
    app = Flask("ebok")
    app.config.update(EBOK=settings, SECRET_KEY=settings.secret_key)
    with app.app_context():
        yield


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


def describe(import_id: int, settings: Settings) -> list[str]:
    """One import, a line for each fact and for each table that it touched."""
    with connection():
        found = Import.get_or_none(Import.id == import_id)
        if not found:
            raise NotUndone(f"there is no import {import_id}")
        lines = [
            f"import {found.id} from {found.source} ({found.origin})",
            f"applied {as_text(found.applied_at)}, as of {as_text(found.as_of_at)}",
            f"{found.new_count} new, {found.changed_count} changed",
        ]
        lines += [f"undone {as_text(found.undone_at)}"] if found.undone_at else []
        return lines + [line for stage in stages(settings) if (line := _count(stage, import_id))]


def _count(stage: Stage, import_id: int) -> str:
    new = stage.layout.table.select().where(stage.layout.table.import_id == import_id).count()
    of_table = (Replaced.import_ == import_id) & (Replaced.table == stage.target)
    changed = Replaced.select().where(of_table).count()
    return f"  {stage.layout.name}: {new} new, {changed} changed" if new or changed else ""


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
            raise NotUndone(f"there is no import {import_id}, or it was undone")
        return found.id, notifications.publish(found.id)


def _last_to_undo() -> Import:
    last = Import.select().order_by(Import.id.desc()).first()
    if not last:
        raise NotUndone("there was no import yet")
    if last.undone_at:
        raise NotUndone(f"import {last.id}, the last one, was undone already; no other one can be")
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
            f"import {last.id} brought customers who have opened accounts since: "
            f"{', '.join(found[:SHOWN])}{more}. Import the right data over it instead."
        )
