"""Rows that leave are moved into a trace, come back with their public ids, and by an undo."""

from datetime import datetime, timedelta

from ebok.billing.differences import as_json, from_json
from ebok.billing.models import Import, Withdrawn
from ebok.billing.staging import Stage, execute, gone
from ebok.customers.models import Customer
from ebok.jobs import retention
from ebok.meters.models import Meter, Reading
from ebok.settings import Settings

TABLE = Withdrawn._meta.table_name
SIX_YEARS = timedelta(days=6 * 366)
SHORT = tuple(table._meta.table_name for table in (Customer, Meter, Reading))
"""What no law makes us keep; of the rest the trace tells whose a paper was, as long as papers are
kept."""


def write(stages: list[Stage], import_id: int) -> None:
    """Move what leaves; in the import's transaction, when all else is written."""
    # What refers to others goes first.
    for stage in reversed(stages):
        table, target = gone(stage.target), stage.target
        keys = ", ".join(f'"{key}"' for key in stage.keys)
        execute(
            f"""
            INSERT INTO {TABLE} (import_id, table_name, key, row, reason, returned_by)
            SELECT {import_id:d}, '{target}', {stage.key_text(target)}, {as_json(stage)},
            gone.reason, 0 FROM {target} JOIN {table} AS gone ON {stage.same_key(target, "gone")}
            """
        )
        execute(f"DELETE FROM {target} WHERE ({keys}) IN (SELECT {keys} FROM {table})")


def receive(stages: list[Stage], import_id: int) -> None:
    """Rows that this import brought, and an earlier one withdrew, are the same as before."""
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
    """An address that a customer kept leads to the invoice again; never to another customer's."""
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


def bring_back(stages: list[Stage], import_id: int) -> int:
    """Undo: what this import withdrew is in the mirror again; how many rows."""
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


@retention
def forget_withdrawn(moment: datetime, settings: Settings) -> int:
    """Traces that nobody needs: no undo brings them back any more, and their time is over."""
    forgotten = Import.select(Import.id).where(Import.is_forgotten)
    old = forgotten.where(Import.applied_at < moment - timedelta(days=settings.inbox_keep_days))
    ancient = forgotten.where(Import.applied_at < moment - SIX_YEARS)
    is_over = Withdrawn.table.in_(SHORT) & Withdrawn.import_.in_(old)
    return Withdrawn.delete().where(is_over | Withdrawn.import_.in_(ancient)).execute()
