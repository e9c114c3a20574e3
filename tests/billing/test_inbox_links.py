"""Others write to the inbox: nothing of ours lies there, and no link is followed."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing.bundles import as_csv, as_zip, customer, write
from ebok import database
from ebok.billing import (
    bundle_copies,
    operations_inbox as inbox_module,
    operations_inbox_state as inbox_state,
)
from ebok.billing.bundle_copies import copy_bundle, keep, own_copy
from ebok.billing.operations_inbox import Inbox
from ebok.settings import load
from patience import HANG_SECONDS

pytestmark = pytest.mark.shows("V5.3.2")

SECRET = "what only e-BOK may read and write"


@pytest.fixture
def settings(office):
    return load(office.environment)


@pytest.fixture
def inbox(office, settings, monkeypatch) -> Inbox:
    """The inbox, in which a file is settled at once."""
    monkeypatch.setattr(inbox_module, "SETTLED_SECONDS", 0)
    return Inbox(settings)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(SECRET)
    return path


def reports(inbox: Inbox, folder: str) -> list[str]:
    return [path.read_text() for path in sorted((inbox.state.path / folder).glob("*.txt"))]


def copies(settings) -> list[str]:
    return os.listdir(bundle_copies.intake_folder(settings, "copies"))


@pytest.mark.shows("P74", "T8.15")
def test_link_under_a_name_of_our_books_has_us_write_nothing(office, inbox, secret):
    """By a link called `.tries-night.zip` the database was overwritten with one byte."""
    as_zip(inbox.path / "night.zip", {"customers.csv": as_csv([customer()])})
    for name in (".tries-night.zip", ".lock", ".night.zip", "night.zip.txt"):
        (inbox.path / name).symlink_to(secret)
    office.take_inbox()
    assert len(reports(inbox, "done")) == 1
    assert secret.read_text() == SECRET


@pytest.mark.shows("T8.15")
@pytest.mark.parametrize("name", ["done", "failed"])
def test_link_in_the_place_of_what_was_taken_has_us_delete_nothing(
    office, inbox, settings, secret, name
):
    (inbox.path / name).symlink_to(secret.parent)
    os.utime(secret, (1e9, 1e9))
    as_zip(inbox.path / "night.zip", {"customers.csv": as_csv([customer()])})
    office.take_inbox()
    later = database.now().replace(year=database.now().year + 1)
    inbox_state.forget_bundles(later, settings)
    assert secret.read_text() == SECRET
    assert os.listdir(secret.parent) == ["secret"]


def test_link_among_what_was_taken_is_removed_and_not_what_it_leads_to(inbox, settings, secret):
    (inbox.state.path / "done" / "old").symlink_to(secret.parent)
    (inbox.state.path / "failed" / "old.zip").symlink_to(secret)
    later = database.now().replace(year=database.now().year + 1)
    assert inbox_state.forget_bundles(later, settings) == 2
    assert secret.read_text() == SECRET


def test_what_an_older_version_kept_in_the_inbox_is_moved_and_forgotten_in_time(
    office, settings, inbox
):
    for name in ("done", "failed"):
        (inbox.path / name).mkdir()
        (inbox.path / name / "20260101-night.zip").write_bytes(b"x")
        (inbox.path / name / "20260101-folder").mkdir()
    (inbox.path / ".lock").touch()
    (inbox.path / ".tries-x.zip").touch()
    Inbox(settings)
    assert os.listdir(inbox.path) == []
    assert len(os.listdir(inbox.state.path / "done")) == 2
    later = database.now().replace(year=database.now().year + 1)
    assert inbox_state.forget_bundles(later, settings) == 4


def test_pipe_in_a_bundle_is_refused_and_waited_for_by_nobody(office, inbox):
    (inbox.path / "night").mkdir()
    os.mkfifo(inbox.path / "night" / "customers.csv")
    (inbox.path / "night" / ".ready").touch()
    os.mkfifo(inbox.path / "x.zip")
    office.take_inbox()
    (report,) = reports(inbox, "failed")
    assert "night/customers.csv: cannot be read: it is a link or a pipe" in report
    assert os.listdir(inbox.path / "night")


def test_refused_link_stays_where_it_is_and_those_behind_it_go_on(office, inbox, secret):
    (inbox.path / "night").mkdir()
    (inbox.path / "night" / "customers.csv").symlink_to(secret)
    (inbox.path / "night" / ".ready").touch()
    os.utime(inbox.path / "night", (1e9, 1e9))
    as_zip(inbox.path / "next.zip", {"customers.csv": as_csv([customer()])})
    office.take_inbox()
    office.take_inbox()
    assert len(reports(inbox, "failed")) == len(reports(inbox, "done")) == 1
    assert "It is still in the inbox" in reports(inbox, "failed")[0]
    assert os.listdir(inbox.path) == ["night"]
    # Mended, it is another one.
    (inbox.path / "night" / "customers.csv").unlink()
    write(inbox.path / "night", [customer(name="Inna")])
    (inbox.path / "night" / ".ready").unlink()
    (inbox.path / "night" / ".ready").touch()
    office.take_inbox()
    assert office.customers()[0]["name"] == "Inna"
    assert os.listdir(inbox.path) == []


def test_bundle_by_the_command_follows_no_link_within_it_either(office, tmp_path, secret):
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "customers.csv").symlink_to(secret)
    assert "it is a link or a pipe" in office.run(tmp_path / "night", expect=1)


def test_folder_that_was_a_link_a_moment_later_is_not_entered(settings, tmp_path):
    """Every part of the path is opened by itself: who may write one cannot lead us elsewhere."""
    write(tmp_path, [customer()])
    (tmp_path / "by").symlink_to(tmp_path)
    place = bundle_copies.intake_folder(settings, "copies")
    with pytest.raises(OSError, match=r"(?i)not a directory|symbolic"):
        copy_bundle(tmp_path / "by" / "customers.csv", place)


@pytest.mark.shows("T8.20")
def test_what_is_imported_is_what_was_copied_whatever_becomes_of_the_bundle(settings, tmp_path):
    before = os.umask(0)
    try:
        write(tmp_path, [customer()])
        (tmp_path / "documents").mkdir(0o777)
        # Somebody has made it by hand, or opened it.
        bundle_copies.intake_folder(settings, "copies").parent.chmod(0o777)
        with own_copy(tmp_path, settings) as copy:
            write(tmp_path, [customer(name="Podmieniona")])
            assert "Podmieniona" not in (copy / "customers.csv").read_text()
            modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in copy.parent.rglob("*")}
            assert modes == {
                copy: 0o700,
                copy / "documents": 0o700,
                copy / "customers.csv": 0o600,
            }
            assert stat.S_IMODE(copy.parent.parent.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert copies(settings) == []


def test_nobody_sweeps_away_a_place_that_was_made_this_moment(settings):
    """Of two uploads at the same time, one was answered with a fault of ours."""

    def come_and_go(_):
        with bundle_copies.temporary_folder(settings) as place:
            return place.exists()

    with ThreadPoolExecutor(4) as uploads:
        assert all(uploads.map(come_and_go, range(2000)))
    assert copies(settings) == []


def test_copy_of_who_died_is_swept_away_by_the_next_and_one_in_use_is_not(settings, tmp_path):
    write(tmp_path, [customer()])
    dead = bundle_copies.intake_folder(settings, "copies") / "0123"
    (dead / "night").mkdir(parents=True)
    with (
        own_copy(tmp_path / "customers.csv", settings) as mine,
        own_copy(tmp_path / "customers.csv", settings) as other,
    ):
        assert not dead.exists()
        assert mine.exists()
        assert other.exists()
    assert copies(settings) == []


def test_copy_that_is_kept_outlasts_its_import(settings, tmp_path):
    write(tmp_path, [customer()])
    with own_copy(tmp_path / "customers.csv", settings) as copy:
        kept = keep(copy, settings)
    assert kept.name == "customers.csv"
    assert kept.exists()
    bundle_copies.delete_kept(kept)
    assert not kept.parent.exists()


def test_bundle_that_is_still_written_is_not_taken(office, inbox, monkeypatch):
    path = inbox.path / "night.csv"
    path.write_text("customer_code")
    written = os.read

    def write_more(handle, count):
        with path.open("a") as file:
            file.write("x")
        return written(handle, count)

    monkeypatch.setattr(bundle_copies.os, "read", write_more)
    taking = threading.Thread(target=inbox._import, args=(inbox.find_due(),))
    taking.start()
    taking.join(HANG_SECONDS)
    assert not taking.is_alive()
    assert path.exists()
    assert reports(inbox, "failed") == reports(inbox, "done") == []


def test_bundle_of_too_many_or_too_deep_folders_is_refused_in_words(office, inbox, monkeypatch):
    monkeypatch.setattr(bundle_copies, "MOST_FILES", 2)
    deep = inbox.path.joinpath("a.ready", *"bcdefghijklmnopqrstuvw")
    deep.mkdir(parents=True)
    office.take_inbox()
    assert "a bundle has at most 2 files" in reports(inbox, "failed")[0]
    monkeypatch.setattr(bundle_copies, "MOST_FILES", 100)
    (inbox.path / "a.ready" / "x").touch()
    office.take_inbox()
    assert "folders are nested too deeply" in reports(inbox, "failed")[1]


@pytest.mark.shows("T8.19")
def test_bundle_that_leaves_no_room_is_put_off_and_never_fills_the_disk(office, inbox, monkeypatch):
    as_zip(inbox.path / "night.zip", {"customers.csv": as_csv([customer()])})
    monkeypatch.setattr(bundle_copies, "RESERVED_BYTES", 2**60)
    for _ in range(5):
        office.take_inbox()
        for note in list(inbox._complete()):
            found = inbox._record_of(note)
            found.due_at = 0
            inbox.state.write(found)
            inbox.state.records.clear()
    (report,) = reports(inbox, "failed")
    assert "the disk is full" in report
    assert "MB free" in report
    assert "Nothing was changed." in report
    assert "It is still in the inbox" in report
    assert (inbox.path / "night.zip").exists()
