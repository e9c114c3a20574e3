"""Marks points of use and meters that get another customer, who must not see earlier use."""

from collections.abc import Mapping

from ebok.billing.differences import Difference, from_json
from ebok.billing.models import Withdrawn
from ebok.billing.staging import Stage, execute
from ebok.invoices.operations_states import today
from ebok.meters.models import Meter, PointOfUse

POINTS, METERS = PointOfUse._meta.table_name, Meter._meta.table_name
WITHDRAWN = Withdrawn._meta.table_name


def mark_changes(stages: Mapping[str, Stage], differences: Mapping[str, Difference]) -> None:
    """Mark what gets another customer, before the mirror is changed."""
    changed = {each.stage.target: each for each in differences.values() if each.changed}
    if METERS in changed:
        _mark_meters(changed[METERS], stages)
    if POINTS in changed:
        _mark_points(changed[POINTS])


def _mark_points(points: Difference) -> None:
    execute(
        f"""
        UPDATE {POINTS} SET former_code = customer_code, since_on = '{today()}' WHERE EXISTS
        (SELECT 1 FROM {points.rows} AS src WHERE src.code = {POINTS}.code
         AND src.customer_code <> {POINTS}.customer_code)
        """
    )


def _mark_meters(meters: Difference, stages: Mapping[str, Stage]) -> None:
    """A meter installed elsewhere is there since its new `installed_on`, else since today.

    One that stays with its customer is not marked.
    """
    staged = _points(stages).staged
    owner = f"""
        coalesce((SELECT s.customer_code FROM {staged} AS s WHERE s.code = src.point_code),
        (SELECT p.customer_code FROM {POINTS} AS p WHERE p.code = src.point_code))"""
    former = f"(SELECT p.customer_code FROM {POINTS} AS p WHERE p.code = {METERS}.point_code)"
    row = f"SELECT 1 FROM {meters.rows} AS src WHERE src.serial = {METERS}.serial"
    moved = f"src.point_code <> {METERS}.point_code AND {owner} <> {former}"
    is_put_in = f"src.installed_on > {METERS}.installed_on"
    for since, which in (
        ("NULL", is_put_in),
        (f"'{today()}'", f"NOT coalesce({is_put_in}, false)"),
    ):
        execute(
            f"UPDATE {METERS} SET since_on = {since} WHERE EXISTS ({row} AND {moved} AND {which})"
        )


def _points(stages: Mapping[str, Stage]) -> Stage:
    return next(stage for stage in stages.values() if stage.target == POINTS)


def mark_returned_points(stages: Mapping[str, Stage], import_id: int) -> None:
    """Mark points that were withdrawn from one customer and return for another.

    Runs before `mark_returned`.
    """
    away = f"table_name = '{POINTS}' AND returned_by = 0"
    if not execute(f"SELECT 1 FROM {WITHDRAWN} WHERE {away} LIMIT 1"):
        return
    former = from_json(_points(stages))["customer_code"]
    newest = f"SELECT max(id) FROM {WITHDRAWN} WHERE {away} GROUP BY key"
    execute(
        f"""
        UPDATE {POINTS} SET former_code = kept.customer_code, since_on = '{today()}'
        FROM (SELECT kept.key, {former} AS customer_code FROM {WITHDRAWN} AS kept
              WHERE kept.id IN ({newest})) AS kept
        WHERE {POINTS}.import_id = {import_id:d} AND kept.key = {POINTS}.code
        AND kept.customer_code <> {POINTS}.customer_code
        """
    )
