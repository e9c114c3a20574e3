"""An import that is killed, or has no room: all of it or nothing, and a clear word."""

import csv
import os
import random
import resource
import signal
import time
from pathlib import Path

import pytest

from billing.bundles import add_pdf, customer, invoice, line, write
from ebok import database
from ebok.billing import operations_baseline as baseline, operations_ending as ending
from ebok.billing.operations import import_bundle
from ebok.documents import operations_store as store
from ebok.settings import load

pytestmark = pytest.mark.dialect

KILLS = 200 if os.environ.get("TORTURE") else 4


def bundle_of(folder: Path, round_: int) -> Path:
    """A few hundred rows that differ from those of any other round."""
    folder.mkdir(exist_ok=True)
    numbers = [f"FV/{n}" for n in range(300)]
    # Not 0 in one round: three hundred that are unpaid again would be held.
    left = f"{round_ + 1},00"
    invoices = [invoice(invoice_number=number, outstanding=left) for number in numbers]
    of_one = {"name": f"Woda {round_}", "net": "1000,00"}
    lines = [line(invoice_number=number, **of_one) for number in numbers]
    return write(folder, [customer(name=f"Anna {round_}")], invoices, invoice_lines=lines)


def told(office) -> dict:
    """The mirror, but for what is random or counts imports."""
    rows = office.mirror()
    return {name: len(each) for name, each in rows.items()} | {
        "customer": [row["name"] for row in office.customers()],
        "left": {row["outstanding_grosze"] for row in office.invoices()},
    }


def start(bundle: Path, environment: dict, prepare=lambda: None) -> tuple[int, int]:
    """An import in a fork: it is there at once. Its process, and a pipe with what it says."""
    # No connection may be carried over.
    database.database.close_all()
    ends_at, says = os.pipe()
    process = os.fork()
    if process:
        os.close(says)
        return process, ends_at
    text = "died"
    try:
        prepare()
        text = str(import_bundle(bundle, load(environment)))
    except Exception as fault:
        text = f"{type(fault).__name__}: {fault}"
    finally:
        os.write(says, text.encode()[:4000])
        os._exit(0)


def finish(process: int, ends_at: int) -> str:
    os.waitpid(process, 0)
    with os.fdopen(ends_at) as pipe:
        return pipe.read()


@pytest.mark.shows("P75")
def test_kill_in_the_middle_of_an_import_leaves_all_or_nothing(office, tmp_path):
    began = time.monotonic()
    finish(*start(bundle_of(tmp_path / "0", 0), office.environment))
    usual = time.monotonic() - began
    chance, outcomes = random.Random(29001), set()
    for round_ in range(1, KILLS + 1):
        before = told(office)
        process, ends_at = start(bundle_of(tmp_path / "b", round_), office.environment)
        time.sleep(chance.uniform(0, usual * 1.1))
        os.kill(process, signal.SIGKILL)
        finish(process, ends_at)
        database.connect(office.environment["EBOK_DATABASE_URL"])
        after = told(office)
        is_whole = after["customer"] == [f"Anna {round_}"]
        assert after == before or (is_whole and after["left"] == {(round_ + 1) * 100})
        outcomes.add(is_whole)
    # Once more, undisturbed: nothing that died left anything in the way.
    office.run(bundle_of(tmp_path / "b", KILLS + 1))
    assert told(office)["left"] == {(KILLS + 2) * 100}
    assert len(outcomes) == 2 or KILLS < 100


def night_of(folder: Path, round_: int) -> Path:
    """Many customers, one in ten of whom lives elsewhere than in the round before."""
    folder.mkdir(exist_ok=True)
    rows = [
        customer(customer_code=f"39-{n}", street=f"Nowa {round_ - (n + round_) % 10}")
        for n in range(700)
    ]
    return write(folder, rows)


def is_told(office, bundle: Path) -> bool:
    """Whether the mirror says of every customer what this bundle says."""
    with (bundle / "customers.csv").open(newline="") as file:
        told = {row["customer_code"]: row["street"] for row in csv.DictReader(file, delimiter=";")}
    return {row["code"]: row["street"] for row in office.customers()} == told


def kept_places(office) -> list[Path]:
    return list(Path(office.environment["EBOK_DATA_DIR"], "intake", "baseline").iterdir())


def test_night_after_a_kill_is_compared_with_what_was_applied(office, tmp_path):
    chance = random.Random(29001)
    assert "700 new" in finish(*start(night_of(tmp_path / "n", 0), office.environment))
    began = time.monotonic()
    finish(*start(night_of(tmp_path / "n", 1), office.environment))
    usual = time.monotonic() - began
    for round_ in range(2, 2 * KILLS + 2, 2):
        process, ends_at = start(night_of(tmp_path / "n", round_), office.environment)
        time.sleep(chance.uniform(0, usual * 1.1))
        os.kill(process, signal.SIGKILL)
        finish(process, ends_at)
        # Every other time the same again, of which a part may have been kept.
        after = night_of(tmp_path / "n", round_ + round_ // 2 % 2)
        finish(*start(after, office.environment))
        database.connect(office.environment["EBOK_DATABASE_URL"])
        assert is_told(office, after)
        assert len(kept_places(office)) == 1


def dies_before(of: object, name: str):
    """What makes a process end by a kill as it begins a step."""

    def prepare() -> None:
        setattr(of, name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))

    return prepare


STEPS = {
    "kept": (baseline, "_sync"),
    "applied": (ending.Ending, "_write"),
    "noted": (baseline.SavedFiles, "record"),
    "committed": (baseline, "remove_unused"),
}


@pytest.mark.parametrize("step", STEPS)
def test_night_after_a_death_at_a_step_is_compared_with_what_was_applied(office, tmp_path, step):
    for round_ in (0, 1):
        finish(*start(night_of(tmp_path / "n", round_), office.environment))
    prepare = dies_before(*STEPS[step])
    assert not finish(*start(night_of(tmp_path / "n", 2), office.environment, prepare))
    # Whoever believes in the files of the import that died passes all of it over.
    for again in (2, 1):
        bundle = night_of(tmp_path / "n", again)
        finish(*start(bundle, office.environment))
        database.connect(office.environment["EBOK_DATABASE_URL"])
        assert is_told(office, bundle)
        # Of the import that died nothing lies about, even if the next had nothing to write.
        assert len(kept_places(office)) == 1


@pytest.mark.shows("P76")
@pytest.mark.parametrize("most", [4_096, 60_000, 500_000])
def test_full_disk_is_told_and_the_database_stays_whole(office, tmp_path, most):
    """No file may grow past `most` bytes: the staging file, the log, the database."""
    if not office.environment["EBOK_DATABASE_URL"].startswith("sqlite"):
        pytest.skip("the disk of Postgres is its server's")
    finish(*start(bundle_of(tmp_path / "0", 0), office.environment))
    database.connect(office.environment["EBOK_DATABASE_URL"])
    before = office.mirror()

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    bundle = bundle_of(tmp_path / "b", 7)
    write(bundle, invoices=[invoice(invoice_number=f"FV/x{n}") for n in range(9000)])
    said = finish(*start(bundle, office.environment, fill_disk))
    assert said.startswith(("OperationalError: ", "OSError: ", "DatabaseError: ")), said
    database.connect(office.environment["EBOK_DATABASE_URL"])
    assert office.mirror() == before
    with database.connection():
        assert database.database.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
    office.run(bundle)
    assert len(office.invoices()) == 9300


def test_no_room_for_a_document_changes_nothing(office, tmp_path, monkeypatch):
    folder = write(tmp_path, [customer()], [invoice()])
    add_pdf(folder, "FV-2026-10-00001.pdf", b"%PDF-1.7" + bytes(9000) + b"%%EOF")

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    if office.environment["EBOK_DATABASE_URL"].startswith("sqlite"):
        pytest.skip("the database would be without room, too")
    said = finish(*start(folder, office.environment, fill_disk))
    assert said.startswith("OSError: "), said
    database.connect(office.environment["EBOK_DATABASE_URL"])
    assert not any(office.mirror().values())
    assert not list(Path(office.environment["EBOK_DATA_DIR"], "documents").rglob("*.pdf"))
    assert store.CHUNK > 9000
