"""What keeps an import from being written: a full disk, another user's files, in words."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import OperationalError

from billing.bundles import add_pdf, as_csv, as_zip, customer, invoice, write
from command import Bounds, run_ebok
from ebok import database, languages
from ebok.database.outages import in_words
from ebok.mail.alerts import Alert
from ebok.settings import Settings

NOBODY = 65534
NEEDS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can make files of other users, and run as one"
)
DRIVERS_WORDS = ("ROLLBACK", "rollback", "OperationalError", "could not extend", "I/O error")


def require_no_drivers_words(text: str) -> None:
    assert not [word for word in DRIVERS_WORDS if word in text], text


def ebok(office, *arguments, **bounds) -> subprocess.CompletedProcess:
    """`ebok …` as a process of its own, within these bounds."""
    environment = {"PATH": os.environ["PATH"], "EBOK_SECRET_KEY": "s" * 40, **office.environment}
    return run_ebok(environment, *map(str, arguments), bounds=Bounds(**bounds))


def test_full_disk_is_said_in_words_and_nothing_was_changed(office, kind, tmp_path):
    office.run(write(tmp_path, [customer()], [invoice()]))
    numbers = [f"FV/{n}" for n in range(20_000)]
    town = write(tmp_path, invoices=[invoice(invoice_number=number) for number in numbers])
    if kind == "sqlite":
        size = Path(database.database.obj.database).stat().st_size
        # SQLite's own file may not grow; the copy of the bundle fits.
        done = ebok(office, "import", town, most_bytes=max(size, 3_000_000))
    else:
        no_room = 'could not extend file "base/1": No space left on device'
        with database.connection():
            database.database.execute_sql(
                "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{no_room}' USING ERRCODE = '53100'; END $$"
            )
            database.database.execute_sql(
                "CREATE TRIGGER fill BEFORE INSERT ON invoice EXECUTE FUNCTION fill()"
            )
        done = ebok(office, "import", town)
    assert done.returncode == 1, done.stdout
    assert "the disk is full" in done.stderr
    assert "MB free" in done.stderr
    assert "Nothing was changed." in done.stderr
    require_no_drivers_words(done.stderr)
    assert len(office.invoices()) == 1


@pytest.mark.shows("T8.19")
@NEEDS_ROOT
@pytest.mark.parametrize("what", ["file", "folder"])
def test_bundle_of_another_user_steps_aside_and_those_behind_it_go_on(office, others_inbox, what):
    inbox = others_inbox
    if what == "file":
        theirs = as_zip(inbox / "a.csv", {"customers.csv": as_csv([customer()])})
    else:
        theirs = inbox / "a.ready"
        theirs.mkdir()
        write(theirs, [customer()])
    theirs.chmod(0o700 if theirs.is_dir() else 0o600)
    shutil.chown(theirs, 0, 0)
    os.utime(theirs, (1e9, 1e9))
    behind = as_zip(inbox / "b.zip", {"customers.csv": as_csv([customer(name="Inna")])})
    behind.chmod(0o644)
    take_until_it_is_over(office, inbox)
    (report,) = reports(office, "failed")
    assert "the user nobody may not read or change it" in report
    assert "Nothing was changed." in report
    assert "It is still in the inbox" in report
    require_no_drivers_words(report)
    assert theirs.exists()
    assert not behind.exists()
    assert office.customers()[0]["name"] == "Inna"
    assert len(reports(office, "done")) == 1
    # And it is not taken again and again.
    take(office)
    assert len(reports(office, "failed")) == 1


@NEEDS_ROOT
@pytest.mark.parametrize("mode", [0o755, 0o1777])
def test_inbox_that_root_made_is_read_and_said_to_be_in_the_way(office, others_inbox, mode):
    inbox = others_inbox
    night = as_zip(inbox / "night.zip", {"customers.csv": as_csv([customer()])})
    night.chmod(0o644)
    for path in (night, inbox):
        shutil.chown(path, 0, 0)
    inbox.chmod(mode)
    take(office)
    take(office)
    (report,) = reports(office, "done")
    assert "Imported." in report
    assert "Nothing was changed" not in report
    assert "could not be removed from the inbox" in report
    with database.connection():
        (alert,) = Alert.open()
    assert alert.cause == "inbox-unmovable"
    assert "night.zip" in alert.text
    # Set right, the next one goes, and it ends.
    shutil.chown(inbox, NOBODY, NOBODY)
    inbox.chmod(0o700)
    as_zip(inbox / "next.zip", {"customers.csv": as_csv([customer()])}).chmod(0o644)
    take(office)
    with database.connection():
        assert list(Alert.open()) == []


@NEEDS_ROOT
@pytest.mark.parametrize("what", ["folder in it", "sticky inbox"])
def test_folder_of_which_a_part_may_not_be_removed_is_left_whole(office, others_inbox, what):
    """Its files might go: half a bundle would stay behind."""
    night = others_inbox / "night.ready"
    night.mkdir()
    write(night, [customer()], [invoice()])
    add_pdf(night, "FV-2026-10-00001.pdf")
    for path in night.rglob("*"):
        shutil.chown(path, 0, 0)
        path.chmod((0o755 if what == "folder in it" else 0o777) if path.is_dir() else 0o644)
    night.chmod(0o777)
    if what == "sticky inbox":
        shutil.chown(others_inbox, 0, 0)
        others_inbox.chmod(0o1777)
    take(office)
    left = sorted(path.name for path in night.rglob("*"))
    assert left == ["FV-2026-10-00001.pdf", "customers.csv", "documents", "invoices.csv"]
    assert "could not be removed" in reports(office, "done")[0]


def test_words_are_those_of_what_happened_and_not_of_the_attempt_to_undo_it(tmp_path):
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'e.sqlite3'}")
    try:
        try:
            raise OperationalError("database or disk is full")
        except OperationalError:
            raise OperationalError("cannot rollback - no transaction is active") from None
    except OperationalError as fault:
        with languages.in_report_language(settings):
            told = in_words(fault, settings)
    assert "dysk jest pełny" in told.lower()
    require_no_drivers_words(told)


@NEEDS_ROOT
def test_inbox_that_cannot_be_read_is_said_in_words(office, others_inbox):
    shutil.chown(others_inbox, 0, 0)
    others_inbox.chmod(0o700)
    done = take(office, expect=1)
    assert "the user nobody may not read or change it" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def others_inbox(office, kind) -> Iterator[Path]:
    """The inbox of an installation that runs as the user nobody."""
    # Not below pytest's folders, which only this user may enter.
    data = Path(tempfile.mkdtemp(prefix="ebok-"))
    office.environment["EBOK_DATA_DIR"] = str(data)
    if kind == "sqlite":
        shutil.copy(database.database.obj.database, data / "ebok.sqlite3")
        database.database.close_all()
        office.environment["EBOK_DATABASE_URL"] = f"sqlite:///{data / 'ebok.sqlite3'}"
        database.connect(office.environment["EBOK_DATABASE_URL"])
        shutil.chown(data / "ebok.sqlite3", NOBODY, NOBODY)
    (data / "inbox").mkdir(mode=0o700)
    for folder in (data, data / "inbox"):
        shutil.chown(folder, NOBODY, NOBODY)
    yield data / "inbox"
    shutil.rmtree(data)


def take(office, expect: int = 0) -> subprocess.CompletedProcess:
    """`ebok inbox` as the user nobody, to whom a file is settled at once."""
    done = ebok(office, "inbox", user=NOBODY, settled=True)
    assert done.returncode == expect, done.stderr
    return done


def take_until_it_is_over(office, inbox: Path) -> None:
    """Five tries, no more and no fewer; what waits between them is over at once."""
    tries = inbox.parent / "intake" / "tries"
    for _ in range(5):
        assert reports(office, "failed") == []
        take(office)
        for note in tries.iterdir():
            note.write_text(json.dumps(json.loads(note.read_text()) | {"due_at": 0}))


def reports(office, folder: str) -> list[str]:
    where = Path(office.environment["EBOK_DATA_DIR"], "intake", folder)
    return [path.read_text() for path in sorted(where.glob("*.txt"))]


@pytest.mark.shows("T8.19")
@NEEDS_ROOT
def test_account_that_uploads_as_the_docs_say_has_its_bundles_taken_and_removed(
    office, others_inbox
):
    """The folders, owners and modes of `docs/operating.md`, and what `internal-sftp -u 0007` makes.

    The users are numbers here: to add some is nothing that a test may do to a machine.
    """
    billing, group = 64_001, 64_002
    others_inbox.rmdir()
    upload = Path(tempfile.mkdtemp(prefix="ebok-upload-"))
    upload.chmod(0o755)
    inbox = upload / "inbox"
    inbox.mkdir()
    shutil.chown(inbox, NOBODY, group)
    inbox.chmod(0o2770)
    others_inbox.symlink_to(inbox)
    child = os.fork()
    if not child:
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(billing, billing, billing)
        os.umask(0o007)
        as_zip(inbox / ".night", {"customers.csv": as_csv([customer()])})
        os.rename(inbox / ".night", inbox / "night.zip")
        (inbox / "one.csv").write_text(as_csv([customer(name="Inna")]))
        os.rename(inbox / "one.csv", inbox / "customers.csv")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    done = ebok(office, "inbox", user=NOBODY, groups=(group,), settled=True)
    assert done.returncode == 0, done.stderr
    assert len(reports(office, "done")) == 2
    assert list(inbox.iterdir()) == []
    with database.connection():
        assert list(Alert.open()) == []
    shutil.rmtree(upload)
