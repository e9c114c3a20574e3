"""The watched folder: what is complete is taken, the oldest first, and nothing is taken twice."""

import os
import time
from pathlib import Path

import pytest

from billing.bundles import as_csv, as_zip, customer, invoice, write
from command import start_ebok
from ebok import database
from ebok.billing import operations_inbox as inbox_module, operations_inbox_state as inbox_state
from ebok.billing.bundle import READY
from ebok.billing.models import Import
from ebok.billing.operations_inbox import Inbox
from ebok.settings import load
from patience import ended, until


@pytest.fixture
def inbox(office, monkeypatch) -> Inbox:
    """The inbox, in which a file is settled at once."""
    monkeypatch.setattr(inbox_module, "SETTLED_SECONDS", 0)
    return Inbox(load(office.environment))


def reports(inbox: Inbox, folder: str) -> list[str]:
    return [path.read_text() for path in sorted((inbox.state.path / folder).glob("*.txt"))]


def make_due(inbox: Inbox, name: str) -> None:
    """Its time of waiting is over."""
    (found,) = [each for each in inbox._complete() if each.name == name]
    note = inbox._record_of(found)
    note.due_at = 0
    inbox.state.write(note)


def drop(inbox: Inbox, name: str, *customers: dict, mtime: float = 0) -> Path:
    path = as_zip(inbox.path / name, {"customers.csv": as_csv(list(customers))})
    os.utime(path, (mtime or time.time(),) * 2)
    return path


def test_bundle_is_imported_and_moved_with_its_report(office, inbox):
    path = drop(inbox, "night.zip", customer())
    office.take_inbox()
    assert not path.exists()
    (report,) = reports(inbox, "done")
    assert "customers.csv: 1 row: 1 new" in report
    assert [p.name.split("-", 3)[3] for p in (inbox.state.path / "done").glob("*.zip")] == [
        "night.zip"
    ]
    assert office.last().origin == "inbox"
    assert office.last().source == "night.zip"


def test_refused_bundle_goes_to_failed_and_the_next_one_is_taken(office, inbox):
    drop(inbox, "a.zip", customer(kind="x"), mtime=1e9)
    (inbox.path / "b.zip").write_bytes(b"PK\x03\x04 never finished")
    os.utime(inbox.path / "b.zip", (1.1e9, 1.1e9))
    drop(inbox, "c.zip", customer())
    office.take_inbox()
    (refused,) = reports(inbox, "failed")
    assert "expected person or company" in refused
    assert len(reports(inbox, "done")) == 1
    # A ZIP without a directory may still grow.
    assert (inbox.path / "b.zip").exists()


def test_zip_that_stays_without_directory_is_given_up(office, inbox, monkeypatch):
    monkeypatch.setattr(inbox_module, "BROKEN_SECONDS", 0)
    (inbox.path / "b.zip").write_bytes(b"PK\x03\x04 never finished")
    office.take_inbox()
    assert "cannot be read" in reports(inbox, "failed")[0]


def test_older_bundle_is_applied_before_the_newer_one(office, inbox):
    drop(inbox, "a.zip", customer(name="Today"), mtime=1.2e9)
    drop(inbox, "b.zip", customer(name="Yesterday"), mtime=1.1e9)
    office.take_inbox()
    assert office.customers()[0]["name"] == "Today"
    assert len(reports(inbox, "done")) == 2


@pytest.mark.parametrize("name", ["x.zip.part", ".x.zip", "x.ZIP.filepart", "x.csv.tmp", "x.zip~"])
def test_name_of_an_unfinished_file_is_passed_over(office, inbox, name):
    path = drop(inbox, name, customer())
    office.take_inbox()
    assert path.exists()
    assert office.customers() == []


def test_file_that_still_grows_is_left_alone(office, inbox, monkeypatch):
    monkeypatch.setattr(inbox_module, "SETTLED_SECONDS", 60)
    # Copying may set the time of writing, but not the one that counts here.
    path = drop(inbox, "x.zip", customer(), mtime=1e9)
    office.take_inbox()
    assert path.exists()


def test_folder_is_taken_when_it_says_ready(office, inbox):
    folder = inbox.path / "night"
    folder.mkdir()
    write(folder, [customer()], [invoice()])
    office.take_inbox()
    assert office.customers() == []
    (folder / ".ready").touch()
    office.take_inbox()
    assert len(office.invoices()) == 1
    assert "Ignored" not in reports(inbox, "done")[0]
    renamed = inbox.path / "morning"
    renamed.mkdir()
    write(renamed, [customer(name="Inna")])
    renamed.rename(inbox.path / "morning.ready")
    office.take_inbox()
    assert office.customers()[0]["name"] == "Inna"


@pytest.mark.shows("T8.13")
def test_link_to_elsewhere_is_not_followed(office, inbox, tmp_path):
    write(tmp_path, [customer()])
    (inbox.path / "x.csv").symlink_to(tmp_path / "customers.csv")
    office.take_inbox()
    assert office.customers() == []


@pytest.mark.shows("T8.14")
@pytest.mark.parametrize("name", ["customers.csv", "documents/FV-1.pdf", "faktura.xml"])
def test_link_within_a_folder_is_not_followed_either(office, inbox, tmp_path, name):
    """Who fills the inbox must not read by it what only e-BOK may: a report shows what it found."""
    secret = tmp_path / "ebok.toml"
    secret.write_text('code;kind;name\n"TAJNE";x;x\n')
    (inbox.path / "night" / "documents").mkdir(parents=True)
    (inbox.path / "night" / name).symlink_to(secret)
    (inbox.path / "night" / ".ready").touch()
    office.take_inbox()
    (report,) = reports(inbox, "failed")
    assert "cannot be read" in report
    assert "TAJNE" not in report


def test_bundle_that_was_applied_but_not_moved_is_a_repeat(office, inbox):
    office.run(drop(inbox, "night.zip", customer()))
    office.forbid_writing()
    office.take_inbox()
    assert "Nothing to change" in reports(inbox, "done")[0]


def test_two_at_once_take_a_bundle_once(office, inbox):
    with inbox.state.lock() as is_locked:
        assert is_locked
        path = drop(inbox, "night.zip", customer())
        office.take_inbox()
        assert path.exists()
    office.take_inbox()
    assert not path.exists()


@pytest.mark.shows("T8.13")
def test_bundle_on_which_we_die_again_and_again_is_given_up(office, inbox):
    drop(inbox, "night.zip", customer(customer_code="39-2"))
    for _ in range(4):
        inbox.state.count_attempt(inbox._record_of(inbox.find_due()))
    office.take_inbox()
    # The fifth try went well.
    assert len(reports(inbox, "done")) == len(office.customers()) == 1
    drop(inbox, "night.zip", customer())
    for _ in range(5):
        inbox.state.count_attempt(inbox._record_of(inbox.find_due()))
    office.take_inbox()
    assert "stopped without a message 5 times. Nothing was changed." in reports(inbox, "failed")[0]
    assert len(office.customers()) == 1


def test_bundle_that_is_given_up_after_it_was_applied_says_so(office, inbox):
    bundle = drop(inbox, "night.zip", customer())
    for tries in range(5):
        inbox.state.count_attempt(inbox._record_of(inbox.find_due()))
        if tries == 1:
            office.run(bundle)
    office.take_inbox()
    (told,) = reports(inbox, "failed")
    assert "Import 1 was applied before that." in told
    assert "Nothing was changed" not in told


def test_database_that_is_away_is_waited_for_and_nothing_overtakes(office, inbox):
    older = drop(inbox, "a.zip", customer(), mtime=1e9)
    newer = drop(inbox, "b.zip", customer(name="Inna"))
    with database.connection():
        database.database.execute_sql("ALTER TABLE customer RENAME TO elsewhere")
    office.take_inbox()
    office.take_inbox()
    assert older.exists()
    assert newer.exists()
    with database.connection():
        database.database.execute_sql("ALTER TABLE elsewhere RENAME TO customer")
    make_due(inbox, older.name)
    office.take_inbox()
    assert office.customers()[0]["name"] == "Inna"
    assert len(reports(inbox, "done")) == 2


@pytest.mark.shows("T9.5")
def test_what_was_taken_is_forgotten_after_its_days(office, inbox, monkeypatch):
    drop(inbox, "night.zip", customer())
    office.take_inbox()
    settings = load(office.environment | {"EBOK_INBOX_KEEP_DAYS": "1"})
    assert inbox_state.forget_bundles(database.now(), settings) == 0
    later = database.now().replace(year=database.now().year + 1)
    assert inbox_state.forget_bundles(later, settings) == 2
    assert os.listdir(inbox.state.path / "done") == []


def test_worker_takes_what_lies_in_the_inbox(office, inbox, tmp_path):
    """The real worker, its eye on the inbox, and the process that it starts for it."""
    # A folder says that it is whole: a file would have to rest for five seconds first.
    for name, columns in (("broken", {"kind": "x"}), ("night", {})):
        (inbox.path / name).mkdir()
        write(inbox.path / name, [customer(**columns)])
        (inbox.path / name / READY).touch()
    environment = office.environment | {"PATH": os.environ["PATH"], "EBOK_SECRET_KEY": "s" * 40}
    log = tmp_path / "log"
    worker = start_ebok(environment, "worker", out=log, err=log)
    try:
        until(lambda: all(reports(inbox, folder) for folder in ("done", "failed")), worker)
    finally:
        assert ended(worker) == 0
    assert len(reports(inbox, "done")) == len(reports(inbox, "failed")) == 1
    assert len(office.rows(Import)) == 1


def test_list_of_faults_lies_beside_the_report_and_is_for_a_spreadsheet(office, inbox):
    office.environment.pop("EBOK_REPORT_LANGUAGE")
    drop(inbox, "night.zip", customer(kind="=1+1"), customer(customer_code="39-2", nip="12"))
    office.take_inbox()
    (report,) = reports(inbox, "failed")
    assert "Cała lista leży obok tego raportu, jako CSV." in report
    (listed,) = (inbox.state.path / "failed").glob("*.csv")
    assert listed.stat().st_mode & 0o077 == 0
    assert listed.read_bytes().startswith("\ufeffrodzaj;plik;wiersz;".encode())
    assert len(listed.read_text("utf-8-sig").splitlines()) == 3
    # No spreadsheet computes what a file says.
    assert ";'=1+1;" in listed.read_text("utf-8")


def test_bundle_with_rows_set_aside_is_done_and_lists_them_beside(office, inbox):
    town = [customer(customer_code=f"39-{n}") for n in range(150)]
    drop(inbox, "night.zip", *town, customer(customer_code="40-1", nip="12"))
    office.take_inbox()
    (report,) = reports(inbox, "done")
    assert "Set aside (1):" in report
    (listed,) = (inbox.state.path / "done").glob("*.csv")
    assert "set aside;customers.csv;152;nip;12;" in listed.read_text("utf-8")
    assert len(office.customers()) == 150
