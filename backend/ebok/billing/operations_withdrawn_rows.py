"""Moves withdrawn rows out of the mirror, and back when they return or in an undo."""

from datetime import datetime, timedelta

from ebok.billing.differences import as_json, from_json
from ebok.billing.models import Import, Withdrawn
from ebok.billing.staging import Stage, execute, gone_table
from ebok.customers.models import Customer
from ebok.meters.models import Meter, Reading
from ebok.settings import Settings

TABLE = Withdrawn._meta.table_name
SIX_YEARS = timedelta(days=6 * 366)
SHORTLY_KEPT = tuple(table._meta.table_name for table in (Customer, Meter, Reading))
"""Tables whose withdrawn rows need not be kept by law. Others prove whose an invoice was, and are
kept as long as invoices."""


def move_out(stages: list[Stage], import_id: int) -> None:
    """Move withdrawn rows to their table, in the import's transaction after all else."""
    # Referring tables first.
    for stage in reversed(stages):
        table, target = gone_table(stage.target), stage.target
        keys = ", ".join(f'"{key}"' for key in stage.keys)
        execute(
            f"""
            INSERT INTO {TABLE} (import_id, table_name, key, row, reason, returned_by)
            SELECT {import_id:d}, '{target}', {stage.key_text(target)}, {as_json(stage)},
            gone.reason, 0 FROM {target} JOIN {table} AS gone ON {stage.same_key(target, "gone")}
            """
        )
        execute(f"DELETE FROM {target} WHERE ({keys}) IN (SELECT {keys} FROM {table})")


def mark_returned(stages: list[Stage], import_id: int) -> None:
    """Mark withdrawn rows that this import added again, and give them their former public ids."""
    for stage in stages:
        away = f"table_name = '{stage.target}' AND returned_by = 0"
        if not execute(f"SELECT 1 FROM {TABLE} WHERE {away} LIMIT 1"):
            continue
        if "public_id" in stage.types:
            _give_back_public_ids(stage, import_id)
        brought = f"SELECT {stage.key_text(stage.target)} FROM {stage.target}"
        execute(
            f"""
            UPDATE {TABLE} SET returned_by = {import_id:d}
            WHERE {away} AND key IN ({brought} WHERE import_id = {import_id:d})
            """
        )


def _give_back_public_ids(stage: Stage, import_id: int) -> None:
    """Give returned rows their former public id, so that links work; never across customers."""
    old = from_json(stage)
    newest = f"SELECT max(id) FROM {TABLE} WHERE table_name = '{stage.target}' GROUP BY key"
    execute(
        f"""
        UPDATE {stage.target} SET public_id = kept.public_id
        FROM (SELECT kept.key, {old["public_id"]} AS public_id,
              {old["customer_code"]} AS customer_code
              FROM {TABLE} AS kept WHERE kept.id IN ({newest}) AND kept.returned_by = 0) AS kept
        WHERE {stage.target}.import_id = {import_id:d}
        AND kept.key = {stage.key_text(stage.target)}
        AND kept.customer_code = {stage.target}.customer_code
        """
    )


def restore_withdrawn(stages: list[Stage], import_id: int) -> int:
    """Undo: move the rows that this import withdrew back; returns their number."""
    execute(f"UPDATE {TABLE} SET returned_by = 0 WHERE returned_by = {import_id:d}")
    mine = f"FROM {TABLE} AS kept WHERE kept.import_id = {import_id:d}"
    for stage in stages:
        old = from_json(stage)
        names = ", ".join(f'"{name}"' for name in old)
        values = ", ".join(old.values())
        execute(
            f"""
            INSERT INTO {stage.target} ({names})
            SELECT {values} {mine} AND kept.table_name = '{stage.target}'
            """
        )
    [(count,)] = execute(f"SELECT count(*) {mine}")
    execute(f"DELETE FROM {TABLE} WHERE import_id = {import_id:d}")
    return count


def forget_withdrawn(moment: datetime, settings: Settings) -> int:
    """Delete withdrawn rows that no undo can restore and whose retention is over."""
    forgotten = Import.select(Import.id).where(Import.is_forgotten)
    old = forgotten.where(Import.applied_at < moment - timedelta(days=settings.inbox_keep_days))
    ancient = forgotten.where(Import.applied_at < moment - SIX_YEARS)
    is_over = Withdrawn.table.in_(SHORTLY_KEPT) & Withdrawn.import_.in_(old)
    return Withdrawn.delete().where(is_over | Withdrawn.import_.in_(ancient)).execute()
