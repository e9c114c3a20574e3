"""Points of use and meters that change hands: noted, so that nobody sees another's use."""

from collections.abc import Mapping

from ebok.billing.differences import Difference, from_json
from ebok.billing.models import Withdrawn
from ebok.billing.staging import Stage, execute
from ebok.invoices.operations_states import today
from ebok.meters.models import Meter, PointOfUse

POINTS, METERS = PointOfUse._meta.table_name, Meter._meta.table_name
WITHDRAWN = Withdrawn._meta.table_name


def note(stages: Mapping[str, Stage], differences: Mapping[str, Difference]) -> None:
    """Note what is about to change hands, while the mirror still says whose it is."""
    told = {each.stage.target: each for each in differences.values() if each.changed}
    if METERS in told:
        _note_meters(told[METERS], stages)
    if POINTS in told:
        _note_points(told[POINTS])


def _note_points(points: Difference) -> None:
    execute(
        f"""
        UPDATE {POINTS} SET former_code = customer_code, since_on = '{today()}' WHERE EXISTS
        (SELECT 1 FROM {points.rows} AS told WHERE told.code = {POINTS}.code
         AND told.customer_code <> {POINTS}.customer_code)
        """
    )


def _note_meters(meters: Difference, stages: Mapping[str, Stage]) -> None:
    """One that is put in elsewhere is there since the day that billing tells, if it tells a new
    one; one that stays with its customer has nothing to hide."""
    staged = _points(stages).staged
    owner = f"""
        coalesce((SELECT s.customer_code FROM {staged} AS s WHERE s.code = told.point_code),
        (SELECT p.customer_code FROM {POINTS} AS p WHERE p.code = told.point_code))"""
    former = f"(SELECT p.customer_code FROM {POINTS} AS p WHERE p.code = {METERS}.point_code)"
    told = f"SELECT 1 FROM {meters.rows} AS told WHERE told.serial = {METERS}.serial"
    moved = f"told.point_code <> {METERS}.point_code AND {owner} <> {former}"
    is_put_in = f"told.installed_on > {METERS}.installed_on"
    for since, which in (
        ("NULL", is_put_in),
        (f"'{today()}'", f"NOT coalesce({is_put_in}, false)"),
    ):
        execute(
            f"UPDATE {METERS} SET since_on = {since} WHERE EXISTS ({told} AND {moved} AND {which})"
        )


def _points(stages: Mapping[str, Stage]) -> Stage:
    return next(stage for stage in stages.values() if stage.target == POINTS)


def note_returned(stages: Mapping[str, Stage], import_id: int) -> None:
    """A point that was withdrawn from one customer and comes again for another has changed hands.

    Before the trace says that it came again.
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
