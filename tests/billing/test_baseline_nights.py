"""Random nights in two installations, one of which reads everything: nobody can tell them apart."""

import json
import os
import shutil
from pathlib import Path
from random import Random

import pytest

from billing.conftest import MIRROR, Office
from billing.nights import Night
from ebok import database
from ebok.billing import delta
from ebok.billing.models import Import, ImportFile, Replaced, SetAside, Withdrawn
from ebok.invoices.models import Instalment

SEEDS, NIGHTS = (300 if os.environ.get("TORTURE") else 2), 8
DRAWN = ("id", "public_id", "bundle")
HISTORY = (Instalment, Import, ImportFile, Replaced, SetAside, Withdrawn)


@pytest.fixture
def forgetful(office, other_database_url, tmp_path_factory):
    """An office of the same settings, with a database and folders of its own."""
    own = {"EBOK_DATABASE_URL": other_database_url}
    return Office(
        office.environment | own | {"EBOK_DATA_DIR": str(tmp_path_factory.mktemp("other"))}
    )


def forget(office: Office) -> None:
    """Remove the files that the next bundle would be compared with."""
    shutil.rmtree(Path(office.environment["EBOK_DATA_DIR"]) / "intake" / "baseline", True)


def told(office: Office) -> dict[str, list[str]]:
    """All that an import leaves behind, but for what is drawn or is a time."""
    database.connect(office.environment["EBOK_DATABASE_URL"])
    return {
        table.__name__: sorted(map(_steady, office.rows(table))) for table in (*MIRROR, *HISTORY)
    }


def _steady(row: dict) -> str:
    kept = {name: v for name, v in row.items() if name not in DRAWN and not name.endswith("_at")}
    if replaced := kept.get("row"):
        kept["row"] = {n: v for n, v in json.loads(replaced).items() if n not in DRAWN}
    return repr(kept)


@pytest.mark.parametrize("waiting", [2, delta.MOST_WAITING])
def test_nights_end_alike_whether_lines_are_passed_over_or_not(
    office, forgetful, tmp_path, monkeypatch, waiting
):
    monkeypatch.setattr(delta, "HEAD", 3)
    monkeypatch.setattr(delta, "MOST_WAITING", waiting)
    lenient = {"EBOK_ASIDE_PERCENT": "100", "EBOK_MISSING_PERCENT": "100"}
    for each in (office, forgetful):
        each.environment |= lenient
    for seed in range(SEEDS):
        random = Random(f"{waiting} {seed}")
        night = Night(random)
        for number in range(NIGHTS):
            bundle = night.write(tmp_path / f"{seed}-{number}")
            is_undone = number and random.random() < 0.12
            is_published = random.random() < 0.5
            outputs = []
            for each in (office, forgetful):
                undone = each.try_undo() if is_undone else ""
                output = undone + each.run_anything(bundle, also=(4,))
                if is_published:
                    output += each.try_publish()
                outputs.append(output)
            forget(forgetful)
            assert outputs[0] == outputs[1], (seed, number)
            assert told(office) == told(forgetful), (seed, number)
            night.next()
